//! What another account sees of the chosen spaces, listed with its own access and kept beside what we have.

use confluence::pages::{self, Kind, Status};
use confluence::{ApiError, Credential, Gateway, Path};
use futures::future::join_all;
use http::Response;
use knowledge::blog_posts;
use knowledge::reconnections::{self, Reconnection, SeenPage};
use ports::{Database, DatabaseError, HttpClient, HttpError};

use crate::error::sentence;

/// How many spaces are listed at once.
const JOINED: usize = 5;

/// Lists the pages of the chosen spaces as the other account, until all are listed or `deadline` has passed.
///
/// Every part is kept as it comes, so that the next call goes on there. A fault ends the call and is kept in words.
pub async fn compare(
    database: &impl Database,
    client: &impl HttpClient,
    gateway: &Gateway,
    credential: &Credential,
    reconnection: &Reconnection,
    clock: impl Fn() -> i64,
    deadline: i64,
) -> Result<(), DatabaseError> {
    let id = reconnection.id;
    let mut failure = None;
    loop {
        let mut places = reconnections::unlisted(database, id)?;
        places.truncate(JOINED);
        if places.is_empty() || failure.is_some() || clock() >= deadline {
            break;
        }
        let paths: Vec<(Kind, Path)> = places
            .iter()
            .map(|(space, next)| {
                // A place that cannot be read any more is begun again.
                next.as_deref()
                    .and_then(|next| serde_json::from_str(next).ok())
                    .unwrap_or_else(|| (Kind::Page, pages::in_space(Kind::Page, space)))
            })
            .collect();
        let answers =
            join_all(paths.iter().map(|(_, path)| client.send(gateway.request(path, credential)))).await;
        for (((space, _), path), answer) in places.iter().zip(&paths).zip(answers) {
            match take(database, reconnection, space, path, answer) {
                Ok(()) => {}
                Err(Fault::Database(error)) => return Err(error),
                Err(Fault::Told(words)) => failure = Some(words),
            }
        }
    }
    reconnections::stands(database, id, failure.as_deref())
}

enum Fault {
    Database(DatabaseError),
    Told(String),
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

fn take(
    database: &impl Database,
    reconnection: &Reconnection,
    space: &str,
    (kind, path): &(Kind, Path),
    answer: Result<Response<Vec<u8>>, HttpError>,
) -> Result<(), Fault> {
    let id = reconnection.id;
    let response = answer.map_err(|error| Fault::Told(sentence(&error)))?;
    let listed = match pages::listed(&response, path) {
        Ok(listed) => listed,
        Err(error @ ApiError::CursorExpired { .. }) => {
            reconnections::list_again(database, id, space)?;
            return Err(Fault::Told(sentence(&error)));
        }
        Err(error) => return Err(Fault::Told(sentence(&error))),
    };
    let current = listed.items.into_iter().filter(|page| page.status == Status::Current);
    let seen: Vec<SeenPage> = current.map(|page| SeenPage { page_id: page.id, title: page.title }).collect();
    let next = match listed.next {
        Some(next) => Some((*kind, next)),
        None if *kind == Kind::Page
            && blog_posts::is_included(database, reconnection.connection_id, space)? =>
        {
            Some((Kind::BlogPost, pages::in_space(Kind::BlogPost, space)))
        }
        None => None,
    };
    let next = next.map(|next| serde_json::to_string(&next).expect("a path is text"));
    reconnections::seen(database, id, space, &seen, next.as_deref())?;
    Ok(())
}
