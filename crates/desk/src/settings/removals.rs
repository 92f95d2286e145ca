use askama::Template;
use http::{Response, StatusCode};
use knowledge::connection_settings::{Connection, HeldDecision, HeldPage, decide_held, held_pages};
use knowledge::{held_removals, runs};
use ports::Database;
use screen::{Frame, Notice, Pages};

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::count;

const PER_PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "removals.html")]
struct Removals<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    here: String,
    connection: Connection,
    total: String,
    held: Vec<HeldPage>,
    pages: Pages,
    now: i64,
}

fn here(connection: &Connection) -> String {
    format!("{CONFLUENCE}/{}/removals", connection.id)
}

/// The pages that are gone in unusual numbers, for an admin to decide about.
pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    list(visit, connection, StatusCode::OK, None)
}

fn list<D: Database>(
    visit: &Visit<'_, D>,
    connection: Connection,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response<Vec<u8>>, Error> {
    let total = held_removals::undecided(visit.database, connection.id)?;
    let pages = Pages::new(visit.query.number("page"), total, PER_PAGE, here(&connection));
    let held = held_pages(visit.database, connection.id, PER_PAGE, (pages.current - 1) * PER_PAGE)?;
    let frame = visit.frame_with(notice);
    let page = Removals {
        frame: &frame,
        trail: trail_of(&connection),
        here: here(&connection),
        total: count(total, "page"),
        connection,
        held,
        pages,
        now: visit.now,
    };
    Ok(frame.page(status, &page))
}

/// Takes the decision about the pages that the admin was shown, and about no others.
pub(crate) fn decide<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    if let Err(notice) = visit.check_form() {
        return list(visit, connection, StatusCode::FORBIDDEN, Some(notice));
    }
    let decision = match visit.form.get("decision") {
        "remove" => HeldDecision::Remove,
        "keep" => HeldDecision::Keep,
        _ => {
            let notice = Notice::warning("Choose whether the articles are hidden or kept.");
            return Ok(visit.redirect_with(&here(&connection), &notice));
        }
    };
    let seen_at = visit.form.get("seen_at").parse().unwrap_or(0);
    let by = &visit.session.email;
    let decided = decide_held(visit.database, connection.id, decision, seen_at, by, visit.now)?;
    let pages = count(i64::try_from(decided).unwrap_or(i64::MAX), "page");
    let notice = match (decided, decision) {
        (0, _) => Notice::warning("These pages were decided about already, or are back in Confluence."),
        (_, HeldDecision::Keep) => Notice::done(format!(
            "{pages} kept: the articles stay as they were until the pages are back in Confluence."
        )),
        (_, HeldDecision::Remove) => {
            runs::ask(visit.database, connection.id, by, visit.now)?;
            Notice::done(format!(
                "{pages} approved: each article is hidden once Confluence has confirmed it again."
            ))
        }
    };
    Ok(visit.redirect_with(&format!("{CONFLUENCE}/{}", connection.id), &notice))
}
