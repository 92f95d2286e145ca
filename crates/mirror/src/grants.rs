//! The grant of a connection: sealed at rest, renewed by one worker at a time, stored before it is used.

use confluence::oauth::{self, Grant, TokenError};
use identity::{Key, open, seal};
use knowledge::connections;
use ports::{HttpClient, KeyValue};

use crate::{GrantError, Settings, World};

/// An access token is renewed this long before it expires, which is longer than a tick.
const EARLY: i64 = 2 * 60_000;
/// How long a renewal may take before another worker may try.
const RENEWAL: i64 = 45_000;

fn name(connection: i64) -> String {
    format!("grant:{connection}")
}

/// Seals and stores a grant.
pub async fn store(
    key_value: &impl KeyValue,
    key: &Key,
    connection: i64,
    grant: &Grant,
) -> Result<(), GrantError> {
    let name = name(connection);
    let plain = serde_json::to_vec(grant).expect("a grant is text and a number");
    Ok(key_value.set(&name, seal(key, &name, &plain).as_bytes()).await?)
}

/// Deletes a grant.
pub async fn forget(key_value: &impl KeyValue, connection: i64) -> Result<(), GrantError> {
    Ok(key_value.delete(&name(connection)).await?)
}

async fn read(key_value: &impl KeyValue, key: &Key, connection: i64) -> Result<Grant, GrantError> {
    let name = name(connection);
    let sealed = key_value.get(&name).await?.ok_or(GrantError::Missing)?;
    let sealed = String::from_utf8(sealed).map_err(|_| GrantError::Unreadable)?;
    let plain = open(key, &name, &sealed).map_err(|_| GrantError::Unreadable)?;
    serde_json::from_slice(&plain).map_err(|_| GrantError::Unreadable)
}

/// The grant as it is, if its access token is still good.
pub(crate) async fn present<W: World>(
    world: &W,
    settings: &Settings,
    connection: i64,
) -> Result<Option<Grant>, GrantError> {
    let stored = read(world.key_value(), &settings.sealing_key, connection).await?;
    Ok(Some(stored).filter(|grant| grant.expires_at > world.now()))
}

/// A grant whose access token is good for at least a tick, renewed if need be.
///
/// `rejected` is an access token that Confluence just refused, whatever its time says.
pub async fn access<W: World>(
    world: &W,
    settings: &Settings,
    connection: i64,
    rejected: Option<&str>,
) -> Result<Grant, GrantError> {
    let stored = read(world.key_value(), &settings.sealing_key, connection).await?;
    let now = world.now();
    let is_good =
        |grant: &Grant, until: i64| Some(&*grant.access_token) != rejected && grant.expires_at > until;
    if is_good(&stored, now + EARLY) {
        return Ok(stored);
    }
    let until = now + RENEWAL;
    if !connections::lease_refresh(world.database(), connection, now, until).await? {
        // Whoever renews it does not end the token that we have.
        return if is_good(&stored, now) { Ok(stored) } else { Err(GrantError::Busy) };
    }
    let renewed = renew(world, settings, connection, |grant| is_good(grant, now + EARLY)).await;
    connections::release_refresh(world.database(), connection, until).await?;
    renewed
}

/// Spends the refresh token. If the process dies before the new grant is stored, Atlassian still takes the
/// old one for ten minutes, and the next worker tries again.
async fn renew<W: World>(
    world: &W,
    settings: &Settings,
    connection: i64,
    is_good: impl Fn(&Grant) -> bool,
) -> Result<Grant, GrantError> {
    let (key_value, key) = (world.key_value(), &settings.sealing_key);
    // A sibling may have renewed it while we waited for our turn.
    let stored = read(key_value, key, connection).await?;
    if is_good(&stored) {
        return Ok(stored);
    }
    let response = world.client().send(settings.app.refresh(&stored.refresh_token)).await?;
    match oauth::grant(&response, world.now()) {
        Ok(grant) => {
            store(key_value, key, connection, &grant).await?;
            Ok(grant)
        }
        Err(TokenError::Reconnect) => {
            // An admin may just have reconnected, and so have ended the token that we sent.
            let again = read(key_value, key, connection).await?;
            if again.refresh_token == stored.refresh_token {
                Err(TokenError::Reconnect.into())
            } else {
                Ok(again)
            }
        }
        Err(error) => Err(error.into()),
    }
}
