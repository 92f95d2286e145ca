//! The other way to connect: an API token of the organisation's own, for those who run this application themselves.

use askama::Template;
use confluence::oauth;
use http::{Response, StatusCode};
use screen::Frame;

use super::{CONFLUENCE, trail};
use crate::error::Error;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "api_token.html")]
struct ApiTokenPage<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    site_url: &'a str,
    /// What a token with scopes needs; one without needs nothing.
    scopes: Vec<&'static str>,
}

/// The form; it is sent to the component that alone keeps what opens a site, and which comes back with its answer.
pub(crate) fn show<D>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let frame = visit.frame();
    let mut trail = trail();
    trail.push(("Connect".to_owned(), format!("{CONFLUENCE}/connect")));
    let scopes = oauth::SCOPES.iter().copied().filter(|scope| scope.contains("confluence")).collect();
    let page = ApiTokenPage { frame: &frame, trail, site_url: visit.query.get("site_url"), scopes };
    Ok(frame.page(StatusCode::OK, &page))
}
