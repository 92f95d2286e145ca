use askama::Template;
use http::{Response, StatusCode};
use knowledge::connection_settings::Connection;
use ports::Database;
use screen::Frame;

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::count;

#[derive(Template)]
#[template(path = "disconnect.html")]
struct Disconnect<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    articles: String,
    back: String,
    connection: Connection,
}

/// What disconnecting does, before it is done; the component that holds the grant does it.
pub(crate) fn confirm<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let frame = visit.frame();
    let page = Disconnect {
        frame: &frame,
        trail: trail_of(&connection),
        articles: count(connection.articles, "article"),
        back: format!("{CONFLUENCE}/{}", connection.id),
        connection,
    };
    Ok(frame.page(StatusCode::OK, &page))
}
