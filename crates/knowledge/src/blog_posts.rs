//! Which spaces include their blog posts, and which of our pages are such posts.

use std::collections::BTreeSet;

use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::runs::{FENCE, Run, json};

/// A blog post, and when it was posted, in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlogPost {
    pub page_id: String,
    pub posted_at: Option<i64>,
}

/// SQL that is true of a page that is a blog post of a space that leaves these out.
pub(crate) fn is_left_out(connection: &str, page: &str, space: &str) -> String {
    format!(
        "({page} in (select page_id from blog_posts where connection_id = {connection})
           and {space} not in (select space_id from blog_spaces where connection_id = {connection}))"
    )
}

/// Those of these spaces that are chosen and include their blog posts.
pub fn including(
    database: &impl Database,
    connection: i64,
    spaces: &[String],
) -> Result<Vec<String>, DatabaseError> {
    let statement = "select space_id from blog_spaces where connection_id = ?1
           and space_id in (select value from json_each(?2))
           and space_id in (select space_id from spaces where connection_id = ?1 and chosen = 1)
         order by space_id";
    let rows = database.execute(statement, &[connection.into(), json(spaces).into()])?;
    rows.iter().map(|row| row.get("space_id")).collect()
}

/// Whether a chosen space includes its blog posts.
pub fn is_included(database: &impl Database, connection: i64, space_id: &str) -> Result<bool, DatabaseError> {
    Ok(!including(database, connection, &[space_id.to_owned()])?.is_empty())
}

/// Has a space include its blog posts, or leave them out, which hides their articles at once. Says whether that
/// changed anything.
pub fn include(
    database: &impl Database,
    connection: i64,
    space_id: &str,
    wanted: bool,
    by: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    let parameters = [connection.into(), space_id.into(), now.into(), by.into()];
    let rows = if wanted {
        let statement = "insert into blog_spaces (connection_id, space_id, changed_at, changed_by)
             values (?1, ?2, ?3, ?4) on conflict do nothing returning space_id";
        database.execute(statement, &parameters)?
    } else {
        let statement =
            "delete from blog_spaces where connection_id = ?1 and space_id = ?2 returning space_id";
        database.execute(statement, &parameters[..2])?
    };
    Ok(!rows.is_empty())
}

/// Notes that these are blog posts.
pub fn record(database: &impl Database, connection: i64, posts: &[BlogPost]) -> Result<(), DatabaseError> {
    let statement = "insert into blog_posts (connection_id, page_id, posted_at)
         select ?1, value ->> 'page_id', value ->> 'posted_at' from json_each(?2) where true
         on conflict (connection_id, page_id) do update set posted_at = coalesce(excluded.posted_at, posted_at)";
    database.execute(statement, &[connection.into(), json(posts).into()])?;
    Ok(())
}

/// Notes that these are pages: a blog post may be turned into one.
pub fn forget(database: &impl Database, connection: i64, pages: &[&str]) -> Result<(), DatabaseError> {
    let statement =
        "delete from blog_posts where connection_id = ?1 and page_id in (select value from json_each(?2))";
    database.execute(statement, &[connection.into(), json(pages).into()])?;
    Ok(())
}

/// Those of these pages that are blog posts.
pub fn among<S: Serialize>(
    database: &impl Database,
    connection: i64,
    pages: &[S],
) -> Result<BTreeSet<String>, DatabaseError> {
    let statement = "select page_id from blog_posts
         where connection_id = ?1 and page_id in (select value from json_each(?2))";
    let rows = database.execute(statement, &[connection.into(), json(pages).into()])?;
    rows.iter().map(|row| row.get("page_id")).collect()
}

/// Puts out of scope what a run holds of blog posts that are left out by now.
pub fn settle(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "update run_pages set in_scope = 0 where run_id = ?1 and {} and {FENCE}",
        is_left_out("?3", "page_id", "space_id")
    );
    let parameters = [run.id.into(), run.lease_holder.as_str().into(), run.connection_id.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Sample, shelve};

    #[test]
    fn leaving_blog_posts_out_hides_them_at_once_and_nothing_else() {
        let database = ports::native::Sqlite::in_memory().unwrap();
        crate::migrations::apply(&database).unwrap();
        shelve(&database, &[Sample::new(1, "Page", "Words."), Sample::new(2, "Post", "Words.")]).unwrap();
        let pages = "insert into pages (connection_id, page_id, space_id, title, web_path, version_number,
               version_created_at, first_seen_at, synced_at)
             select 1, page_id, space_id, title, '/', 1, 'v', 0, 0 from articles";
        database.execute(pages, &[]).unwrap();
        let spaces = ["1".to_owned(), "2".to_owned()];
        assert!(include(&database, 1, "1", true, "ada", 5).unwrap());
        assert!(!include(&database, 1, "1", true, "ada", 6).unwrap());
        record(&database, 1, &[BlogPost { page_id: "2".into(), posted_at: Some(7) }]).unwrap();
        record(&database, 1, &[BlogPost { page_id: "2".into(), posted_at: None }]).unwrap();
        assert_eq!(including(&database, 1, &spaces).unwrap(), ["1"]);
        let posts = among(&database, 1, &["1", "2", "3"]).unwrap();
        assert_eq!(posts.into_iter().collect::<Vec<_>>(), ["2"]);
        assert!(include(&database, 1, "1", false, "ada", 8).unwrap());
        let rows =
            database.execute("select title from articles where source_state = 'current'", &[]).unwrap();
        let titles: Vec<String> = rows.iter().map(|row| row.get("title").unwrap()).collect();
        assert_eq!(titles, ["Page"]);
        assert!(!is_included(&database, 1, "1").unwrap());
        forget(&database, 1, &["2"]).unwrap();
        assert!(among(&database, 1, &["2"]).unwrap().is_empty());
    }
}
