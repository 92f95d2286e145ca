use knowledge::connection_settings::{self, Connection, ConnectionState, Run, RunState};
use ports::{Database, DatabaseError};
use screen::{Time, ago};

use super::CONFLUENCE;
use super::run_words::outcome;
use crate::words::{Badge, count};

/// A connection in one word, the reason for it, and the one thing to do about it.
pub(crate) struct Card {
    pub(crate) connection: Connection,
    pub(crate) badge: Badge,
    pub(crate) reason: String,
    pub(crate) action: (&'static str, String),
    /// The latest run: what came of it, and when.
    pub(crate) last_run: Option<LastRun>,
    pub(crate) address: String,
}

pub(crate) struct LastRun {
    pub(crate) is_open: bool,
    pub(crate) when: Time,
    pub(crate) outcome: String,
}

/// Every connection as a card.
pub(crate) fn cards(database: &impl Database, now: i64) -> Result<Vec<Card>, DatabaseError> {
    let runs = connection_settings::latest_runs(database)?;
    let connections = connection_settings::connections(database)?;
    let run_of =
        |connection: &Connection| runs.iter().find(|(id, _)| *id == connection.id).map(|(_, run)| run);
    Ok(connections.into_iter().map(|connection| card(run_of(&connection), connection, now)).collect())
}

pub(super) fn card(run: Option<&Run>, connection: Connection, now: i64) -> Card {
    let address = format!("{CONFLUENCE}/{}", connection.id);
    let (badge, reason, action) = standing(run, &connection, &address, now);
    let last_run = run.map(|run| LastRun {
        is_open: run.state.is_open(),
        when: ago(run.ended_at.or(run.started_at).unwrap_or(run.created_at), now),
        outcome: outcome(run, now),
    });
    Card { connection, badge, reason, action, last_run, address }
}

fn standing(
    run: Option<&Run>,
    connection: &Connection,
    address: &str,
    now: i64,
) -> (Badge, String, (&'static str, String)) {
    let open = ("Open", address.to_owned());
    let reconnect = |label| {
        let way = if connection.has_api_token { "token" } else { "connect" };
        (label, screen::address(&format!("{CONFLUENCE}/{way}"), &[("site_url", &connection.site_url)]))
    };
    let reason = |otherwise: &str| connection.state_reason.clone().unwrap_or_else(|| otherwise.to_owned());
    match connection.state {
        ConnectionState::ConnectionLost => (
            Badge::new("Connection lost", "bad", "unplug"),
            reason("Atlassian no longer accepts this connection: its token was revoked or has expired."),
            reconnect("Reconnect"),
        ),
        ConnectionState::Misconfigured => (
            Badge::new("Misconfigured", "bad", "triangle-alert"),
            reason("Atlassian refused the application itself: check its client id, secret and scopes."),
            open,
        ),
        ConnectionState::Disconnected => (
            Badge::new("Disconnected", "", "unplug"),
            reason("Nothing is synced any more. The articles stay as they were at the last sync."),
            reconnect("Connect again"),
        ),
        ConnectionState::Connected if connection.chosen_spaces == 0 => (
            Badge::new("No spaces chosen", "warn", "info"),
            "The site is connected. Choose the spaces whose pages become articles.".to_owned(),
            ("Choose spaces", format!("{address}/spaces")),
        ),
        ConnectionState::Connected => {
            let (badge, reason) = working(run, connection, now);
            (badge, reason, open)
        }
    }
}

/// A connection that works may still be busy, wait, or have failed the last time.
fn working(run: Option<&Run>, connection: &Connection, now: i64) -> (Badge, String) {
    let counts = format!(
        "{} chosen, {}.",
        count(connection.chosen_spaces, "space"),
        count(connection.articles, "article")
    );
    match run {
        Some(run) if run.state == RunState::Waiting && run.not_before > now => {
            (Badge::new("Waiting", "warn", "clock"), counts)
        }
        Some(run) if run.state.is_open() => (Badge::new("Syncing", "ok", "refresh-cw"), counts),
        Some(Run { state: RunState::Failed, failure: Some(failure), .. }) => {
            (Badge::new("Last sync failed", "bad", "triangle-alert"), failure.clone())
        }
        _ => (Badge::new("Connected", "ok", "circle-check"), counts),
    }
}
