use confluence::spaces::{self, Space};
use confluence::{ApiError, Credential, Gateway};
use knowledge::connections::Connection;
use knowledge::spaces::SourceSpace;
use ports::{Database, DatabaseError, HttpClient, HttpError, World};

use crate::session::Session;
use crate::{Settings, StepError};

/// The most requests that a list of spaces may take while somebody waits for it: ten thousand spaces.
const MOST_REQUESTS: usize = 40;

/// Why the list of spaces is not known.
#[derive(Debug, thiserror::Error)]
pub enum SpaceListError {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(
        "the site has more than ten thousand spaces, more than can be chosen from; connect an account that sees fewer"
    )]
    TooMany,
}

/// Every space that a credential lets us see.
pub async fn list_spaces(
    client: &impl HttpClient,
    gateway: &Gateway,
    credential: &Credential,
) -> Result<Vec<SourceSpace>, SpaceListError> {
    let mut found = Vec::new();
    let mut path = spaces::all();
    for _ in 0..MOST_REQUESTS {
        let response = client.send(gateway.request(&path, credential)).await?;
        let listed = spaces::listed(&response, &path)?;
        found.extend(listed.items.into_iter().map(source_space));
        match listed.next {
            Some(next) => path = next,
            None => return Ok(found),
        }
    }
    Err(SpaceListError::TooMany)
}

pub(crate) fn source_space(space: Space) -> SourceSpace {
    SourceSpace {
        space_id: space.id,
        key: space.key,
        name: space.name,
        kind: space.kind,
        status: space.status,
        homepage_id: space.homepage_id,
    }
}

/// Records the list of spaces; nothing that was chosen is forgotten.
pub async fn record_spaces(
    database: &impl Database,
    connection: i64,
    spaces: &[SourceSpace],
    now: i64,
) -> Result<(), DatabaseError> {
    knowledge::spaces::record(database, connection, spaces, now)?;
    knowledge::spaces::forget_unseen(database, connection, now)
}

/// Brings the list of spaces to choose from up to date.
pub async fn refresh_spaces<W: World>(
    world: &W,
    settings: &Settings,
    connection: Connection,
) -> Result<usize, StepError> {
    let id = connection.id;
    let outcome = refreshed(world, settings, connection).await;
    if let Err(StepError::Grant(error)) = &outcome
        && let Some(fault) = error.fault()
    {
        let reason = crate::error::sentence(error);
        knowledge::connections::faulted(world.database(), id, fault, &reason, world.now())?;
    }
    outcome
}

async fn refreshed<W: World>(
    world: &W,
    settings: &Settings,
    connection: Connection,
) -> Result<usize, StepError> {
    let (id, now) = (connection.id, world.now());
    let mut session = Session::open(world, settings, connection).await?;
    let mut found = Vec::new();
    let mut path = spaces::all();
    for _ in 0..MOST_REQUESTS {
        let listed = spaces::listed(&session.get(&path).await?, &path)?;
        found.extend(listed.items.into_iter().map(source_space));
        let Some(next) = listed.next else {
            record_spaces(world.database(), id, &found, now).await?;
            return Ok(found.len());
        };
        path = next;
    }
    Err(StepError::State(SpaceListError::TooMany.to_string()))
}
