//! Every failure as a page that names the thing and the cure; the cause is logged here, once.

use http::{Response, StatusCode};
use identity::forgery::ForgeryError;
use identity::openid::OpenIdError;
use ports::{ConfigError, DatabaseError, HttpError};
use screen::{ErrorPage, Frame, Site, address};

/// Why a sign-in or sign-out did not happen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no page at this address")]
    NoSuchPage,
    #[error("the form was not accepted: {0}")]
    Forgery(#[from] ForgeryError),
    #[error(transparent)]
    OpenId(#[from] OpenIdError),
}

impl Error {
    /// The page, with a button that begins the sign-in to `next` again.
    pub(crate) fn page(&self, frame: &Frame<'_>, next: &str) -> Response<Vec<u8>> {
        let (status, title, message, cure) = match self {
            Self::NoSuchPage => (
                StatusCode::NOT_FOUND,
                "This page does not exist",
                "There is nothing at this address.".to_owned(),
                "Go to the home page; it asks you to sign in where that is needed.",
            ),
            Self::Forgery(_) => (
                StatusCode::FORBIDDEN,
                "You are still signed in",
                "The request to sign out did not come from a page of your present sign-in.".to_owned(),
                "Open the home page and sign out from its menu.",
            ),
            Self::OpenId(error) => {
                eprintln!("sign-in: {error}");
                told(error)
            }
        };
        let page = ErrorPage::new(status, title, message, cure);
        let page = match self {
            Self::OpenId(_) => page.with_action("Sign in again", address("/sign-in", &[("next", next)])),
            Self::NoSuchPage | Self::Forgery(_) => page.with_action("Go to the home page", "/"),
        };
        page.response(frame)
    }
}

fn told(error: &OpenIdError) -> (StatusCode, &'static str, String, &'static str) {
    const SETUP: &str = "Tell whoever runs this application; its log names the cause and the cure.";
    const AGAIN: &str = "Sign in again. It takes a moment.";
    match error {
        OpenIdError::Unreachable(HttpError::Timeout { host, seconds }) => (
            StatusCode::GATEWAY_TIMEOUT,
            "The sign-in service does not answer",
            format!("{host} did not answer within {seconds} seconds."),
            "Try again in a moment. If it stays like this, tell your help desk.",
        ),
        OpenIdError::Unreachable(HttpError::Unreachable { host, .. } | HttpError::TooLarge { host, .. }) => (
            StatusCode::BAD_GATEWAY,
            "The sign-in service cannot be reached",
            format!("There is no connection to {host}."),
            "Try again in a moment. If it stays like this, tell your help desk.",
        ),
        OpenIdError::Discovery(_) | OpenIdError::ClientRefused(_) => (
            StatusCode::BAD_GATEWAY,
            "The sign-in is not set up correctly",
            "The sign-in service and this help center do not agree on how to work together.".to_owned(),
            SETUP,
        ),
        OpenIdError::Declined { code, .. } if code == "access_denied" => (
            StatusCode::FORBIDDEN,
            "You did not sign in",
            "The sign-in was cancelled, or your account may not use this help center.".to_owned(),
            "Sign in again, or ask your help desk for access.",
        ),
        OpenIdError::Declined { code, description } => (
            StatusCode::BAD_GATEWAY,
            "The sign-in service ended the sign-in",
            if description.is_empty() {
                format!("It gave the reason “{code}”.")
            } else {
                format!("It gave the reason “{code}”: {description}")
            },
            AGAIN,
        ),
        OpenIdError::NoAttempt => (
            StatusCode::BAD_REQUEST,
            "This sign-in has expired",
            "It took longer than ten minutes, was used already, or was begun in another browser.".to_owned(),
            AGAIN,
        ),
        OpenIdError::StateMismatch => (
            StatusCode::BAD_REQUEST,
            "This sign-in was replaced by another",
            "You may have begun to sign in twice. Nobody was signed in by this answer.".to_owned(),
            AGAIN,
        ),
        OpenIdError::CodeRefused(_) => (
            StatusCode::BAD_GATEWAY,
            "The sign-in could not be completed",
            "The sign-in service no longer accepts this sign-in; it may have been used already.".to_owned(),
            AGAIN,
        ),
        OpenIdError::InvalidToken(_) => (
            StatusCode::BAD_GATEWAY,
            "The sign-in could not be verified",
            "What the sign-in service sent does not prove who you are. Nobody was signed in.".to_owned(),
            "Sign in again. If it stays like this, tell whoever runs this application; its log names the cause.",
        ),
    }
}

/// Without its variables the sign-in has no frame to show a page in.
pub(crate) fn not_configured(error: &ConfigError) -> Response<Vec<u8>> {
    eprintln!("sign-in: {error}");
    Site::not_configured("The sign-in")
}

/// Without its database nobody could be told apart.
pub(crate) fn no_database(error: &DatabaseError) -> Response<Vec<u8>> {
    eprintln!("sign-in: {error}");
    Site::not_available("The sign-in", "The database")
}
