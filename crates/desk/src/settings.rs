//! Settings → Integrations → Confluence, for admins.

pub(crate) mod account;
pub(crate) mod api_token;
mod card;
pub(crate) mod confluence;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod disconnect;
pub(crate) mod failures;
pub(crate) mod guide;
pub(crate) mod integrations;
pub(crate) mod people;
pub(crate) mod removals;
mod run_words;
pub(crate) mod scope;
pub(crate) mod spaces;
pub(crate) mod sync;
pub(crate) mod webhook;

use knowledge::connection_settings::{self, Connection};
use ports::Database;

pub(crate) use self::card::{Card, cards};
use crate::error::Error;

pub(crate) const CONFLUENCE: &str = "/console/settings/integrations/confluence";

/// The connection that an address names.
fn find(database: &impl Database, id: &str) -> Result<Connection, Error> {
    let missing = || Error::NoSuchConnection(id.to_owned());
    let number: i64 = id.parse().map_err(|_| missing())?;
    connection_settings::connection(database, number)?.ok_or_else(missing)
}

/// The trail of links above the pages of one connection.
fn trail() -> Vec<(String, String)> {
    vec![
        ("Integrations".to_owned(), integrations::INTEGRATIONS.to_owned()),
        ("Confluence".to_owned(), CONFLUENCE.to_owned()),
    ]
}

fn trail_of(connection: &Connection) -> Vec<(String, String)> {
    let mut trail = trail();
    trail.push((connection.site_name.clone(), format!("{CONFLUENCE}/{}", connection.id)));
    trail
}

#[cfg(test)]
mod tests;
