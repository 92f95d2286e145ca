use askama::Template;
use http::{Response, StatusCode};
use knowledge::article_review::{ArticleFilter, StatusCounts, status_counts, waiting_edits};
use ports::Database;
use screen::Frame;

use crate::error::Error;
use crate::settings::{CONFLUENCE, Card, cards};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview<'a> {
    frame: &'a Frame<'a>,
    is_admin: bool,
    cards: Vec<Card>,
    counts: StatusCounts,
    with_losses: i64,
    edits: i64,
    failed_pages: i64,
    /// Where the reasons are: at the one connection that has some, or at all of them.
    failures: String,
}

/// How things stand, and what waits for somebody.
pub(crate) fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let losses = ArticleFilter { losses: true, ..ArticleFilter::default() };
    let cards = cards(visit.database, visit.now)?;
    let frame = visit.frame();
    let page = Overview {
        frame: &frame,
        is_admin: visit.is_admin(),
        failures: failures(&cards),
        failed_pages: cards.iter().map(|card| card.connection.failed_pages).sum(),
        cards,
        counts: status_counts(visit.database, &ArticleFilter::default())?,
        edits: waiting_edits(visit.database)?,
        with_losses: status_counts(visit.database, &losses)?.all(),
    };
    Ok(frame.page(StatusCode::OK, &page))
}

fn failures(cards: &[Card]) -> String {
    let mut failed = cards.iter().filter(|card| card.connection.failed_pages > 0);
    match (failed.next(), failed.next()) {
        (Some(one), None) => format!("{}/failures", one.address),
        _ => CONFLUENCE.to_owned(),
    }
}
