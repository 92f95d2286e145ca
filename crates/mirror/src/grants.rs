//! The grant of a connection: sealed at rest, renewed by one worker at a time, stored before it is used.

use confluence::oauth::{self, App, Grant, TokenError};
use confluence::{ApiToken, Credential, Gateway};
use identity::{Key, open, seal};
use knowledge::connections;
use ports::{HttpClient, KeyValue, World};
use serde::{Deserialize, Serialize};

use crate::{GrantError, Settings};

/// An access token is renewed this long before it expires, which is longer than a tick.
const EARLY: i64 = 2 * 60_000;
/// How long a renewal may take before another worker may try.
const RENEWAL: i64 = 45_000;

fn name(connection: i64) -> String {
    format!("grant:{connection}")
}

/// Where the access of another account waits; the account is in the name, so that none is taken for another's.
fn name_aside(connection: i64, account: &str) -> String {
    format!("grant:{connection}:{account}")
}

/// What a connection reaches its site with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
pub fn store(
    key_value: &impl KeyValue,
    key: &Key,
    connection: i64,
    access: &Access,
) -> Result<(), GrantError> {
    put(key_value, key, &name(connection), access)
}

/// Seals and stores what another account would reach the site with, until somebody has decided.
pub fn store_aside(
    key_value: &impl KeyValue,
    key: &Key,
    connection: i64,
    account: &str,
    access: &Access,
) -> Result<(), GrantError> {
    put(key_value, key, &name_aside(connection, account), access)
}

/// What was stored aside, with a grant that is good for a while: a decision may take days.
pub async fn aside(
    key_value: &impl KeyValue,
    client: &impl HttpClient,
    app: &App,
    key: &Key,
    (connection, account): (i64, &str),
    now: i64,
) -> Result<Access, GrantError> {
    let name = name_aside(connection, account);
    let stored = take(key_value, key, &name)?;
    match &stored {
        Access::Grant(grant) if grant.expires_at <= now + EARLY => {
            let response = client.send(app.refresh(&grant.refresh_token)).await?;
            let renewed = Access::Grant(oauth::grant(&response, now)?);
            put(key_value, key, &name, &renewed)?;
            Ok(renewed)
        }
        _ => Ok(stored),
    }
}

/// Deletes what was stored aside.
pub fn forget_aside(key_value: &impl KeyValue, connection: i64, account: &str) -> Result<(), GrantError> {
    Ok(key_value.delete(&name_aside(connection, account))?)
}

fn put(key_value: &impl KeyValue, key: &Key, name: &str, access: &Access) -> Result<(), GrantError> {
    let plain = serde_json::to_vec(access).expect("a grant is text and numbers");
    Ok(key_value.set(name, seal(key, name, &plain).as_bytes())?)
}

/// Deletes a grant.
pub fn forget(key_value: &impl KeyValue, connection: i64) -> Result<(), GrantError> {
    Ok(key_value.delete(&name(connection))?)
}

fn read(key_value: &impl KeyValue, key: &Key, connection: i64) -> Result<Access, GrantError> {
    take(key_value, key, &name(connection))
}

fn take(key_value: &impl KeyValue, key: &Key, name: &str) -> Result<Access, GrantError> {
    let sealed = key_value.get(name)?.ok_or(GrantError::Missing)?;
    let sealed = String::from_utf8(sealed).map_err(|_| GrantError::Unreadable)?;
    let plain = open(key, name, &sealed).map_err(|_| GrantError::Unreadable)?;
    serde_json::from_slice(&plain).map_err(|_| GrantError::Unreadable)
}

/// What reaches the site, as it is, if it is still good.
pub(crate) fn present<W: World>(
    world: &W,
    settings: &Settings,
    connection: i64,
) -> Result<Option<Access>, GrantError> {
    let stored = read(world.key_value(), &settings.sealing_key, connection)?;
    Ok(Some(stored).filter(|access| match access {
        Access::Grant(grant) => grant.expires_at > world.now(),
        Access::Token(_) => true,
    }))
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
    let stored = read(world.key_value(), &settings.sealing_key, connection)?;
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
    if !connections::lease_refresh(world.database(), connection, now, until)? {
        // Whoever renews it does not end the token that we have.
        return if is_good(&stored, now) { Ok(stored) } else { Err(GrantError::Busy) };
    }
    let renewed = renew(world, settings, connection, |grant| is_good(grant, now + EARLY)).await;
    connections::release_refresh(world.database(), connection, until)?;
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
    let stored = read(key_value, key, connection)?;
    if is_good(&stored) {
        return Ok(stored);
    }
    let Access::Grant(grant) = &stored else { return Err(GrantError::TokenRefused) };
    // Where there is no app, the renewal is another component's.
    let app = settings.app.as_ref().ok_or(GrantError::Busy)?;
    let response = world.client().send(app.refresh(&grant.refresh_token)).await?;
    match oauth::grant(&response, world.now()) {
        Ok(grant) => {
            let renewed = Access::Grant(grant);
            store(key_value, key, connection, &renewed)?;
            Ok(renewed)
        }
        Err(TokenError::Reconnect) => {
            // An admin may just have reconnected, and so have ended the token that we sent.
            let again = read(key_value, key, connection)?;
            if again == stored { Err(TokenError::Reconnect.into()) } else { Ok(again) }
        }
        Err(error) => Err(error.into()),
    }
}
