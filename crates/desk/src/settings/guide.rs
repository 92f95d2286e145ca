use askama::Template;
use http::{Response, StatusCode};
use screen::Frame;

use super::trail;
use crate::error::Error;
use crate::visit::Visit;
use crate::words::duration;

#[derive(Template)]
#[template(path = "how_the_sync_works.html")]
struct Guide<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    interval: String,
}

pub(crate) fn show<D>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let frame = visit.frame();
    let seconds = i64::try_from(visit.config.sync_interval_seconds).unwrap_or(i64::MAX / 1000);
    let interval = duration(seconds.saturating_mul(1000));
    Ok(frame.page(StatusCode::OK, &Guide { frame: &frame, trail: trail(), interval }))
}
