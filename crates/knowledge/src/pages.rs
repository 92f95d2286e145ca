//! Source identity: what Confluence says of each page, and how far we followed it.

use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::blog_posts;
use crate::runs::{FENCE, Run, json};

/// A page whose article is to be made or brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPage {
    pub page_id: String,
    pub title: String,
    pub space_key: String,
    /// The version that was listed, before it was read who may see it.
    pub version_number: i64,
    pub version_created_at: String,
    pub live_step: Option<String>,
}

/// A page that could not be converted, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedPage {
    pub page_id: String,
    /// The version that cannot be converted; none if it was not even fetched, and is to be tried again.
    pub version_key: Option<String>,
    pub failure: String,
}

/// Where a page went that is no longer listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Departure {
    pub page_id: String,
    /// `archived`, `trashed`, `not_visible` or `not_chosen`.
    pub source_state: &'static str,
    /// Where it is now, if it was seen.
    pub space_id: Option<String>,
}

/// Takes over what the listing says of every page; the version is followed by the articles, not by this.
pub fn took_over(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into pages (connection_id, page_id, space_id, parent_id, parent_type, title, web_path, position,
           version_number, version_created_at, live_step, own_restriction, audience, labels, source_state,
           first_seen_at, synced_at)
         select ?3, listed.page_id, listed.space_id, listed.parent_id, listed.parent_type, listed.title,
           listed.web_path, listed.position, listed.version_number, listed.version_created_at, listed.live_step,
           listed.own_restriction, listed.audience, listed.labels, iif(listed.in_scope, 'current', 'not_chosen'),
           ?4, ?4
         from run_pages listed
         join spaces on spaces.connection_id = ?3 and spaces.space_id = listed.space_id and spaces.chosen = 1
         where listed.run_id = ?1 and {FENCE}
         on conflict (connection_id, page_id) do update set space_id = excluded.space_id,
           parent_id = excluded.parent_id, parent_type = excluded.parent_type, title = excluded.title,
           web_path = excluded.web_path, position = excluded.position, version_number = excluded.version_number,
           version_created_at = excluded.version_created_at, live_step = excluded.live_step,
           own_restriction = excluded.own_restriction, audience = excluded.audience,
           labels = coalesce(excluded.labels, pages.labels), source_state = excluded.source_state,
           synced_at = excluded.synced_at"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), now.into()])?;
    Ok(())
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// A listed page of a chosen space whose article is missing, of another version, or under an old title. One that
/// this run has meanwhile found to be gone is not made again, though it was taken up for what it shows of others.
const PENDING: &str = "from run_pages listed
   join pages on pages.connection_id = ?2 and pages.page_id = listed.page_id and pages.source_state = 'current'
   join spaces on spaces.connection_id = ?2 and spaces.space_id = listed.space_id and spaces.chosen = 1
   left join articles on articles.connection_id = ?2 and articles.page_id = listed.page_id
   where listed.run_id = ?1 and listed.in_scope = 1 and pages.failed_version is not listed.version_key
     and (articles.id is null or pages.converted_version is not listed.version_key
       or iif(articles.edit_state in ('waiting', 'kept'), articles.edit ->> 'title', articles.title) <> listed.title)";

/// How many pages are pending.
pub fn count_pending(database: &impl Database, run: &Run) -> Result<i64, DatabaseError> {
    let statement = format!("select count(*) as pending {PENDING}");
    let rows = database.execute(&statement, &[run.id.into(), run.connection_id.into()])?;
    rows.first().map_or(Ok(0), |row| row.get("pending"))
}

/// The pending pages after `after`.
pub fn pending(
    database: &impl Database,
    run: &Run,
    after: &str,
    limit: i64,
) -> Result<Vec<PendingPage>, DatabaseError> {
    let statement = format!(
        "select listed.page_id, listed.title, listed.version_number, listed.version_created_at, listed.live_step,
           spaces.key {PENDING} and listed.page_id > ?3
         order by listed.page_id limit ?4"
    );
    let parameters = [run.id.into(), run.connection_id.into(), after.into(), limit.into()];
    let rows = database.execute(&statement, &parameters)?;
    rows.iter()
        .map(|row| {
            Ok(PendingPage {
                page_id: row.get("page_id")?,
                title: row.get("title")?,
                space_key: row.get("key")?,
                version_number: row.get("version_number")?,
                version_created_at: row.get("version_created_at")?,
                live_step: row.get("live_step")?,
            })
        })
        .collect()
}

/// Notes pages that could not be converted; what they last were stays as it is.
pub fn failed(
    database: &impl Database,
    run: &Run,
    pages: &[FailedPage],
    now: i64,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "with failed (id, failure, version_key) as materialized (
           select value ->> 'page_id', value ->> 'failure', value ->> 'version_key' from json_each(?3))
         update pages set synced_at = ?5, touched_in = ?1, outcome = 'failed', (failure, failed_version) =
           (select failed.failure, failed.version_key from failed where failed.id = pages.page_id)
         where connection_id = ?4 and page_id in (select id from failed) and {FENCE}"
    );
    let parameters = [run.id.into(), holder(run), json(pages).into(), run.connection_id.into(), now.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Notes the versions that articles were made from: page, version, and whether something of it was lost.
pub fn converted(
    database: &impl Database,
    run: &Run,
    versions: &[(String, String, bool)],
) -> Result<(), DatabaseError> {
    let statement = format!(
        "with made (id, version_key, outcome) as materialized (
           select value ->> 0, value ->> 1, iif(value ->> 2, 'losses', 'done') from json_each(?3))
         update pages set failed_version = null, failure = null, touched_in = ?1, (converted_version, outcome) =
           (select made.version_key, made.outcome from made where made.id = pages.page_id)
         where connection_id = ?4 and page_id in (select id from made) and {FENCE}"
    );
    let parameters = [run.id.into(), holder(run), json(versions).into(), run.connection_id.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// The current pages after `after` that a whole listing of their space no longer showed.
///
/// What the run took up without seeing it (its version is empty) counts as not shown.
/// With each comes whether the listing of its space was empty.
pub fn missing(
    database: &impl Database,
    run: &Run,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, bool)>, DatabaseError> {
    let rows = database.execute(
        "select pages.page_id, run_spaces.state = 'empty' as doubtful from pages
             join run_spaces on run_spaces.run_id = ?1 and run_spaces.space_id = pages.space_id
               and run_spaces.state in ('listed', 'empty')
             where pages.connection_id = ?2 and pages.source_state = 'current' and pages.page_id > ?3
               and not exists (select 1 from run_pages where run_id = ?1 and page_id = pages.page_id
                 and version_key <> '')
             order by pages.page_id limit ?4",
        &[run.id.into(), run.connection_id.into(), after.into(), limit.into()],
    )?;
    rows.iter().map(|row| Ok((row.get("page_id")?, row.get("doubtful")?))).collect()
}

/// Hides the articles of pages that are gone and says why; the articles go first, for people read them.
pub fn departed(
    database: &impl Database,
    run: &Run,
    departures: &[Departure],
    now: i64,
) -> Result<(), DatabaseError> {
    const GONE: &str = "with gone (id, source_state, space_id) as materialized (
         select value ->> 'page_id', value ->> 'source_state', value ->> 'space_id' from json_each(?3))";
    let articles = format!(
        "{GONE} update articles set updated_at = ?5, source_state =
           (select gone.source_state from gone where gone.id = articles.page_id)
         where connection_id = ?4 and page_id in (select id from gone) and {FENCE}"
    );
    let pages = format!(
        "{GONE} update pages set synced_at = ?5, touched_in = ?1, outcome = 'removed', (source_state, space_id) =
           (select gone.source_state, coalesce(gone.space_id, pages.space_id) from gone
            where gone.id = pages.page_id)
         where connection_id = ?4 and page_id in (select id from gone) and {FENCE}"
    );
    let parameters =
        [run.id.into(), holder(run), json(departures).into(), run.connection_id.into(), now.into()];
    database.execute(&articles, &parameters)?;
    database.execute(&pages, &parameters)?;
    Ok(())
}

/// Hides what belongs to spaces that are no longer chosen, and the blog posts of those that leave them out. A page's row says to which it belongs: an article may
/// still name the space from which its page has moved, if the run died between the two.
pub fn left_unchosen(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    const OF_ARTICLE: &str =
        "(select space_id from pages where connection_id = ?3 and page_id = articles.page_id)";
    for (table, time, space) in
        [("articles", "updated_at", OF_ARTICLE), ("pages", "synced_at", "pages.space_id")]
    {
        let is_left_out = blog_posts::is_left_out("?3", "page_id", space);
        let statement = format!(
            "update {table} set source_state = 'not_chosen', {time} = ?4
             where connection_id = ?3 and source_state = 'current' and {FENCE}
               and (not exists (select 1 from spaces where spaces.connection_id = ?3
                 and spaces.space_id = {space} and spaces.chosen = 1) or {is_left_out})"
        );
        database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), now.into()])?;
    }
    Ok(())
}
