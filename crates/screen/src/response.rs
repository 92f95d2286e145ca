use http::header::{self, HeaderName};
use http::{HeaderValue, Response, StatusCode};
use identity::Session;

use crate::{Notice, Site, address};

/// Sent with every page: nothing is loaded, run or framed that is not ours.
const SECURITY: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "private, no-store"),
];

/// A page of HTML, with the headers that every page has.
#[must_use]
pub fn page(status: StatusCode, html: String) -> Response<Vec<u8>> {
    let mut response = bare(status);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    *response.body_mut() = html.into_bytes();
    response
}

/// After a form: the browser gets `location` (303).
#[must_use]
pub fn redirect(location: &str) -> Response<Vec<u8>> {
    to(StatusCode::SEE_OTHER, location)
}

/// To another place for now, which may be another site (302).
#[must_use]
pub fn found(location: &str) -> Response<Vec<u8>> {
    to(StatusCode::FOUND, location)
}

/// To the one right address of the same thing (301).
#[must_use]
pub fn redirect_permanently(location: &str) -> Response<Vec<u8>> {
    to(StatusCode::MOVED_PERMANENTLY, location)
}

/// To the sign-in page, and from there back to `path`.
#[must_use]
pub fn sign_in_first(path: &str) -> Response<Vec<u8>> {
    redirect(&address("/sign-in", &[("next", path)]))
}

impl Site {
    /// After a form: the browser gets `location` (303), and the page there shows the notice once.
    #[must_use]
    pub fn redirect_with(
        &self,
        location: &str,
        notice: &Notice,
        session: Option<&Session>,
    ) -> Response<Vec<u8>> {
        let mut response = redirect(location);
        response.headers_mut().append(header::SET_COOKIE, notice.cookie(self, session));
        response
    }
}

fn to(status: StatusCode, location: &str) -> Response<Vec<u8>> {
    let mut response = bare(status);
    // An address that no header can hold has come from outside; the home page is a safe place.
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn bare(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    for (name, value) in SECURITY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_and_redirect_is_guarded() {
        for response in [page(StatusCode::OK, String::new()), redirect("/"), found("https://idp.example/")] {
            let policy = response.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
            assert!(!policy.contains("unsafe"));
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            assert_eq!(response.headers()["referrer-policy"], "same-origin");
            assert_eq!(response.headers()["cache-control"], "private, no-store");
        }
    }

    #[test]
    fn a_line_break_does_not_get_into_a_header() {
        assert_eq!(redirect("/a\r\nSet-Cookie: x=1").headers()["location"], "/");
    }

    #[test]
    fn sign_in_comes_back_to_the_page_that_was_asked_for() {
        let response = sign_in_first("/search?q=vpn&page=2");
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "/sign-in?next=%2Fsearch%3Fq%3Dvpn%26page%3D2");
    }
}
