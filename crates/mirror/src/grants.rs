//! The grant of a connection: sealed at rest, renewed by one worker at a time, stored before it is used.

use confluence::oauth::{self, Grant, TokenError};
use confluence::{ApiToken, Credential, Gateway};
use identity::{Key, open, seal};
use knowledge::connections;
use ports::{HttpClient, KeyValue};
use serde::{Deserialize, Serialize};

use crate::{GrantError, Settings, World};

/// An access token is renewed this long before it expires, which is longer than a tick.
const EARLY: i64 = 2 * 60_000;
/// How long a renewal may take before another worker may try.
const RENEWAL: i64 = 45_000;

fn name(connection: i64) -> String {
    format!("grant:{connection}")
}

/// What a connection reaches its site with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Access {
    /// What an admin granted to our Atlassian app.
    Grant(Grant),
    /// An API token, which is never renewed.
    Token(ApiToken),
}

impl From<Grant> for Access {
    fn from(grant: Grant) -> Self {
        Self::Grant(grant)
    }
}

impl Access {
    #[must_use]
    pub fn credential(&self) -> Credential {
        match self {
            Self::Grant(grant) => Credential::Bearer(grant.access_token.clone()),
            Self::Token(token) => token.credential(),
        }
    }

    /// The way to the site on which it is taken.
    #[must_use]
    pub fn gateway(&self, api_url: &str, cloud_id: &str) -> Gateway {
        match self {
            Self::Grant(_) => Gateway::new(api_url, cloud_id),
            Self::Token(token) => token.gateway(api_url, cloud_id),
        }
    }
}

/// Seals and stores what a connection reaches its site with.
pub async fn store(
    key_value: &impl KeyValue,
    key: &Key,
    connection: i64,
    access: &Access,
) -> Result<(), GrantError> {
    let name = name(connection);
    let plain = serde_json::to_vec(access).expect("a grant is text and numbers");
    Ok(key_value.set(&name, seal(key, &name, &plain).as_bytes()).await?)
}

/// Deletes a grant.
pub async fn forget(key_value: &impl KeyValue, connection: i64) -> Result<(), GrantError> {
    Ok(key_value.delete(&name(connection)).await?)
}

async fn read(key_value: &impl KeyValue, key: &Key, connection: i64) -> Result<Access, GrantError> {
    let name = name(connection);
    let sealed = key_value.get(&name).await?.ok_or(GrantError::Missing)?;
    let sealed = String::from_utf8(sealed).map_err(|_| GrantError::Unreadable)?;
    let plain = open(key, &name, &sealed).map_err(|_| GrantError::Unreadable)?;
    serde_json::from_slice(&plain).map_err(|_| GrantError::Unreadable)
}

/// What reaches the site for at least a tick; a grant is renewed if need be.
///
/// `rejected` is what Confluence just refused, whatever its time says.
pub async fn access<W: World>(
    world: &W,
    settings: &Settings,
    connection: i64,
    rejected: Option<&Credential>,
) -> Result<Access, GrantError> {
    let stored = read(world.key_value(), &settings.sealing_key, connection).await?;
    let now = world.now();
    let is_good = |access: &Access, until: i64| {
        rejected != Some(&access.credential())
            && match access {
                Access::Grant(grant) => grant.expires_at > until,
                Access::Token(_) => true,
            }
    };
    if let Access::Token(_) = stored {
        return if is_good(&stored, now) { Ok(stored) } else { Err(GrantError::TokenRefused) };
    }
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
    is_good: impl Fn(&Access) -> bool,
) -> Result<Access, GrantError> {
    let (key_value, key) = (world.key_value(), &settings.sealing_key);
    // A sibling may have renewed it while we waited for our turn.
    let stored = read(key_value, key, connection).await?;
    if is_good(&stored) {
        return Ok(stored);
    }
    let Access::Grant(grant) = &stored else { return Err(GrantError::TokenRefused) };
    let response = world.client().send(settings.app.refresh(&grant.refresh_token)).await?;
    match oauth::grant(&response, world.now()) {
        Ok(grant) => {
            let renewed = Access::Grant(grant);
            store(key_value, key, connection, &renewed).await?;
            Ok(renewed)
        }
        Err(TokenError::Reconnect) => {
            // An admin may just have reconnected, and so have ended the token that we sent.
            let again = read(key_value, key, connection).await?;
            if again == stored { Err(TokenError::Reconnect.into()) } else { Ok(again) }
        }
        Err(error) => Err(error.into()),
    }
}
