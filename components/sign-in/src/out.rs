use http::{Request, Response, header};
use identity::{Session, forgery, session};
use screen::{Fields, Notice, Site};

use crate::error::Error;

/// Ends the session in this browser; the identity provider's own session is its own.
pub(crate) fn sign_out(
    site: &Site,
    request: &Request<Vec<u8>>,
    session: Option<&Session>,
) -> Result<Response<Vec<u8>>, Error> {
    if let Some(session) = session {
        let form = Fields::of_form(request);
        forgery::check(request.headers(), &site.key, session, &site.public_url, form.get("csrf"))?;
    }
    let mut response = site.redirect_with("/sign-in", &Notice::done("You are signed out."), None);
    response.headers_mut().append(header::SET_COOKIE, session::cleared_cookie(site.is_secure()));
    Ok(response)
}
