//! Every failure as a page that names the thing and the cure; the cause is logged here, once.

use http::{Response, StatusCode};
use identity::forgery::ForgeryError;
use ports::{ConfigError, DatabaseError, KeyValueError};
use screen::{ErrorPage, Frame, Site};

/// Why a request was not followed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is nothing at this address")]
    NoSuchPage,
    #[error("there is no connection {0}")]
    NoSuchConnection(String),
    #[error("the role is too small")]
    NotAdmin,
    #[error(transparent)]
    Forged(#[from] ForgeryError),
    #[error("the connection does not work")]
    NotConnected { connection: i64, reason: String },
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Why a port of the host could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unavailable {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    KeyValue(#[from] KeyValueError),
}

const CONNECTIONS: &str = "/console/settings/integrations/confluence";

impl Error {
    pub(crate) fn page(&self, frame: &Frame<'_>) -> Response<Vec<u8>> {
        match self {
            Self::NoSuchPage => ErrorPage::new(
                StatusCode::NOT_FOUND,
                "This page does not exist",
                "A sync is started with the button Sync now, not by opening an address.",
                "Open the connection and press Sync now there.",
            )
            .with_action("Open the connections", CONNECTIONS),
            Self::NoSuchConnection(id) => ErrorPage::new(
                StatusCode::NOT_FOUND,
                "This connection does not exist",
                format!("There is no connection with the number {id}. It may have been removed."),
                "Pick one of the connections that there are, or connect a site.",
            )
            .with_action("Open the connections", CONNECTIONS),
            Self::NotAdmin => ErrorPage::new(
                StatusCode::FORBIDDEN,
                "Settings are for admins",
                "Starting a sync and choosing spaces is for admins.",
                "Ask an admin to do it, or to add you to the admin group of your identity provider.",
            )
            .with_action("Open the help center", "/"),
            Self::Forged(error) => ErrorPage::new(
                StatusCode::FORBIDDEN,
                "The form was not accepted",
                match error {
                    ForgeryError::OtherSite => "It was sent from another site. Nothing was changed.",
                    ForgeryError::StaleToken => "It belongs to an earlier sign-in. Nothing was changed.",
                },
                "Open the connection again and repeat what you did.",
            )
            .with_action("Open the connections", CONNECTIONS),
            Self::NotConnected { connection, reason } => ErrorPage::new(
                StatusCode::CONFLICT,
                "The connection does not work",
                reason.clone(),
                "Reconnect Confluence; the chosen spaces and all articles are kept.",
            )
            .with_action("Open the connection", format!("{CONNECTIONS}/{connection}")),
            Self::Database(error) => {
                eprintln!("scheduled-sync: {error}");
                ErrorPage::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "The sync could not be started",
                    "The database did not answer as expected. Nothing was changed.",
                    "Try again in a moment; if it stays, tell whoever runs this application to look at its log.",
                )
                .with_action("Open the connections", CONNECTIONS)
            }
        }
        .response(frame)
    }
}

/// Without its variables the sync has no frame to show a page in.
pub(crate) fn not_configured(error: &ConfigError) -> Response<Vec<u8>> {
    eprintln!("scheduled-sync: {error}");
    Site::not_configured("The sync")
}

pub(crate) fn not_available(error: &Unavailable) -> Response<Vec<u8>> {
    eprintln!("scheduled-sync: {error}");
    Site::not_available("The sync", "A store")
}
