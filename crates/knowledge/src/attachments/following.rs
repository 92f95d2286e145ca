//! What the sync learns of files, and what it still has to ask.

use ports::{Database, DatabaseError, Value};
use serde::Serialize;

use crate::runs::{FENCE, Run, json};

/// After a list that broke off, the next try waits so long.
const RETRY: i64 = 60 * 60_000;
/// From so many changed pages of a space on, its list costs less than theirs.
const MOST_SINGLE: i64 = 50;

/// A file as Confluence lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceAttachment {
    pub id: String,
    pub page_id: String,
    pub name: String,
    pub media_type: String,
    pub size: Option<i64>,
    pub version: i64,
}

/// A space whose files are to be listed whole, and how many of them are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceToList {
    pub space_id: String,
    pub key: String,
    pub name: String,
    pub known: i64,
}

fn holder(run: &Run) -> Value {
    run.lease_holder.as_str().into()
}

/// Keeps files of pages that we hold. What a list tells late never takes the place of a later version.
pub fn record(database: &impl Database, run: &Run, files: &[SourceAttachment]) -> Result<(), DatabaseError> {
    if files.is_empty() {
        return Ok(());
    }
    let statement = format!(
        "insert into attachments (connection_id, attachment_id, page_id, name, media_type, size, version, listed_in)
         select ?3, value ->> 'id', value ->> 'page_id', value ->> 'name', value ->> 'media_type', value ->> 'size',
           value ->> 'version', ?1
         from json_each(?4)
         where {FENCE} and exists (select 1 from pages where connection_id = ?3 and page_id = value ->> 'page_id')
         on conflict (connection_id, attachment_id) do update set listed_in = excluded.listed_in,
           page_id = iif(excluded.version < version, page_id, excluded.page_id),
           name = iif(excluded.version < version, name, excluded.name),
           media_type = iif(excluded.version < version, media_type, excluded.media_type),
           size = iif(excluded.version < version, size, coalesce(excluded.size, size)),
           version = max(version, excluded.version)"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), json(files).into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Keeps the files of pages that were listed by themselves and to their end; what such a list no longer shows is gone.
pub fn recorded_pages(
    database: &impl Database,
    run: &Run,
    pages: &[String],
    files: &[SourceAttachment],
) -> Result<(), DatabaseError> {
    record(database, run, files)?;
    let statement = format!(
        "delete from attachments where connection_id = ?3 and page_id in (select value from json_each(?4))
           and attachment_id not in (select value ->> 'id' from json_each(?5)) and {FENCE}"
    );
    let parameters =
        [run.id.into(), holder(run), run.connection_id.into(), json(pages).into(), json(files).into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Confluence's own time up to which the changes of files are known; none before the first look.
pub fn followed_to(database: &impl Database, connection: i64) -> Result<Option<i64>, DatabaseError> {
    let statement = "select followed_to from attachment_feeds where connection_id = ?1";
    database.execute(statement, &[connection.into()])?.first().map_or(Ok(None), |row| row.get("followed_to"))
}

/// Whether the changes of files were looked at since `since`, and whether this run did.
pub fn looked(database: &impl Database, run: &Run, since: i64) -> Result<(bool, bool), DatabaseError> {
    let statement = "select looked_at > ?3 as lately, looked_in = ?1 as here from attachment_feeds
       where connection_id = ?2";
    let rows = database.execute(statement, &[run.id.into(), run.connection_id.into(), since.into()])?;
    rows.first().map_or(Ok((false, false)), |row| Ok((row.get("lately")?, row.get("here")?)))
}

/// Notes that this run looks at the changes of files.
pub fn mark_looked(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into attachment_feeds (connection_id, looked_at, looked_in) select ?3, ?4, ?1 where {FENCE}
         on conflict (connection_id) do update set looked_at = excluded.looked_at, looked_in = excluded.looked_in"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), now.into()])?;
    Ok(())
}

/// Moves the time on up to which the changes of files are known; it never goes back.
pub fn mark_followed(database: &impl Database, run: &Run, to: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "update attachment_feeds set followed_to = max(coalesce(followed_to, 0), ?4)
         where connection_id = ?3 and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), to.into()])?;
    Ok(())
}

/// How many files a connection has.
pub fn count(database: &impl Database, connection: i64) -> Result<i64, DatabaseError> {
    let statement = "select count(*) as n from attachments where connection_id = ?1";
    database.execute(statement, &[connection.into()])?.first().map_or(Ok(0), |row| row.get("n"))
}

/// The next space of this run whose files are to be listed whole: it never was, its list broke off a while ago, many
/// of its pages changed, or its pages were listed and `interval` has passed since its files were.
pub fn space_to_list(
    database: &impl Database,
    run: &Run,
    interval: i64,
    now: i64,
) -> Result<Option<SpaceToList>, DatabaseError> {
    let statement = format!(
        "select spaces.space_id, spaces.key, spaces.name,
           (select count(*) from attachments join pages on pages.connection_id = ?2
              and pages.page_id = attachments.page_id
            where attachments.connection_id = ?2 and pages.space_id = spaces.space_id) as known
         from run_spaces as found
         join spaces on spaces.connection_id = ?2 and spaces.space_id = found.space_id and spaces.chosen = 1
         left join attachment_lists as list on list.connection_id = ?2 and list.space_id = spaces.space_id
         where found.run_id = ?1 and found.state in ('listed', 'followed') and list.tried_in is not ?1
           and spaces.status <> 'archived'
           and (list.space_id is null
             or list.listed_at is null and list.tried_at + {RETRY} <= ?4
             or found.state = 'listed' and list.listed_at + ?3 <= ?4
             or {MOST_SINGLE} < (select count(*) from pages where touched_in = ?1 and outcome in ('done', 'losses')
                and pages.connection_id = ?2 and pages.space_id = spaces.space_id))
         order by spaces.space_id limit 1"
    );
    let parameters = [run.id.into(), run.connection_id.into(), interval.into(), now.into()];
    let rows = database.execute(&statement, &parameters)?;
    rows.first()
        .map(|row| {
            Ok(SpaceToList {
                space_id: row.get("space_id")?,
                key: row.get("key")?,
                name: row.get("name")?,
                known: row.get("known")?,
            })
        })
        .transpose()
}

/// Notes that this run has tried to list the files of a space, and why the list broke off if it did.
pub fn mark_listed(
    database: &impl Database,
    run: &Run,
    space_id: &str,
    failure: Option<&str>,
    now: i64,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into attachment_lists (connection_id, space_id, listed_at, tried_at, tried_in, failure)
         select ?3, ?4, iif(?5 is null, ?6, null), ?6, ?1, ?5 where {FENCE}
         on conflict (connection_id, space_id) do update set listed_at = excluded.listed_at,
           tried_at = excluded.tried_at, tried_in = excluded.tried_in, failure = excluded.failure"
    );
    let parameters =
        [run.id.into(), holder(run), run.connection_id.into(), space_id.into(), failure.into(), now.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Has the files of these pages' spaces listed whole again, for what was asked of the pages did not come.
pub fn unsettle(
    database: &impl Database,
    run: &Run,
    pages: &[String],
    now: i64,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "update attachment_lists set listed_at = null, tried_at = ?5
         where connection_id = ?3 and {FENCE} and space_id in (select space_id from pages
           where connection_id = ?3 and page_id in (select value from json_each(?4)))"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), json(pages).into(), now.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Has the files of every space listed whole again at once, for more changed than a feed can tell.
pub fn unsettle_all(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!("delete from attachment_lists where connection_id = ?3 and {FENCE}");
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// Takes up the pages of a space of whose files the list did not show all that we know: the search may lag behind,
/// so only the pages themselves tell that a file is gone.
pub fn unseen_pages(database: &impl Database, run: &Run, space_id: &str) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into run_attachments (run_id, page_id)
         select distinct ?1, file.page_id from attachments as file
         join pages on pages.connection_id = ?3 and pages.page_id = file.page_id
         where file.connection_id = ?3 and pages.space_id = ?4 and pages.source_state = 'current'
           and file.listed_in <> ?1 and {FENCE}
         on conflict do nothing"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), space_id.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Takes up the pages whose articles this run made, in spaces whose files it did not list whole.
pub fn touched_pages(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into run_attachments (run_id, page_id)
         select ?1, pages.page_id from pages
         join attachment_lists as list on list.connection_id = ?3 and list.space_id = pages.space_id
           and list.listed_at is not null and list.tried_in <> ?1
         where pages.touched_in = ?1 and pages.outcome in ('done', 'losses') and pages.connection_id = ?3 and {FENCE}
         on conflict do nothing"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// The pages after `after` whose files this run is to list.
pub fn pages_to_list(
    database: &impl Database,
    run: &Run,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, DatabaseError> {
    let statement =
        "select page_id from run_attachments where run_id = ?1 and page_id > ?2 order by page_id limit ?3";
    let rows = database.execute(statement, &[run.id.into(), after.into(), limit.into()])?;
    rows.iter().map(|row| row.get("page_id")).collect()
}

/// The names of chosen spaces whose files could not be listed, and why.
pub fn unlisted_spaces(
    database: &impl Database,
    connection: i64,
) -> Result<Vec<(String, String)>, DatabaseError> {
    let statement = "select spaces.name, list.failure from attachment_lists as list
         join spaces on spaces.connection_id = ?1 and spaces.space_id = list.space_id and spaces.chosen = 1
         where list.connection_id = ?1 and list.failure is not null order by spaces.name";
    let rows = database.execute(statement, &[connection.into()])?;
    rows.iter().map(|row| Ok((row.get("name")?, row.get("failure")?))).collect()
}
