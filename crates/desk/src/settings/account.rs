//! Another account than the one that the mirror sees through: what it would change, before anything is.

use askama::Template;
use http::{Response, StatusCode};
use knowledge::connection_settings::{Connection, ConnectionState};
use knowledge::connections::AccessKind;
use knowledge::reconnections::{ChangedPage, Changes, Reconnection, changes, open};
use ports::Database;
use screen::{Frame, Notice};

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;

/// How many pages each list shows.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    connection: Connection,
    waiting: Reconnection,
    changes: Changes,
    lists: Vec<List>,
    /// Whether the previous account does not work any more either.
    is_lost: bool,
    now: i64,
}

/// One of the two lists of pages.
struct List {
    id: &'static str,
    title: &'static str,
    none: &'static str,
    total: i64,
    pages: Vec<ChangedPage>,
    more: i64,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let Some(waiting) = open(visit.database, connection.id)? else {
        let notice = Notice::warning("No other account waits for a decision.");
        return Ok(visit.redirect_with(&format!("{CONFLUENCE}/{}", connection.id), &notice));
    };
    let mut changes = changes(visit.database, &waiting, SHOWN)?;
    let list = |id, title, none, total: i64, pages: Vec<ChangedPage>| List {
        id,
        title,
        none,
        total,
        more: total - i64::try_from(pages.len()).unwrap_or(i64::MAX),
        pages,
    };
    let lists = vec![
        list(
            "gone",
            "Pages that would disappear",
            "None: the account sees every page that is here.",
            changes.gone_in_all,
            std::mem::take(&mut changes.gone),
        ),
        list(
            "new",
            "Pages that would appear as drafts",
            "None that are not here already.",
            changes.new_in_all,
            std::mem::take(&mut changes.new),
        ),
    ];
    let frame = visit.frame();
    let page = AccountPage {
        frame: &frame,
        trail: trail_of(&connection),
        is_lost: connection.state != ConnectionState::Connected,
        connection,
        waiting,
        changes,
        lists,
        now: visit.now,
    };
    Ok(frame.page(StatusCode::OK, &page))
}
