//! Every failure as a page that names the thing and the cure; the cause is logged here, once.

use http::{Response, StatusCode};
use identity::forgery::ForgeryError;
use ports::{ConfigError, DatabaseError};
use screen::{ErrorPage, Frame, Site};

/// Why a page could not be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no page at this address")]
    NoSuchPage,
    /// Whether it does not exist, is a draft or is restricted is not told: that would leak it.
    #[error("there is no such article that may be read")]
    NoSuchArticle,
    #[error("there is no category `{0}` with articles")]
    NoSuchCategory(String),
    #[error("this address takes no {0} request")]
    Method(http::Method),
    #[error(transparent)]
    Forgery(#[from] ForgeryError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Error {
    pub(crate) fn page(&self, frame: &Frame<'_>) -> Response<Vec<u8>> {
        let missing = StatusCode::NOT_FOUND;
        match self {
            Self::NoSuchPage => ErrorPage::new(
                missing,
                "This page does not exist",
                "There is nothing at this address.",
                "Check the address, or search for what you need.",
            )
            .with_action("Search the articles", "/search"),
            Self::NoSuchArticle => ErrorPage::new(
                missing,
                "This article is not available",
                "It may have been moved, taken back, or is not shared with everyone.",
                "Search for it by its title. If you know that it exists in Confluence, ask its owner to share it.",
            )
            .with_action("Search the articles", "/search"),
            Self::NoSuchCategory(name) => ErrorPage::new(
                missing,
                "This category is empty or gone",
                format!("There is no article to read under “{name}”."),
                "Pick another category, or search all of them.",
            )
            .with_action("See all categories", "/"),
            Self::Method(_) => ErrorPage::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "This address cannot do that",
                "It was used in a way that it does not know.",
                "Start from the home page.",
            )
            .with_action("Go to the home page", "/"),
            Self::Forgery(error) => ErrorPage::new(
                StatusCode::FORBIDDEN,
                "Nothing was sent",
                match error {
                    ForgeryError::OtherSite => "The form came from another site.",
                    ForgeryError::StaleToken => "The form belongs to an earlier sign-in.",
                },
                "Open the page here and send the form again.",
            )
            .with_action("Go to the home page", "/"),
            Self::Database(error) => {
                eprintln!("portal: {} failed: {error}", frame.path.split('?').next().unwrap_or_default());
                ErrorPage::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "This page could not be loaded",
                    "The articles could not be read just now.",
                    "Try again in a moment. If it stays like this, tell your help desk.",
                )
                .with_action("Try again", frame.path)
            }
        }
        .response(frame)
    }
}

/// Without its variables the Portal has no frame to show a page in.
pub(crate) fn not_configured(error: &ConfigError) -> Response<Vec<u8>> {
    eprintln!("portal: {error}");
    Site::not_configured("The help center")
}

pub(crate) fn no_database(error: &DatabaseError) -> Response<Vec<u8>> {
    eprintln!("portal: {error}");
    Site::not_available("The help center", "The database")
}
