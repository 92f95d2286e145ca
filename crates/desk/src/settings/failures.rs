use askama::Template;
use http::{Response, StatusCode};
use knowledge::connection_settings::{Connection, FailedPage, failed_pages};
use ports::Database;
use screen::{Frame, Pages};

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::count;

const PER_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "failures.html")]
struct Failures<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    connection: Connection,
    total: String,
    failed: Vec<FailedPage>,
    pages: Pages,
    now: i64,
}

/// Every page that could not become an article, and why.
pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let address = format!("{CONFLUENCE}/{}/failures", connection.id);
    let pages = Pages::new(visit.query.number("page"), connection.failed_pages, PER_PAGE, address);
    let failed = failed_pages(visit.database, connection.id, PER_PAGE, (pages.current - 1) * PER_PAGE)?;
    let frame = visit.frame();
    let page = Failures {
        frame: &frame,
        trail: trail_of(&connection),
        total: count(connection.failed_pages, "page"),
        connection,
        failed,
        pages,
        now: visit.now,
    };
    Ok(frame.page(StatusCode::OK, &page))
}
