//! What the sync writes of articles: content with its audience in one statement, never status or category.

use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::dependencies::Kind;
use crate::runs::{FENCE, Run, json};

/// An article as a page was converted to it.
#[derive(Debug, Clone, Serialize)]
pub struct ConvertedArticle {
    pub page_id: String,
    pub slug: String,
    pub title: String,
    pub headings: String,
    pub text: String,
    pub summary: String,
    pub html: String,
    pub markdown: String,
    pub outline: Vec<document::Heading>,
    pub passages: Vec<StoredPassage>,
    pub report: document::Report,
    pub losses: i64,
    pub source_url: String,
    pub source_version: i64,
    pub source_updated_at: i64,
    pub shows: Vec<Shown>,
}

/// What an article shows of another page; see [`dependencies`](crate::dependencies).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub kind: Kind,
    pub found_id: String,
    pub state: String,
}

/// A passage as the trigger on `articles` takes it.
#[derive(Debug, Clone, Serialize)]
pub struct StoredPassage {
    pub title: String,
    pub heading: String,
    pub anchor: String,
    pub text: String,
    pub offset: u32,
    pub words: u32,
}

/// What belongs to a body: it goes live together, or waits together.
const CONTENT: [&str; 14] = [
    "slug",
    "title",
    "headings",
    "text",
    "summary",
    "html",
    "markdown",
    "outline",
    "passages",
    "report",
    "losses",
    "source_version",
    "source_updated_at",
    "shows",
];

/// Writes articles whole, each with the audience that this run worked out for it.
///
/// Status and category are set at the first import only: a draft, under the name of its space. Where edits of a
/// published article wait for approval, what employees read stays, and the new version is kept beside it.
pub fn write(
    database: &impl Database,
    run: &Run,
    articles: &[ConvertedArticle],
    now: i64,
) -> Result<(), DatabaseError> {
    // What looks the same is no edit. Of the same version only our own conversion may have changed the markup.
    const WAITS: &str =
        "live.status = 'published' and coalesce(live.review_edits, categories.review_edits, 0)
       and (live.title <> made.value ->> 'title'
         or live.html <> made.value ->> 'html'
           and not (live.source_version = made.value ->> 'source_version'
             and live.source_updated_at = made.value ->> 'source_updated_at'
             and live.text = made.value ->> 'text' and live.shows = made.value -> 'shows'))";
    const HELD: &str = "live.edit_state in ('waiting', 'kept')";
    // An edit narrows whom the version before it may be shown to, and nothing but an approval widens that again.
    let widest = format!("iif({HELD}, live.edit_audience, live.audience)");
    let narrowed = narrowed(&widest, "listed.audience");
    let content = CONTENT
        .map(|column| {
            format!("{column} = iif(excluded.edit_state is null, excluded.{column}, articles.{column})")
        })
        .join(", ");
    // `cross join` keeps SQLite from walking every listed page for each article.
    let statement = format!(
        "insert into articles (connection_id, page_id, space_id, slug, title, headings, labels, text, summary, html,
           markdown, outline, passages, report, losses, source_url, source_version, source_updated_at, source_state,
           audience, audience_reason, status, status_changed_at, category, created_at, updated_at, shows,
           edit_state, edit_at, edit_audience, edit_decided_at, edit_decided_by, edit)
         select ?4, page_id, space_id, made ->> 'slug', made ->> 'title', made ->> 'headings', labels,
           made ->> 'text', made ->> 'summary', made ->> 'html', made ->> 'markdown', made -> 'outline',
           made -> 'passages', made -> 'report', made ->> 'losses', made ->> 'source_url', made ->> 'source_version',
           made ->> 'source_updated_at', 'current', audience, audience_reason, 'draft', ?5, space_name, ?5, ?5,
           made -> 'shows', case when waits and is_known then was_state when waits then 'waiting' end,
           case when waits and is_known then was_at when waits then ?5 end, iif(waits, narrowed, null),
           iif(waits and is_known, decided_at, null), iif(waits and is_known, decided_by, null), iif(waits, made, null)
         from (select made.value as made, listed.page_id, listed.space_id, coalesce(listed.labels, '') as labels,
             listed.audience, listed.audience_reason, spaces.name as space_name, {WAITS} as waits,
             {HELD} and live.edit ->> 'title' = made.value ->> 'title'
               and live.edit ->> 'html' = made.value ->> 'html' as is_known,
             live.edit_state as was_state, live.edit_at as was_at, live.edit_decided_at as decided_at,
             live.edit_decided_by as decided_by, {narrowed} as narrowed
           from json_each(?3) as made
           cross join run_pages listed on listed.run_id = ?1 and listed.page_id = made.value ->> 'page_id'
             and listed.in_scope = 1
           cross join pages on pages.connection_id = ?4 and pages.page_id = listed.page_id
             and pages.source_state = 'current'
           cross join spaces on spaces.connection_id = ?4 and spaces.space_id = listed.space_id and spaces.chosen = 1
           left join articles live on live.connection_id = ?4 and live.page_id = listed.page_id
           left join categories on categories.name = live.category
           where {FENCE}) as incoming
         where true
         on conflict (connection_id, page_id) do update set space_id = excluded.space_id,
           {content},
           -- Only the sweep tells labels.
           labels = coalesce((select labels from run_pages where run_id = ?1 and page_id = excluded.page_id), articles.labels),
           source_url = excluded.source_url, source_state = excluded.source_state, audience = excluded.audience,
           audience_reason = excluded.audience_reason, updated_at = excluded.updated_at,
           edit_state = excluded.edit_state, edit_at = excluded.edit_at, edit_audience = excluded.edit_audience,
           edit_decided_at = excluded.edit_decided_at, edit_decided_by = excluded.edit_decided_by,
           edit = excluded.edit"
    );
    let parameters =
        [run.id.into(), holder(run), json(articles).into(), run.connection_id.into(), now.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// SQL for the audience of those who are in both; where that cannot be told, nobody.
pub(crate) fn narrowed(one: &str, other: &str) -> String {
    format!(
        "case when {other} = {one} or {other} = 'everyone' then {one} when {one} = 'everyone' then {other}
           else 'restricted' end"
    )
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// Takes away at once whoever may not read an article by what this run found, whether or not its content changed too.
///
/// From then on its readers have to pass the gates that it had and those that were found. Whoever may read it now
/// and might not before waits until it is written anew: an old body must not be shown because the new one may be.
pub fn restrict(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "update articles set updated_at = ?4, audience_reason = listed.audience_reason, audience = case
           when listed.audience = 'restricted' or articles.audience = 'restricted' then 'restricted'
           when articles.audience = 'everyone' then listed.audience
           when listed.audience = 'everyone' then articles.audience
           when not exists (select 1 from json_each(articles.audience) as gate
             where gate.value not in (select value from json_each(listed.audience))) then listed.audience
           else (select json_group_array(value) from (
             select value from json_each(articles.audience)
             union all select value from json_each(listed.audience)
               where value not in (select value from json_each(articles.audience)))) end
         from run_pages listed
         where listed.run_id = ?1 and articles.connection_id = ?3 and articles.page_id = listed.page_id and {FENCE}
           and (articles.audience <> listed.audience
             or listed.audience = 'restricted' and articles.audience_reason is not listed.audience_reason)"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), now.into()];
    database.execute(&statement, &parameters)?;
    // Those that the listing of a space passed by are in it still, until it is certain where they went. The page is
    // marked too, for an article that is made again in the meantime has its page's audience.
    for (table, marks) in [
        ("pages", "audience = 'restricted'"),
        (
            "articles",
            "audience = 'restricted', updated_at = ?4, audience_reason = 'It is being found out who may see the page.'",
        ),
    ] {
        let unlisted = format!(
            "update {table} set {marks}
             where connection_id = ?3 and source_state = 'current' and audience <> 'restricted' and {FENCE}
               and space_id in (select found.space_id from run_spaces found
                 join space_permissions known on known.connection_id = ?3 and known.space_id = found.space_id
                 where found.run_id = ?1 and found.state in ('listed', 'empty') and known.state <> 'open'
                   and not exists (select 1 from gates join node_readers named on named.connection_id = ?3
                     and named.gate = gates.gate and named.edition = '*'
                     where gates.connection_id = ?3 and gates.node_id = 'space:' || found.space_id)
                   and (known.state = 'unknown' or {table}.audience = 'everyone' or not exists (
                     select 1 from json_each({table}.audience) as gate
                     where gate.value glob 'space:' || found.space_id || '@*')))
               and page_id not in (select page_id from run_pages where run_id = ?1)"
        );
        let used = if table == "pages" { &parameters[..3] } else { &parameters };
        database.execute(&unlisted, used)?;
    }
    let keep = format!(
        "insert or ignore into audiences (audience, connection_id)
         select distinct audience, ?3 from articles
         where connection_id = ?3 and audience not in ('everyone', 'restricted') and {FENCE}"
    );
    database.execute(&keep, &parameters[..3])?;
    Ok(())
}

/// Has the articles written anew that this run found to be for more people than they are shown to.
pub fn write_for_more(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "update pages set converted_version = null
         where connection_id = ?3 and converted_version is not null and {FENCE} and page_id in (
           select listed.page_id from run_pages listed
             join articles on articles.connection_id = ?3 and articles.page_id = listed.page_id
             where listed.run_id = ?1 and listed.in_scope = 1 and listed.audience <> 'restricted'
               and articles.audience <> listed.audience)"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// Hides the articles of spaces that were not seen since before `lost_before`, in more than one healthy look.
///
/// Nothing of them is removed, for a policy or a slip of somebody's hand looks the same. But a space that is made
/// private looks the same too, so that who may see its pages is not known any more.
pub fn hide_lost(
    database: &impl Database,
    run: &Run,
    lost_before: i64,
    now: i64,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "update articles set audience = 'restricted', updated_at = ?4,
           audience_reason = 'The connected account can no longer see the pages of this space in Confluence.'
         where connection_id = ?3 and source_state = 'current' and audience <> 'restricted' and {FENCE}
           and space_id in (select space_id from spaces where connection_id = ?3 and lost_since <= ?5)"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), now.into(), lost_before.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Hides what this run found out of its space's scope.
pub fn leave_out(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "update articles set source_state = 'not_chosen', space_id = listed.space_id, updated_at = ?4
         from run_pages listed
         where listed.run_id = ?1 and listed.in_scope = 0 and articles.connection_id = ?3
           and articles.page_id = listed.page_id and articles.source_state <> 'not_chosen' and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), now.into()])?;
    Ok(())
}

/// Brings what surrounds an unchanged page up to date: place, address, state, labels.
pub fn follow(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    const UNCHANGED: &str = "from run_pages listed
       join pages on pages.connection_id = ?3 and pages.page_id = listed.page_id
       join spaces on spaces.connection_id = ?3 and spaces.space_id = listed.space_id and spaces.chosen = 1
       join connections on connections.id = ?3
       where listed.run_id = ?1 and listed.in_scope = 1 and pages.converted_version = listed.version_key
         and articles.connection_id = ?3 and articles.page_id = listed.page_id";
    let address = "rtrim(connections.site_url, '/') || '/wiki' || listed.web_path";
    let surroundings = format!(
        "update articles set space_id = listed.space_id, source_url = {address}, source_state = 'current',
           audience_reason = listed.audience_reason, updated_at = ?4
         {UNCHANGED} and {FENCE} and articles.audience = listed.audience
           and (articles.space_id <> listed.space_id or articles.source_url <> {address}
             or articles.source_state <> 'current' or articles.audience_reason is not listed.audience_reason)"
    );
    // Apart from the rest, for a change of labels rewrites the search index.
    let labels = format!(
        "update articles set labels = listed.labels, updated_at = ?4
         {UNCHANGED} and {FENCE} and listed.labels is not null and articles.labels <> listed.labels"
    );
    for statement in [surroundings, labels] {
        database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), now.into()])?;
    }
    Ok(())
}

/// Gives every category that a first import used a place among the categories.
pub fn categorised(database: &impl Database, connection: i64, since: i64) -> Result<(), DatabaseError> {
    database.execute(
        "insert or ignore into categories (name)
             select distinct category from articles
             where connection_id = ?1 and created_at >= ?2 and category is not null",
        &[connection.into(), since.into()],
    )?;
    Ok(())
}
