//! Every failure as a page that names the thing and the cure; the cause is logged here, once.

use confluence::oauth::TokenError;
use confluence::{ApiError, SiteError};
use http::{Response, StatusCode};
use identity::forgery::ForgeryError;
use knowledge::connections::Consumed;
use mirror::{GrantError, SpaceListError};
use ports::{ConfigError, DatabaseError, HttpError};
use screen::{ErrorPage, Frame, Site};

use crate::routes::CONNECTIONS;

/// Why a site was not connected, or not disconnected.
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
    #[error("the redirect has no state or no code")]
    Incomplete,
    #[error("the state is not accepted: {0:?}")]
    StateRefused(Consumed),
    #[error("the consent for {site} was declined")]
    Declined { site: String },
    #[error("Atlassian answered the consent with {error}")]
    ConsentFailed { error: String },
    #[error("the grant reaches {granted:?} and not {site}")]
    OtherSites { site: String, granted: Vec<String> },
    #[error("{site} has no Confluence that the grant reaches")]
    WithoutConfluence { site: String },
    #[error("the account sees no space of {site}")]
    NoSpaces { site: String, account: String },
    #[error(transparent)]
    Site(#[from] SiteError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Spaces(#[from] SpaceListError),
    #[error(transparent)]
    Grant(#[from] GrantError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What every failed connecting says of itself.
const NOTHING_KEPT: &str = "Nothing was connected or changed.";

impl Error {
    pub(crate) fn page(&self, frame: &Frame<'_>) -> Response<Vec<u8>> {
        let status = self.status();
        if status.is_server_error() {
            eprintln!("oauth-callback: {self}");
        }
        let (title, message, cure) = self.words();
        let page = ErrorPage::new(status, title, message, cure);
        match self {
            Self::NotAdmin => page.with_action("Open the help center", "/"),
            Self::NoSuchPage | Self::NoSuchConnection(_) | Self::Forged(_) => {
                page.with_action("Open the connections", CONNECTIONS)
            }
            _ => page.with_action("Connect again", format!("{CONNECTIONS}/connect")),
        }
        .response(frame)
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchPage | Self::NoSuchConnection(_) => StatusCode::NOT_FOUND,
            Self::NotAdmin | Self::Forged(_) | Self::StateRefused(Consumed::AnotherSession) => {
                StatusCode::FORBIDDEN
            }
            Self::Incomplete | Self::StateRefused(_) | Self::Declined { .. } | Self::Site(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::OtherSites { .. } | Self::WithoutConfluence { .. } | Self::NoSpaces { .. } => {
                StatusCode::CONFLICT
            }
            Self::Token(TokenError::Reconnect) => StatusCode::BAD_REQUEST,
            Self::Token(TokenError::Misconfigured | TokenError::NoRefreshToken)
            | Self::Database(_)
            | Self::Grant(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ConsentFailed { .. } | Self::Token(_) | Self::Api(_) | Self::Http(_) | Self::Spaces(_) => {
                StatusCode::BAD_GATEWAY
            }
        }
    }

    /// Title, message and cure.
    fn words(&self) -> (&'static str, String, String) {
        let again = "Connect again from the settings.".to_owned();
        match self {
            Self::NoSuchPage => (
                "This page does not exist",
                "There is nothing at this address.".into(),
                "Start from the connections.".into(),
            ),
            Self::NoSuchConnection(id) => (
                "This connection does not exist",
                format!("There is no connection with the number {id}. It may have been removed."),
                "Pick one of the connections that there are, or connect a site.".into(),
            ),
            Self::NotAdmin => (
                "Settings are for admins",
                format!("Connecting and disconnecting sites is for admins. {NOTHING_KEPT}"),
                "Ask an admin to do it, or to add you to the admin group of your identity provider.".into(),
            ),
            Self::Forged(ForgeryError::OtherSite) => (
                "The form was not accepted",
                "It was sent from another site. Nothing was changed.".into(),
                "Open the connection again and repeat what you did.".into(),
            ),
            Self::Forged(ForgeryError::StaleToken) => (
                "The form was not accepted",
                "It belongs to an earlier sign-in. Nothing was changed.".into(),
                "Open the connection again and repeat what you did.".into(),
            ),
            Self::Incomplete => (
                "Atlassian's answer is incomplete",
                format!("The address that Atlassian sent you back to lacks its code or its state. {NOTHING_KEPT}"),
                again,
            ),
            Self::StateRefused(consumed) => {
                let (title, why) = match consumed {
                    Consumed::AlreadyUsed => (
                        "This authorisation was already used",
                        "Each consent can be used once. If you loaded this page again, the first time may have worked.",
                    ),
                    Consumed::Expired => {
                        ("This authorisation has expired", "The consent took longer than ten minutes.")
                    }
                    Consumed::AnotherSession => (
                        "This authorisation was begun by somebody else",
                        "A consent can be finished only in the sign-in that began it.",
                    ),
                    Consumed::Unknown | Consumed::Accepted { .. } => (
                        "This authorisation was not begun here",
                        "The link that brought you here does not belong to a connection that an admin of this site began.",
                    ),
                };
                (title, format!("{why} {NOTHING_KEPT}"), again)
            }
            Self::Declined { site } => (
                "The consent was declined",
                format!("Atlassian reports that access to {site} was not allowed. {NOTHING_KEPT}"),
                "Connect again and accept; the access is read-only. If you could not accept, ask a site admin \
                 whether third-party apps are restricted."
                    .into(),
            ),
            Self::ConsentFailed { error } => (
                "Atlassian did not finish the consent",
                format!("Atlassian answered with “{error}”. {NOTHING_KEPT}"),
                "Check the callback URL and the scopes of the Atlassian app in the developer console, then connect again."
                    .into(),
            ),
            Self::OtherSites { site, granted } if granted.is_empty() => (
                "The account reaches no Confluence site",
                format!("You entered {site}, but the account that you consented with has no Confluence site. {NOTHING_KEPT}"),
                format!("Connect with an account that can open {site}/wiki. If it can, the site may restrict third-party apps."),
            ),
            Self::OtherSites { site, granted } => (
                "The consent is for another site",
                format!("You entered {site}, but the consent reaches {}. {NOTHING_KEPT}", granted.join(", ")),
                format!("Connect again and pick {site} on Atlassian's page, or enter the other site's URL."),
            ),
            Self::WithoutConfluence { site } => (
                "This site has no Confluence",
                format!("The consent reaches {site}, but only for other products. {NOTHING_KEPT}"),
                "Check the site URL, or ask a site admin to give the account access to Confluence.".into(),
            ),
            Self::NoSpaces { site, account } => (
                "The account sees no space",
                format!(
                    "{} can open {site}, but none of its spaces. {NOTHING_KEPT}",
                    if account.is_empty() { "The account" } else { account }
                ),
                "Give the account read access to the spaces in Confluence, or connect with another account.".into(),
            ),
            Self::Site(error) => ("The site URL cannot be used", format!("{error}. {NOTHING_KEPT}"), again),
            Self::Token(TokenError::Reconnect) => (
                "Atlassian no longer accepts this consent",
                format!("The code that came back is expired or was already used. {NOTHING_KEPT}"),
                again,
            ),
            Self::Token(TokenError::Misconfigured) => (
                "The application is misconfigured",
                format!("Atlassian did not accept this application's own credentials. {NOTHING_KEPT}"),
                "Ask whoever runs this application to check confluence_client_id and confluence_client_secret; \
                 another consent does not help before that."
                    .into(),
            ),
            Self::Token(TokenError::NoRefreshToken) => (
                "The Atlassian app lacks a scope",
                format!("Atlassian gave no refresh token, so the sync would end within an hour. {NOTHING_KEPT}"),
                "Ask whoever runs this application to add the scope offline_access to the Atlassian app.".into(),
            ),
            Self::Token(error) => (
                "Atlassian did not complete the sign-in",
                format!("{error}. {NOTHING_KEPT}"),
                "Try again in a few minutes.".into(),
            ),
            Self::Api(error) => ("Confluence did not answer as expected", format!("{error}. {NOTHING_KEPT}"), again),
            Self::Spaces(error) => ("The spaces could not be listed", format!("{error}. {NOTHING_KEPT}"), again),
            Self::Http(error) => (
                "Atlassian could not be reached",
                format!("{error}. {NOTHING_KEPT}"),
                "Try again in a few minutes.".into(),
            ),
            Self::Grant(_) | Self::Database(_) => (
                "The connection could not be stored",
                "A store of this application did not answer as expected.".into(),
                "Connect again in a moment; if it stays, tell whoever runs this application to look at its log.".into(),
            ),
        }
    }
}

/// Without its variables the component has no frame to show a page in.
pub(crate) fn not_configured(error: &ConfigError) -> Response<Vec<u8>> {
    eprintln!("oauth-callback: {error}");
    Site::not_configured("Connecting")
}

pub(crate) fn not_available(error: &dyn std::error::Error) -> Response<Vec<u8>> {
    eprintln!("oauth-callback: {error}");
    Site::not_available("Connecting", "A store")
}
