//! Every failure as a notice on the page that its form is on; the cause is logged here, once.

use http::Response;
use identity::forgery::ForgeryError;
use ports::spin::Unavailable;
use ports::{ConfigError, DatabaseError};
use screen::{Notice, Site};

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

/// The page of all connections, and below it the page of each.
pub(crate) const CONNECTIONS: &str = "/console/settings/integrations/confluence";

impl Error {
    /// The page to go on from, and what it says.
    pub(crate) fn notice(&self) -> (String, Notice) {
        let connections = CONNECTIONS.to_owned();
        match self {
            Self::NoSuchPage => (
                connections,
                Notice::warning(
                    "A sync is started with the button Sync now, not by opening an address. Open the connection and press it there.",
                ),
            ),
            Self::NoSuchConnection(id) => (
                connections,
                Notice::failed(format!(
                    "There is no connection with the number {id}; it may have been removed. Pick one of those that there are, or connect a site."
                )),
            ),
            Self::NotAdmin => (
                connections,
                Notice::failed("Nothing was changed: starting a sync is for admins. Ask an admin to do it."),
            ),
            Self::Forged(error) => (
                connections,
                Notice::failed(match error {
                    ForgeryError::OtherSite => {
                        "The form was not accepted, for it was sent from another site. Nothing was changed."
                    }
                    ForgeryError::StaleToken => {
                        "The form was not accepted, for it belongs to an earlier sign-in. Nothing was changed: repeat what you did."
                    }
                }),
            ),
            Self::NotConnected { connection, reason } => (
                format!("{CONNECTIONS}/{connection}"),
                Notice::failed(format!(
                    "No sync was started, for the connection does not work: {reason} Reconnect Confluence; the chosen spaces and all articles are kept."
                )),
            ),
            Self::Database(error) => {
                eprintln!("scheduled-sync: {error}");
                (
                    connections,
                    Notice::failed(
                        "The sync could not be started: the database did not answer as expected. Nothing was changed. Try again in a moment; if it stays, tell whoever runs this application to look at its log.",
                    ),
                )
            }
        }
    }
}

/// Without its variables the sync can seal no notice.
pub(crate) fn not_configured(error: &ConfigError) -> Response<Vec<u8>> {
    eprintln!("scheduled-sync: {error}");
    Site::not_configured("The sync")
}

pub(crate) fn not_available(error: &Unavailable) -> Response<Vec<u8>> {
    eprintln!("scheduled-sync: {error}");
    Site::not_available("The sync", "A store")
}
