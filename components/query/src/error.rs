//! Every failure as a problem document; the cause is logged here, once.

use http::header::{ALLOW, HeaderValue, WWW_AUTHENTICATE};
use http::{Response, StatusCode};
use ports::{ConfigError, DatabaseError};
use serde_json::json;

use crate::reply;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("no session of a signed-in person came with the request")]
    NotSignedIn,
    #[error("there is nothing at this address")]
    NoSuchAddress,
    /// Whether it does not exist, is a draft or is restricted is not told: that would leak it.
    #[error("there is no such article that may be read")]
    NoSuchArticle,
    #[error("this address takes GET and HEAD, not {0}")]
    Method(http::Method),
    #[error("the parameter `{name}` is wrong: {reason}")]
    Parameter { name: &'static str, reason: String },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::NoSuchAddress | Self::NoSuchArticle => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Parameter { .. } => StatusCode::BAD_REQUEST,
            Self::Config(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Database(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The failure as RFC 9457 has it: `title` says what, `detail` what to do.
    pub(crate) fn problem(&self, public_url: &str) -> Response<Vec<u8>> {
        let (title, detail) = match self {
            Self::NotSignedIn => (
                "Sign in first".to_owned(),
                format!("Sign in at {public_url}/sign-in and send the session cookie that you get with each request."),
            ),
            Self::NoSuchAddress => (
                "There is nothing at this address".to_owned(),
                "Use /api/search, /api/suggest, /api/answer or /api/articles/{id}.".to_owned(),
            ),
            Self::NoSuchArticle => (
                "This article is not available".to_owned(),
                "It may have been moved, taken back, or is not shared with everyone. Look for it with /api/search.".to_owned(),
            ),
            Self::Method(method) => {
                (format!("{method} is not possible here"), "Articles are read only: use GET or HEAD.".to_owned())
            }
            Self::Parameter { name, reason } => (format!("The parameter `{name}` is wrong"), reason.clone()),
            Self::Config(_) => (
                "The application is not configured".to_owned(),
                "A variable of the application is missing or wrong. Its log names the variable and the cure.".to_owned(),
            ),
            Self::Database(_) => (
                "The articles could not be read just now".to_owned(),
                "Try again in a moment. If it stays like this, tell your help desk.".to_owned(),
            ),
        };
        if matches!(self, Self::Config(_) | Self::Database(_)) {
            eprintln!("query: {self}");
        }
        let status = self.status();
        let document =
            json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
        let mut response =
            reply::response(status, "application/problem+json", document.to_string().into_bytes());
        match self {
            Self::NotSignedIn => {
                response
                    .headers_mut()
                    .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Cookie realm=\"api\""));
            }
            Self::Method(_) => {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            _ => {}
        }
        response
    }
}
