//! The files attached to mirrored pages, as the sync learns of them.

use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::runs::{FENCE, Run, json};

/// An attachment, as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedFile {
    pub attachment_id: String,
    pub page_id: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub version: i64,
    pub modified_at: i64,
}

/// How far a site's attachments are followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Feed {
    pub watermark: i64,
    pub walked_at: i64,
    pub too_many: bool,
}

/// How far this connection's attachments are followed.
pub async fn feed(database: &impl Database, connection: i64) -> Result<Feed, DatabaseError> {
    let rows = database
        .execute("select * from attachment_feeds where connection_id = ?1", &[connection.into()])
        .await?;
    rows.first().map_or(Ok(Feed::default()), |row| {
        Ok(Feed {
            watermark: row.get("watermark")?,
            walked_at: row.get("walked_at")?,
            too_many: row.get("too_many")?,
        })
    })
}

/// Notes how far they are followed.
pub async fn followed(database: &impl Database, run: &Run, feed: Feed) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into attachment_feeds (connection_id, watermark, walked_at, too_many)
         select ?3, ?4, ?5, ?6 where {FENCE}
         on conflict (connection_id) do update set watermark = excluded.watermark,
           walked_at = excluded.walked_at, too_many = excluded.too_many"
    );
    let parameters = [
        run.id.into(),
        holder(run),
        run.connection_id.into(),
        feed.watermark.into(),
        feed.walked_at.into(),
        feed.too_many.into(),
    ];
    database.execute(&statement, &parameters).await?;
    Ok(())
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// Keeps what a listing shows of the files of mirrored pages; says how many are new or of another version.
pub async fn listed(
    database: &impl Database,
    run: &Run,
    files: &[ListedFile],
    seen_at: i64,
) -> Result<usize, DatabaseError> {
    let changed = format!(
        "insert into attachments (connection_id, attachment_id, page_id, name, media_type, size, version,
           modified_at, seen_at)
         select ?3, value ->> 'attachment_id', value ->> 'page_id', value ->> 'name', value ->> 'media_type',
           value ->> 'size', value ->> 'version', value ->> 'modified_at', ?5
         from json_each(?4) where {FENCE}
           and exists (select 1 from pages where connection_id = ?3 and page_id = value ->> 'page_id')
         on conflict (connection_id, attachment_id) do update set page_id = excluded.page_id,
           name = excluded.name, media_type = excluded.media_type, size = excluded.size,
           version = excluded.version, modified_at = excluded.modified_at, seen_at = excluded.seen_at
         where attachments.page_id <> excluded.page_id or attachments.name <> excluded.name
           or attachments.version <> excluded.version or attachments.size <> excluded.size
         returning attachment_id"
    );
    let seen = format!(
        "update attachments set seen_at = ?5 where connection_id = ?3 and seen_at < ?5 and {FENCE}
           and attachment_id in (select value ->> 'attachment_id' from json_each(?4))"
    );
    let parameters =
        [run.id.into(), holder(run), run.connection_id.into(), json(files).into(), seen_at.into()];
    let changed = database.execute(&changed, &parameters).await?.iter().count();
    database.execute(&seen, &parameters).await?;
    Ok(changed)
}

/// Forgets the files that a whole listing which began at `since` did not show; of these pages, or of all if none
/// are named. Says how many went.
pub async fn forget_unseen(
    database: &impl Database,
    run: &Run,
    pages: Option<&[String]>,
    since: i64,
) -> Result<usize, DatabaseError> {
    let statement = format!(
        "delete from attachments where connection_id = ?3 and seen_at < ?4 and {FENCE}
           and (?5 is null or page_id in (select value from json_each(?5)))
         returning attachment_id"
    );
    let pages = pages.map(json);
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), since.into(), pages.into()];
    Ok(database.execute(&statement, &parameters).await?.iter().count())
}

/// Notes that the files of these pages are known; of all current ones if none are named.
pub async fn known(
    database: &impl Database,
    run: &Run,
    pages: Option<&[String]>,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "update pages set files_known = 1 where connection_id = ?3 and files_known = 0 and {FENCE}
           and iif(?4 is null, source_state = 'current', page_id in (select value from json_each(?4)))"
    );
    let pages = pages.map(json);
    database
        .execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), pages.into()])
        .await?;
    Ok(())
}

/// The current pages whose files nobody has looked for yet.
pub async fn unknown(
    database: &impl Database,
    connection: i64,
    limit: i64,
) -> Result<Vec<String>, DatabaseError> {
    let rows = database
        .execute(
            "select page_id from pages where connection_id = ?1 and source_state = 'current' and files_known = 0
             order by page_id limit ?2",
            &[connection.into(), limit.into()],
        )
        .await?;
    rows.iter().map(|row| row.get("page_id")).collect()
}

/// Forgets a file that Confluence no longer has.
pub async fn gone(
    database: &impl Database,
    connection: i64,
    attachment_id: &str,
) -> Result<(), DatabaseError> {
    database
        .execute(
            "delete from attachments where connection_id = ?1 and attachment_id = ?2",
            &[connection.into(), attachment_id.into()],
        )
        .await?;
    Ok(())
}
