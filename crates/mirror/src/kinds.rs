//! Pages and blog posts are mirrored alike; only requests by id have to know which is which.

use confluence::pages::{self, Kind, Page};
use confluence::{ApiError, PagingError, Path};
use knowledge::blog_posts;
use ports::{Database, DatabaseError, World};

use crate::StepError;
use crate::session::Session;

/// A request for each of these contents.
pub(crate) fn one_by_one(
    database: &impl Database,
    connection: i64,
    ids: &[String],
    path: fn(Kind, &str) -> Path,
) -> Result<Vec<Path>, DatabaseError> {
    let posts = blog_posts::among(database, connection, ids)?;
    let kind = |id| if posts.contains(id) { Kind::BlogPost } else { Kind::Page };
    Ok(ids.iter().map(|id| path(kind(id), id)).collect())
}

/// A request for the pages among these contents, and one for the blog posts.
pub(crate) fn together<'a>(
    database: &impl Database,
    connection: i64,
    ids: &[&'a str],
    path: fn(Kind, Vec<&'a str>) -> Path,
) -> Result<Vec<Path>, DatabaseError> {
    let posts = blog_posts::among(database, connection, ids)?;
    let (posts, pages): (Vec<&str>, Vec<&str>) = ids.iter().partition(|id| posts.contains(**id));
    let kinds = [(Kind::Page, pages), (Kind::BlogPost, posts)];
    Ok(kinds.into_iter().filter(|(_, ids)| !ids.is_empty()).map(|(kind, ids)| path(kind, ids)).collect())
}

/// These contents as such requests tell of them, each in `most` answers at the most: one counts as absent only when
/// every answer has come.
pub(crate) async fn read<'a, W: World>(
    session: &mut Session<'_, W>,
    ids: &[&'a str],
    path: fn(Kind, Vec<&'a str>) -> Path,
    most: u32,
    what: &str,
) -> Result<Vec<Page>, StepError> {
    let mut seen = Vec::with_capacity(ids.len());
    for path in together(session.world.database(), session.connection.id, ids, path)? {
        let first = session.get(&path).await?;
        if !session.read_list(path, Ok(first), most, pages::listed, &mut seen).await? {
            return Err(ApiError::Paging { what: what.into(), source: PagingError::TooLong }.into());
        }
    }
    Ok(seen)
}
