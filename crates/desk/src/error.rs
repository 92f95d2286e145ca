//! Every failure as a page that names the thing and the cure; the cause is logged here, once.

use http::{Response, StatusCode};
use ports::{ConfigError, DatabaseError};
use screen::{ErrorPage, Frame, Site};

/// Why a page could not be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no page at this address")]
    NoSuchPage,
    #[error("there is no article {0}")]
    NoSuchArticle(String),
    #[error("there is no connection {0}")]
    NoSuchConnection(String),
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
                "The console has no page at this address.",
                "Check the address, or start from the overview.",
            )
            .with_action("Open the overview", "/console"),
            Self::NoSuchArticle(id) => ErrorPage::new(
                missing,
                "This article does not exist",
                format!("There is no article with the number {id}. Its connection may have been removed."),
                "Look for it by its title.",
            )
            .with_action("Open the articles", "/console/resources/articles"),
            Self::NoSuchConnection(id) => ErrorPage::new(
                missing,
                "This connection does not exist",
                format!("There is no connection with the number {id}. It may have been removed."),
                "Pick one of the connections that there are, or connect a site.",
            )
            .with_action("Open the connections", crate::settings::CONFLUENCE),
            Self::Database(error) => {
                eprintln!("console: {} failed: {error}", frame.path);
                ErrorPage::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "This page could not be loaded",
                    "The database did not answer as expected. Nothing was changed by this page.",
                    "Try again in a moment; if it stays, tell whoever runs this application to look at its log.",
                )
                .with_action("Try again", frame.path)
            }
        }
        .response(frame)
    }
}

/// The page for someone whose role is too small, which says what it would take.
pub(crate) fn forbidden(frame: &Frame<'_>, settings: bool) -> Response<Vec<u8>> {
    let status = StatusCode::FORBIDDEN;
    if settings {
        ErrorPage::new(
            status,
            "Settings are for admins",
            "You can review and publish articles. Connecting sites and choosing spaces is for admins.",
            "Ask an admin to change this setting, or to add you to the admin group of your identity provider.",
        )
        .with_action("Open the articles", "/console/resources/articles")
    } else {
        ErrorPage::new(
            status,
            "The console is for agents and admins",
            "Your account can read and search the help articles, and ask questions.",
            "If you look after articles, ask an admin to add you to the agent group of your identity provider.",
        )
        .with_action("Open the help center", "/")
    }
    .response(frame)
}

/// Without its variables the console has no frame to show a page in.
#[must_use]
pub fn not_configured(error: &ConfigError) -> Response<Vec<u8>> {
    eprintln!("console: {error}");
    Site::not_configured("The console")
}

/// Without its database the console has nothing to show.
#[must_use]
pub fn no_database(error: &DatabaseError) -> Response<Vec<u8>> {
    eprintln!("console: {error}");
    Site::not_available("The console", "The database")
}
