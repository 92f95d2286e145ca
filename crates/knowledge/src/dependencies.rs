//! What of other pages an article shows, so that it follows them and shows nothing of them to the wrong people.
//!
//! Everything is decided by one piece of SQL ([`FOUND`]): which page a name means, whether all who may read the
//! article may read it too, and what of it there is to show. It is asked before a conversion, and again in each run.

use ports::{Database, DatabaseError, Row};
use serde::Serialize;

use crate::article_writes::Shown;
use crate::runs::{FENCE, Run, json};

/// The longest list of child pages that an article shows.
const MOST_CHILDREN: usize = 500;

/// What of another page an article shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    IncludedPage,
    Excerpt,
    Children,
    Title,
}

/// A page that the body of another one names, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Wanted {
    /// The page whose body names it.
    pub page_id: String,
    pub kind: Kind,
    /// The title; empty where it is named by id, or the page itself is meant.
    pub name: String,
    pub named_id: String,
    /// The key of the space; empty for the page's own.
    pub space_key: String,
}

/// What a name was found to mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependency {
    #[serde(flatten)]
    pub wanted: Wanted,
    pub found_id: Option<String>,
    /// The key of the space of the page that was found.
    #[serde(skip)]
    pub found_space: String,
    /// The version mark of an included page, the title, or the children as JSON pairs of id and title; none where
    /// there is nothing to show, or not all readers of the article may see it.
    pub state: Option<String>,
}

impl Dependency {
    /// What the article shows by it, if anything.
    #[must_use]
    pub fn shown(&self) -> Option<Shown> {
        let (found_id, state) = (self.found_id.clone()?, self.state.clone()?);
        Some(Shown { kind: self.wanted.kind, found_id, state })
    }
}

/// The version mark of a page that is shown inside another, as [`FOUND`] reckons it.
#[must_use]
pub fn included_state(page_id: &str, version: i64, created_at: &str, live_step: Option<&str>) -> String {
    format!("{page_id}@{version}@{created_at}#{}", live_step.unwrap_or_default())
}

/// SQL that is true where all who may read the page `outer` may read the page `inner` too.
fn covers(inner: &str, outer: &str) -> String {
    // Whoever passes all gates of the outer page passes those of the inner one, if they are among them.
    format!(
        "case when {inner}.audience = 'everyone' then 1
           when {inner}.audience = 'restricted' or {outer}.audience in ('everyone', 'restricted') then 0
           when {inner}.audience = {outer}.audience then 1
           else not exists (select 1 from json_each({inner}.audience) as gate
             where gate.value not in (select value from json_each({outer}.audience))) end"
    )
}

/// SQL that finds what each row of `wants` (`page_id`, `kind`, `name`, `named_id`, `space_key`, `shown`) means now.
/// `?1` to `?3` are the run's fence and the connection.
fn found() -> String {
    let (is_for_readers, child_is) = (covers("found", "host"), covers("child", "host"));
    format!(
        "select wants.*, found.page_id as found_id, found_space.key as found_space,
           case
             when found.page_id is null then null
             when wants.kind = 'children' then (
               select json_group_array(json_array(page_id, title)) from (
                 select child.page_id, child.title from pages child
                 where child.connection_id = ?3 and child.parent_id = found.page_id
                   and child.source_state = 'current' and {child_is}
                 order by child.position, child.title limit {MOST_CHILDREN}))
             when found.page_id = wants.page_id or not ({is_for_readers}) then null
             when wants.kind = 'title' then found.title
             else found.page_id || '@' || found.version_number || '@' || found.version_created_at || '#'
               || coalesce(found.live_step, '')
           end as state
         from wants
         join pages host on host.connection_id = ?3 and host.page_id = wants.page_id
         left join pages found on found.connection_id = ?3 and found.source_state = 'current'
           and found.page_id = case
             when wants.named_id <> '' then wants.named_id
             when wants.name = '' then wants.page_id
             else (select named.page_id from spaces
               join pages named on named.connection_id = ?3 and named.space_id = spaces.space_id
                 and named.title = wants.name and named.source_state = 'current'
               where spaces.connection_id = ?3
                 and iif(wants.space_key = '', spaces.space_id = host.space_id, spaces.key = wants.space_key)
               -- A blog post may have the title of a page, which is meant then.
               order by named.page_id in (select page_id from blog_posts where connection_id = ?3), named.page_id
               limit 1) end
         left join spaces found_space on found_space.connection_id = ?3 and found_space.space_id = found.space_id"
    )
}

/// SQL that is true where not all who may read the page `host` may see all that is shown of the page `found`.
fn is_out_of_sight(kind: &str, state: &str) -> String {
    let (is_for_readers, child_is) = (covers("found", "host"), covers("child", "host"));
    format!(
        "iif({kind} = 'children',
           exists (select 1 from json_each({state}) listed
             left join pages child on child.connection_id = host.connection_id
               and child.page_id = listed.value ->> 0 and child.source_state = 'current'
             where coalesce({child_is}, 0) = 0),
           coalesce({is_for_readers}, 0) = 0)"
    )
}

/// SQL that is true where a body of an article, which shows `shows` of other pages, must not be shown to all of the
/// article's readers.
pub(crate) fn shows_too_much(article: &str, shows: &str) -> String {
    format!(
        "exists (select 1 from json_each({shows}) part
           left join pages host on host.connection_id = {article}.connection_id and host.page_id = {article}.page_id
           left join pages found on found.connection_id = {article}.connection_id
             and found.page_id = part.value ->> 'found_id' and found.source_state = 'current'
           where coalesce({}, 1))",
        is_out_of_sight("part.value ->> 'kind'", "part.value ->> 'state'")
    )
}

/// Finds what names mean; a name that means nothing that may be shown comes back without a state.
pub fn look_up(
    database: &impl Database,
    run: &Run,
    wanted: &[Wanted],
) -> Result<Vec<Dependency>, DatabaseError> {
    let statement = format!(
        "with wants as materialized (
           select value ->> 'page_id' as page_id, value ->> 'kind' as kind, value ->> 'name' as name,
             value ->> 'named_id' as named_id, value ->> 'space_key' as space_key, key as place
           from json_each(?4))
         select * from ({}) where {FENCE} order by place",
        found()
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), json(wanted).into()];
    let rows = database.execute(&statement, &parameters)?;
    let mut found = Vec::with_capacity(wanted.len());
    for row in rows.iter() {
        let place = usize::try_from(row.get::<i64>("place")?).unwrap_or(usize::MAX);
        let Some(wanted) = wanted.get(place) else { continue };
        found.push(read(wanted, row)?);
    }
    Ok(found)
}

fn read(wanted: &Wanted, row: Row<'_>) -> Result<Dependency, DatabaseError> {
    Ok(Dependency {
        wanted: wanted.clone(),
        found_id: row.get("found_id")?,
        found_space: row.get::<Option<String>>("found_space")?.unwrap_or_default(),
        state: row.get("state")?,
    })
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// Notes what articles are about to show, before they are written: nothing is shown that could not be hidden.
pub fn record(database: &impl Database, run: &Run, dependencies: &[Dependency]) -> Result<(), DatabaseError> {
    if dependencies.is_empty() {
        return Ok(());
    }
    let statement = format!(
        "insert into dependencies (connection_id, page_id, kind, name, named_id, space_key, found_id, state)
         select ?3, value ->> 'page_id', value ->> 'kind', value ->> 'name', value ->> 'named_id',
           value ->> 'space_key', value ->> 'found_id', value ->> 'state'
         from json_each(?4) where {FENCE}
         on conflict (connection_id, page_id, kind, name, named_id, space_key) do update set
           found_id = excluded.found_id, state = excluded.state"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), json(dependencies).into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Forgets what the articles of `pages` no longer show, after they were written.
pub fn forget_others(
    database: &impl Database,
    run: &Run,
    pages: &[&str],
    dependencies: &[Dependency],
) -> Result<(), DatabaseError> {
    let statement = format!(
        "with kept as materialized (
           select value ->> 'page_id' as page_id, value ->> 'kind' as kind, value ->> 'name' as name,
             value ->> 'named_id' as named_id, value ->> 'space_key' as space_key from json_each(?5))
         delete from dependencies where connection_id = ?3
           and page_id in (select value from json_each(?4)) and {FENCE}
           and not exists (select 1 from kept where kept.page_id = dependencies.page_id
             and kept.kind = dependencies.kind and kept.name = dependencies.name
             and kept.named_id = dependencies.named_id and kept.space_key = dependencies.space_key)"
    );
    let parameters =
        [run.id.into(), holder(run), run.connection_id.into(), json(pages).into(), json(dependencies).into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Hides the articles that show something which not all of their readers may see any more, and has every article
/// made again that shows something which has changed. Says how many are to be made again by that.
///
/// The pages must have been taken over first: who may read them, where they are, and their versions.
pub fn follow(database: &impl Database, run: &Run, now: i64) -> Result<usize, DatabaseError> {
    let hide = format!(
        "update articles set audience = 'restricted', updated_at = ?4, audience_reason =
           'It shows a part of another page that not all of its readers may see; it is made again without that part.'
         where connection_id = ?3 and audience <> 'restricted' and {FENCE} and page_id in (
           select host.page_id from dependencies shown
           join pages host on host.connection_id = ?3 and host.page_id = shown.page_id
           left join pages found on found.connection_id = ?3 and found.page_id = shown.found_id
             and found.source_state = 'current'
           where shown.connection_id = ?3 and shown.state is not null and {})",
        is_out_of_sight("shown.kind", "shown.state")
    );
    // What is live while an edit waits shows what it did; only an approval replaces it.
    let withhold = format!(
        "update articles set edit_audience = 'restricted', updated_at = ?4
         where connection_id = ?3 and edit_state in ('waiting', 'kept') and edit_audience <> 'restricted' and {FENCE}
           and {}",
        shows_too_much("articles", "articles.shows")
    );
    let make_again = format!(
        "with wants as materialized (
           select page_id, kind, name, named_id, space_key, state as shown from dependencies
           where connection_id = ?3)
         update pages set converted_version = null, synced_at = ?4
         where connection_id = ?3 and converted_version is not null and {FENCE}
           and page_id in (select page_id from ({}) where state is not shown)
         returning page_id",
        found()
    );
    // A run that lists only what was edited, or some of the spaces, takes those pages up as they were last seen.
    let take_up = format!(
        "insert into run_pages (run_id, page_id, space_id, parent_id, parent_type, title, web_path, position,
           version_number, version_created_at, live_step, version_key, audience, audience_reason)
         select ?1, pages.page_id, pages.space_id, pages.parent_id, pages.parent_type, pages.title, pages.web_path,
           pages.position, pages.version_number, pages.version_created_at, pages.live_step, '', pages.audience,
           iif(pages.audience = 'everyone', null, articles.audience_reason)
         from pages
         join articles on articles.connection_id = ?3 and articles.page_id = pages.page_id
         where pages.connection_id = ?3 and pages.source_state = 'current' and pages.converted_version is null
           and pages.failed_version is null and {FENCE}
           and exists (select 1 from dependencies
             where dependencies.connection_id = ?3 and dependencies.page_id = pages.page_id)
         on conflict (run_id, page_id) do nothing"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), now.into()];
    database.execute(&hide, &parameters)?;
    database.execute(&withhold, &parameters)?;
    let made_again = database.execute(&make_again, &parameters)?.iter().count();
    database.execute(&take_up, &parameters[..3])?;
    Ok(made_again)
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::runs::tests::store;
    use crate::runs::{ask, lease};

    fn site() -> (Sqlite, Run) {
        let database = store();
        for statement in [
            "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at)
             values (1, '20', 'HR', 'HR', 'global', 'current', 1, 0)",
            "insert into pages (connection_id, page_id, space_id, parent_id, title, web_path, version_number,
               version_created_at, audience, converted_version, first_seen_at, synced_at) values
               (1, '1', '10', null, 'Home', '', 1, 't1', 'everyone', 'v', 0, 0),
               (1, '2', '10', '1', 'Contact', '', 3, 't3', 'everyone', 'v', 0, 0),
               (1, '3', '20', null, 'Contact', '', 5, 't5', 'everyone', 'v', 0, 0),
               (1, '4', '10', '1', 'Keys', '', 1, 't1', 'restricted', 'v', 0, 0)",
        ] {
            database.execute(statement, &[]).unwrap();
        }
        ask(&database, 1, "ada", 0).unwrap();
        let run = lease(&database, "w1", None, 1, 100).unwrap().unwrap();
        (database, run)
    }

    fn wanted(kind: Kind, name: &str, named_id: &str, space_key: &str) -> Wanted {
        let [name, named_id, space_key] = [name, named_id, space_key].map(str::to_owned);
        Wanted { page_id: "1".into(), kind, name, named_id, space_key }
    }

    fn found(database: &Sqlite, run: &Run, wanted: Wanted) -> (Option<String>, Option<String>) {
        let found = look_up(database, run, &[wanted]).unwrap().remove(0);
        (found.found_id, found.state)
    }

    fn stale(database: &Sqlite) -> bool {
        let query = "select 1 as n from pages where page_id = '1' and converted_version is null";
        !database.execute(query, &[]).unwrap().is_empty()
    }

    #[test]
    fn a_title_means_a_page_of_one_space_and_only_what_all_may_see_is_shown() {
        let (database, run) = site();
        let some = |text: &str| Some(text.to_owned());
        for (kind, name, id, space, expected) in [
            (Kind::IncludedPage, "Contact", "", "", (some("2"), some("2@3@t3#"))),
            (Kind::IncludedPage, "Contact", "", "HR", (some("3"), some("3@5@t5#"))),
            (Kind::Excerpt, "", "3", "", (some("3"), some("3@5@t5#"))),
            (Kind::IncludedPage, "Contact", "", "OPS", (None, None)),
            (Kind::IncludedPage, "Absent", "", "", (None, None)),
            (Kind::IncludedPage, "Keys", "", "", (some("4"), None)),
            (Kind::IncludedPage, "Home", "", "", (some("1"), None)),
            (Kind::Title, "", "2", "", (some("2"), some("Contact"))),
            (Kind::Title, "", "4", "", (some("4"), None)),
            (Kind::Children, "", "", "", (some("1"), some(r#"[["2","Contact"]]"#))),
        ] {
            let found = found(&database, &run, wanted(kind, name, id, space));
            assert_eq!(found, expected, "{kind:?} {name} {id} {space}");
        }
        assert_eq!(included_state("2", 3, "t3", None), "2@3@t3#");
    }

    #[test]
    fn an_article_is_made_again_when_what_it_shows_changes() {
        for (change, is_stale) in [
            ("update pages set title = 'Home page' where page_id = '1'", false),
            ("update pages set version_number = 9 where page_id = '3'", false),
            ("update pages set version_number = 4, version_created_at = 't4' where page_id = '2'", true),
            ("update pages set live_step = '2' where page_id = '2'", true),
            ("update pages set title = 'Contacts' where page_id = '2'", true),
            ("update pages set source_state = 'trashed' where page_id = '2'", true),
            ("update pages set audience = 'restricted' where page_id = '2'", true),
            ("update pages set audience = 'everyone' where page_id = '4'", true),
            ("update pages set space_id = '20' where page_id = '1'", true),
        ] {
            let (database, run) = site();
            let shown = [
                wanted(Kind::IncludedPage, "Contact", "", ""),
                wanted(Kind::IncludedPage, "Keys", "", ""),
                wanted(Kind::Excerpt, "Absent", "", ""),
            ];
            let shown = look_up(&database, &run, &shown).unwrap();
            record(&database, &run, &shown).unwrap();
            follow(&database, &run, 2).unwrap();
            assert!(!stale(&database), "nothing changed before {change}");
            database.execute(change, &[]).unwrap();
            follow(&database, &run, 3).unwrap();
            assert_eq!(stale(&database), is_stale, "{change}");
        }
    }

    #[test]
    fn what_is_no_longer_shown_is_forgotten() {
        let (database, run) = site();
        let both = [wanted(Kind::IncludedPage, "Contact", "", ""), wanted(Kind::Children, "", "", "")];
        let both = look_up(&database, &run, &both).unwrap();
        record(&database, &run, &both).unwrap();
        forget_others(&database, &run, &["1"], &both[1..]).unwrap();
        let rows = database.execute("select kind from dependencies", &[]).unwrap();
        assert_eq!(
            rows.iter().map(|row| row.get::<String>("kind").unwrap()).collect::<Vec<_>>(),
            ["children"]
        );
    }
}
