use ports::{Database, DatabaseError, Row};
use serde::Serialize;

use super::{FENCE, Phase, Run, json};

/// How a chosen space was found by a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceState {
    ToList,
    /// Its changes are known; it is not listed by this run.
    Followed,
    /// Listed to its end.
    Listed,
    /// Listed to its end without a single page, although we had some.
    Empty,
    /// The connected account no longer sees it.
    NotVisible,
}

impl SpaceState {
    fn word(self) -> &'static str {
        match self {
            Self::ToList => "to_list",
            Self::Followed => "followed",
            Self::Listed => "listed",
            Self::Empty => "empty",
            Self::NotVisible => "not_visible",
        }
    }
}

/// A chosen space in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunSpace {
    pub space_id: String,
    pub key: String,
    pub name: String,
}

/// A page as the listing gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedPage {
    pub page_id: String,
    pub space_id: String,
    pub parent_id: Option<String>,
    pub parent_type: Option<String>,
    pub title: String,
    pub web_path: String,
    pub position: Option<i64>,
    pub version_number: i64,
    pub version_created_at: String,
    pub live_step: Option<String>,
    pub version_key: String,
}

/// A page's own restriction (`open`, `restricted`, `unknown`) and labels, as the sweep gives them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SweptPage {
    pub page_id: String,
    pub own_restriction: &'static str,
    pub labels: Option<String>,
}

/// What stands above pages without being one of the listed ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParentNode {
    pub content_id: String,
    pub parent_id: Option<String>,
    pub parent_type: Option<String>,
}

/// Begins the listing: of the spaces to list, those that are missing among `visible` are not visible.
///
/// What the changes brought into the run's tables makes way for the listing.
pub fn begin_spaces(database: &impl Database, run: &Run, visible: &[String]) -> Result<(), DatabaseError> {
    for table in ["run_pages", "run_parents", "run_readers"] {
        let statement = format!("delete from {table} where run_id = ?1 and {FENCE}");
        database.execute(&statement, &[run.id.into(), holder(run)])?;
    }
    let statement = format!(
        "update run_spaces set state = 'not_visible'
         where run_id = ?1 and state = 'to_list' and space_id not in (select value from json_each(?3)) and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), json(visible).into()])?;
    Ok(())
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

fn read_space(row: Row<'_>) -> Result<RunSpace, DatabaseError> {
    Ok(RunSpace { space_id: row.get("space_id")?, key: row.get("key")?, name: row.get("name")? })
}

/// The space to list next, if one is left.
pub fn next_space_to_list(database: &impl Database, run: &Run) -> Result<Option<RunSpace>, DatabaseError> {
    let statement =
        "select * from run_spaces where run_id = ?1 and state = 'to_list' order by space_id limit 1";
    database.execute(statement, &[run.id.into()])?.first().map(read_space).transpose()
}

/// The space to sweep next, if one is left.
pub fn next_space_to_sweep(database: &impl Database, run: &Run) -> Result<Option<RunSpace>, DatabaseError> {
    let statement = "select * from run_spaces where run_id = ?1 and state = 'listed' and swept = 0 order by space_id limit 1";
    database.execute(statement, &[run.id.into()])?.first().map(read_space).transpose()
}

/// The spaces that this run lists whole.
pub fn spaces_to_list(database: &impl Database, run: &Run) -> Result<Vec<String>, DatabaseError> {
    let statement =
        "select space_id from run_spaces where run_id = ?1 and state = 'to_list' order by space_id";
    let rows = database.execute(statement, &[run.id.into()])?;
    rows.iter().map(|row| row.get("space_id")).collect()
}

/// The spaces that this run found whole, be they empty.
pub fn spaces_listed(database: &impl Database, run: &Run) -> Result<Vec<String>, DatabaseError> {
    let statement = "select space_id from run_spaces where run_id = ?1 and state in ('listed', 'empty') order by space_id";
    let rows = database.execute(statement, &[run.id.into()])?;
    rows.iter().map(|row| row.get("space_id")).collect()
}

/// Whether a space was chosen after the run had begun, so that it is not in it.
pub fn spaces_chosen_meanwhile(database: &impl Database, run: &Run) -> Result<bool, DatabaseError> {
    let statement = "select 1 as late from spaces where connection_id = ?2 and chosen = 1
         and not exists (select 1 from run_spaces where run_id = ?1 and space_id = spaces.space_id) limit 1";
    Ok(!database.execute(statement, &[run.id.into(), run.connection_id.into()])?.is_empty())
}

/// Notes how a space was found.
pub fn mark_space(
    database: &impl Database,
    run: &Run,
    space_id: &str,
    state: SpaceState,
) -> Result<(), DatabaseError> {
    let statement =
        format!("update run_spaces set state = ?4 where run_id = ?1 and space_id = ?3 and {FENCE}");
    let parameters = [run.id.into(), holder(run), space_id.into(), state.word().into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Hides everything of spaces that are archived: their pages call themselves current all the same. They count as listed,
/// and nothing of them as missing; once such a space is current again, its listing brings its articles back.
pub fn archive_spaces(
    database: &impl Database,
    run: &Run,
    spaces: &[String],
    now: i64,
) -> Result<(), DatabaseError> {
    if spaces.is_empty() {
        return Ok(());
    }
    for (table, time, space) in [
        // The page's row says to which space it belongs; an article may still name the one that it moved from.
        (
            "articles",
            "updated_at",
            "(select space_id from pages where connection_id = ?3 and page_id = articles.page_id)",
        ),
        ("pages", "synced_at", "pages.space_id"),
    ] {
        let statement = format!(
            "update {table} set source_state = 'archived', {time} = ?5
             where connection_id = ?3 and source_state = 'current' and {FENCE}
               and {space} in (select value from json_each(?4))"
        );
        let parameters =
            [run.id.into(), holder(run), run.connection_id.into(), json(spaces).into(), now.into()];
        database.execute(&statement, &parameters)?;
    }
    let statement = format!(
        "update run_spaces set state = 'listed', swept = 1
         where run_id = ?1 and state = 'to_list' and space_id in (select value from json_each(?3)) and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), json(spaces).into()])?;
    Ok(())
}

/// Notes that the restrictions of a space's pages were swept.
pub fn mark_swept(database: &impl Database, run: &Run, space_id: &str) -> Result<(), DatabaseError> {
    let statement =
        format!("update run_spaces set swept = 1 where run_id = ?1 and space_id = ?3 and {FENCE}");
    database.execute(&statement, &[run.id.into(), holder(run), space_id.into()])?;
    Ok(())
}

/// The spaces of a run from which nothing is removed, and why.
pub fn unlisted_spaces(
    database: &impl Database,
    run: &Run,
) -> Result<Vec<(RunSpace, SpaceState)>, DatabaseError> {
    let statement = "select * from run_spaces where run_id = ?1 and state in ('empty', 'not_visible')
         order by space_id";
    let rows = database.execute(statement, &[run.id.into()])?;
    rows.iter()
        .map(|row| {
            let empty = row.get::<String>("state")? == SpaceState::Empty.word();
            Ok((read_space(row)?, if empty { SpaceState::Empty } else { SpaceState::NotVisible }))
        })
        .collect()
}

/// How many pages a run's listing saw in a space, and how many current ones we know there.
pub fn pages_listed_in(
    database: &impl Database,
    run: &Run,
    space_id: &str,
) -> Result<(i64, i64), DatabaseError> {
    let rows = database
        .execute(
            "select (select count(*) from run_pages where run_id = ?1 and space_id = ?2) as listed,
               (select count(*) from pages where connection_id = ?3 and space_id = ?2 and source_state = 'current')
                 as known",
            &[run.id.into(), space_id.into(), run.connection_id.into()],
        )?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.get("listed")?, row.get("known")?)))
}

/// Keeps a stretch of the listing; the same stretch again changes nothing.
pub fn listed_pages(database: &impl Database, run: &Run, pages: &[ListedPage]) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into run_pages (run_id, page_id, space_id, parent_id, parent_type, title, web_path, position,
           version_number, version_created_at, live_step, version_key)
         select ?1, value ->> 'page_id', value ->> 'space_id', value ->> 'parent_id', value ->> 'parent_type',
           value ->> 'title', value ->> 'web_path', value ->> 'position', value ->> 'version_number',
           value ->> 'version_created_at', value ->> 'live_step', value ->> 'version_key'
         from json_each(?3) where {FENCE}
         on conflict (run_id, page_id) do update set space_id = excluded.space_id, parent_id = excluded.parent_id,
           parent_type = excluded.parent_type, title = excluded.title, web_path = excluded.web_path,
           position = excluded.position, version_number = excluded.version_number,
           version_created_at = excluded.version_created_at, live_step = excluded.live_step,
           version_key = excluded.version_key"
    );
    database.execute(&statement, &[run.id.into(), holder(run), json(pages).into()])?;
    Ok(())
}

/// Parents that the tree names and nobody has looked at yet: their id and what they are.
pub fn unknown_parents(
    database: &impl Database,
    run: &Run,
    limit: i64,
) -> Result<Vec<(String, String)>, DatabaseError> {
    let rows = database.execute(
        "select distinct child.parent_id as id, coalesce(child.parent_type, '') as kind
             from (select parent_id, parent_type from run_pages where run_id = ?1
                   union select parent_id, parent_type from run_parents where run_id = ?1) as child
             where child.parent_id is not null
               and not exists (select 1 from run_pages where run_id = ?1 and page_id = child.parent_id)
               and not exists (select 1 from run_parents where run_id = ?1 and content_id = child.parent_id)
             order by child.parent_type, child.parent_id limit ?2",
        &[run.id.into(), limit.into()],
    )?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("kind")?))).collect()
}

/// Keeps parents that were looked at; one that could not be read is its own parent.
pub fn parents_found(
    database: &impl Database,
    run: &Run,
    parents: &[ParentNode],
) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into run_parents (run_id, content_id, parent_id, parent_type)
         select ?1, value ->> 'content_id', value ->> 'parent_id', value ->> 'parent_type'
         from json_each(?3) where {FENCE}
         on conflict (run_id, content_id) do nothing"
    );
    database.execute(&statement, &[run.id.into(), holder(run), json(parents).into()])?;
    Ok(())
}

/// Keeps a stretch of the sweep of restrictions.
pub fn swept_pages(database: &impl Database, run: &Run, pages: &[SweptPage]) -> Result<(), DatabaseError> {
    let statement = format!(
        "with swept (id, own_restriction, labels) as materialized (
           select value ->> 'page_id', value ->> 'own_restriction', value ->> 'labels' from json_each(?3))
         update run_pages set (own_restriction, labels) =
           (select swept.own_restriction, swept.labels from swept where swept.id = run_pages.page_id)
         where run_id = ?1 and page_id in (select id from swept) and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), json(pages).into()])?;
    Ok(())
}

/// The pages and parents after `after` whose own restriction is still unknown.
pub fn restrictions_to_ask(
    database: &impl Database,
    run: &Run,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, DatabaseError> {
    let rows = database
        .execute(
            "select page_id as id from run_pages where run_id = ?1 and own_restriction = 'unknown' and page_id > ?2
             union select content_id from run_parents
               where run_id = ?1 and own_restriction = 'unknown' and content_id > ?2
             order by 1 limit ?3",
            &[run.id.into(), after.into(), limit.into()],
        )?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Keeps restrictions that were asked for one by one: content id and `open` or `restricted`.
pub fn restrictions_found(
    database: &impl Database,
    run: &Run,
    found: &[(String, &'static str)],
) -> Result<(), DatabaseError> {
    for (table, id) in [("run_pages", "page_id"), ("run_parents", "content_id")] {
        let statement = format!(
            "with found (id, own_restriction) as materialized (select value ->> 0, value ->> 1 from json_each(?3))
             update {table} set own_restriction =
               (select found.own_restriction from found where found.id = {table}.{id})
             where run_id = ?1 and {id} in (select id from found) and {FENCE}"
        );
        database.execute(&statement, &[run.id.into(), holder(run), json(found).into()])?;
    }
    Ok(())
}

/// Those of these pages whose labels no sweep told: in a run that follows edits only those that are new to us, for the
/// labels of the others are known from before.
pub fn without_labels(
    database: &impl Database,
    run: &Run,
    ids: &[&str],
) -> Result<Vec<String>, DatabaseError> {
    let rows = database.execute(
        "select page_id from run_pages
             where run_id = ?1 and labels is null and page_id in (select value from json_each(?2))
               and (?4 or not exists (select 1 from pages where pages.connection_id = ?3
                 and pages.page_id = run_pages.page_id and pages.labels is not null))",
        &[run.id.into(), json(ids).into(), run.connection_id.into(), (run.phase == Phase::Whole).into()],
    )?;
    rows.iter().map(|row| row.get("page_id")).collect()
}

/// Keeps labels that were asked for one by one: page id and the names, with spaces between them.
pub fn labels_found(
    database: &impl Database,
    run: &Run,
    found: &[(String, String)],
) -> Result<(), DatabaseError> {
    let statement = format!(
        "with found (id, labels) as materialized (select value ->> 0, value ->> 1 from json_each(?3))
         update run_pages set labels = (select found.labels from found where found.id = run_pages.page_id)
         where run_id = ?1 and page_id in (select id from found) and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), json(found).into()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::super::tests::store;
    use super::super::{Phase, SpacePermission, ask, computed_audiences, lease, space_permission};
    use super::*;

    fn page(id: &str, parent: Option<(&str, &str)>) -> ListedPage {
        ListedPage {
            page_id: id.into(),
            space_id: "10".into(),
            parent_id: parent.map(|(id, _)| id.into()),
            parent_type: parent.map(|(_, kind)| kind.into()),
            title: format!("Page {id}"),
            web_path: format!("/spaces/IT/pages/{id}"),
            position: None,
            version_number: 1,
            version_created_at: "2026-01-01T00:00:00Z".into(),
            live_step: None,
            version_key: "1".into(),
        }
    }

    fn run(database: &Sqlite) -> Run {
        ask(database, 1, "ada", 0).unwrap();
        lease(database, "w1", None, 1, 100).unwrap().unwrap()
    }

    fn everyone(database: &Sqlite) -> Vec<String> {
        let statement = "select page_id from run_pages where audience = 'everyone' order by page_id";
        let rows = database.execute(statement, &[]).unwrap();
        rows.iter().map(|row| row.get("page_id").unwrap()).collect()
    }

    #[test]
    fn a_page_is_for_everyone_only_when_all_above_it_are() {
        let database = store();
        let run = Run { phase: Phase::Whole, ..run(&database) };
        let pages = [
            page("1", None),
            page("2", Some(("1", "page"))),
            page("3", Some(("2", "page"))),
            page("4", None),
            page("5", Some(("4", "page"))),
            page("6", Some(("f1", "folder"))),
            page("7", Some(("f2", "folder"))),
            page("8", Some(("gone", "page"))),
            // Two pages that claim to be each other's parent.
            page("9", Some(("a", "page"))),
            page("a", Some(("9", "page"))),
            page("b", None),
        ];
        listed_pages(&database, &run, &pages).unwrap();
        let open = SpacePermission { state: "open", reason: None, permissions: 1 };
        space_permission(&database, &run, "10", open, 0).unwrap();
        let unknown = unknown_parents(&database, &run, 10).unwrap();
        let kinds: Vec<_> = unknown.iter().map(|(id, kind)| (id.as_str(), kind.as_str())).collect();
        assert_eq!(kinds, [("f1", "folder"), ("f2", "folder"), ("gone", "page")]);
        let parent = |id: &str, parent: Option<&str>| ParentNode {
            content_id: id.into(),
            parent_id: parent.map(Into::into),
            parent_type: None,
        };
        let unreadable = parent("gone", Some("gone"));
        parents_found(&database, &run, &[parent("f1", Some("1")), parent("f2", Some("4")), unreadable])
            .unwrap();
        assert!(unknown_parents(&database, &run, 10).unwrap().is_empty());
        let swept: Vec<_> = ["1", "2", "3", "5", "6", "7", "8", "9", "a"]
            .map(|id| SweptPage { page_id: id.into(), own_restriction: "open", labels: None })
            .into_iter()
            .chain([SweptPage { page_id: "4".into(), own_restriction: "restricted", labels: None }])
            .collect();
        swept_pages(&database, &run, &swept).unwrap();
        assert_eq!(restrictions_to_ask(&database, &run, "", 10).unwrap(), ["b", "f1", "f2", "gone"]);
        let found = ["f1", "f2", "gone"].map(|id| (id.to_owned(), "open"));
        restrictions_found(&database, &run, &found).unwrap();
        computed_audiences(&database, &run).unwrap();
        assert_eq!(everyone(&database), ["1", "2", "3", "6"]);
        let rows = database
                .execute("select audience_reason as r from run_pages where page_id in ('4', '5', 'b') order by page_id", &[])
                .unwrap();
        let reasons: Vec<String> = rows.iter().map(|row| row.get("r").unwrap()).collect();
        assert!(reasons[0].contains("page is restricted") && reasons[1].contains("above it is restricted"));
        assert!(reasons[2].contains("could not be read"));
        let unknown = SpacePermission { state: "unknown", reason: Some("By roles."), permissions: 1 };
        space_permission(&database, &run, "10", unknown, 0).unwrap();
        computed_audiences(&database, &run).unwrap();
        assert!(everyone(&database).is_empty());
    }
}
