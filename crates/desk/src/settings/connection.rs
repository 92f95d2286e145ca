use askama::Template;
use http::{Response, StatusCode};
use knowledge::connection_settings::{
    ConnectionState, FailedPage, Run, RunState, Space, SpaceFilter, failed_pages, history, spaces,
};
use ports::Database;
use screen::{Frame, Time, ago};

use super::card::card;
use super::run_words::{badge, cause, outcome, time_left};
use super::{Card, find, trail};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::{Badge, count};

const RUNS: i64 = 15;
const FAILED_PAGES: i64 = 10;

#[derive(Template)]
#[template(path = "connection.html")]
struct ConnectionPage<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    card: Card,
    /// Whether consent has to be given anew before anything can be synced.
    is_lost: bool,
    is_disconnected: bool,
    chosen: Vec<Space>,
    progress: Progress,
    runs: Vec<RunRow>,
    failed: Vec<FailedPage>,
    failed_len: i64,
    /// Another account that waits for a decision.
    other_account: Option<String>,
    /// How many pages wait for a decision, in words.
    held: Option<String>,
    now: i64,
}

/// The latest run, which the script follows until it has ended.
pub(crate) struct Progress {
    run: Option<RunRow>,
    /// Whether more is to come, so that the page is worth asking for again.
    is_open: bool,
    /// Whether it only waits, so that Sync now makes sense.
    is_waiting: bool,
    time_left: Option<String>,
}

pub(crate) struct RunRow {
    run: Run,
    cause: &'static str,
    badge: Badge,
    outcome: String,
    when: Time,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    // The runs are read before the connection: what ends a run for good stands on the connection first, so that
    // no page says that the sync failed and the connection works.
    let runs = history(visit.database, id.parse().unwrap_or_default(), RUNS)?;
    let connection = find(visit.database, id)?;
    let chosen_only = SpaceFilter { chosen_only: true, ..SpaceFilter::default() };
    let failed = failed_pages(visit.database, connection.id, FAILED_PAGES, 0)?;
    let held = knowledge::held_removals::undecided(visit.database, connection.id)?;
    let waiting = knowledge::reconnections::open(visit.database, connection.id)?;
    let frame = visit.frame();
    let page = ConnectionPage {
        frame: &frame,
        trail: trail(),
        chosen: spaces(visit.database, connection.id, &chosen_only)?,
        is_lost: matches!(connection.state, ConnectionState::ConnectionLost | ConnectionState::Disconnected),
        is_disconnected: connection.state == ConnectionState::Disconnected,
        failed_len: i64::try_from(failed.len()).unwrap_or(i64::MAX),
        failed,
        other_account: waiting.map(|waiting| waiting.account_name),
        held: (held > 0).then(|| count(held, "page")),
        progress: progress_of(runs.first(), visit.now),
        card: card(runs.first(), connection, visit.now),
        runs: runs.iter().map(|run| row(run, visit.now)).collect(),
        now: visit.now,
    };
    Ok(frame.page(StatusCode::OK, &page))
}

fn progress_of(run: Option<&Run>, now: i64) -> Progress {
    Progress {
        is_waiting: run.is_some_and(|run| run.state == RunState::Waiting),
        is_open: run.is_some_and(|run| run.state.is_open()),
        time_left: run.and_then(|run| time_left(run, now)),
        run: run.map(|run| row(run, now)),
    }
}

fn row(run: &Run, now: i64) -> RunRow {
    RunRow {
        cause: cause(run),
        badge: badge(run),
        outcome: outcome(run, now),
        when: ago(run.started_at.unwrap_or(run.created_at), now),
        run: run.clone(),
    }
}
