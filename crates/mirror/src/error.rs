use confluence::ApiError;
use confluence::oauth::TokenError;
use knowledge::connections::Fault;
use ports::{DatabaseError, HttpError, KeyValueError};

/// Why a step did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// Our share of the quota is spent, or what Confluence leaves to everybody runs low.
    #[error("waiting for Confluence's hourly limit; goes on at {}", confluence::moment::clock(*until))]
    OverBudget { until: i64 },
    #[error("the run's state could not be read: {0}; start the sync again")]
    State(String),
    /// Another worker goes on with the run.
    #[error("another worker holds the run")]
    LeaseLost,
}

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    #[error("there is no authorisation for this connection; reconnect Confluence")]
    Missing,
    #[error(
        "the stored authorisation cannot be opened with this sealing_key; restore the key or reconnect Confluence"
    )]
    Unreadable,
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A token that was refreshed a moment ago is refused as well.
    #[error(
        "Confluence refuses even a fresh access token; the authorisation was revoked, so reconnect Confluence"
    )]
    Rejected,
    /// An API token is not renewed.
    #[error(
        "Confluence no longer accepts the API token: it has expired or was revoked, or its account may not use Confluence any more; make a new token and reconnect Confluence"
    )]
    TokenRefused,
    #[error(
        "the authorisation no longer reaches {site}; ask a site admin whether the app was removed, then reconnect Confluence"
    )]
    SiteGone { site: String },
    #[error("another worker is renewing the authorisation")]
    Busy,
    #[error(transparent)]
    KeyValue(#[from] KeyValueError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl GrantError {
    /// What the connection has become, if waiting does not help.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Missing
            | Self::Unreadable
            | Self::Rejected
            | Self::TokenRefused
            | Self::SiteGone { .. } => Some(Fault::ConnectionLost),
            Self::Token(TokenError::Reconnect | TokenError::NoRefreshToken) => Some(Fault::ConnectionLost),
            Self::Token(TokenError::Misconfigured) => Some(Fault::Misconfigured),
            Self::Token(_) | Self::Busy | Self::KeyValue(_) | Self::Database(_) | Self::Http(_) => None,
        }
    }
}

/// A sentence for people: the error's own words, begun with a capital and ended with a full stop.
pub(crate) fn sentence(error: &impl std::fmt::Display) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
