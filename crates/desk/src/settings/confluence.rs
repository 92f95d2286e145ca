use askama::Template;
use http::{Response, StatusCode};
use ports::Database;
use screen::Frame;

use super::{Card, cards, integrations};
use crate::error::Error;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "confluence.html")]
struct Connections<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    cards: Vec<Card>,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let cards = cards(visit.database, visit.now)?;
    let trail = vec![("Integrations".to_owned(), integrations::INTEGRATIONS.to_owned())];
    let frame = visit.frame();
    Ok(frame.page(StatusCode::OK, &Connections { frame: &frame, trail, cards }))
}
