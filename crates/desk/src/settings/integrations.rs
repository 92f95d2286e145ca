use askama::Template;
use http::{Response, StatusCode};
use ports::Database;
use screen::Frame;

use super::{Card, cards};
use crate::error::Error;
use crate::visit::Visit;

pub(crate) const INTEGRATIONS: &str = "/console/settings/integrations";

#[derive(Template)]
#[template(path = "integrations.html")]
struct Integrations<'a> {
    frame: &'a Frame<'a>,
    cards: Vec<Card>,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let cards = cards(visit.database, visit.now)?;
    let frame = visit.frame();
    Ok(frame.page(StatusCode::OK, &Integrations { frame: &frame, cards }))
}
