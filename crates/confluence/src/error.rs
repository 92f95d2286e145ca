use http::StatusCode;

use crate::{PagingError, RetryAfter};

/// What an answer of Atlassian's API means where it is not the thing asked for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ApiError {
    /// 401: the access token is expired or revoked; a refresh tells which.
    #[error("Confluence did not accept the access token when asked for {what}")]
    TokenRejected { what: String },
    /// 401 "scope does not match": a refresh cannot help.
    #[error(
        "the connection lacks the permission to read {what}; add the missing scope to the Atlassian app and reconnect"
    )]
    ScopeMissing { what: String },
    /// 403: the connected account may not, or an app access rule says so.
    #[error(
        "Confluence refused {what} to the connected account ({message}); check the account's access and your organisation's app access rules"
    )]
    Forbidden { what: String, message: String },
    /// 404 that names the thing: it is gone, or the connected account may not see it.
    #[error("{what} does not exist in Confluence or the connected account may not see it")]
    NotVisible { what: String },
    /// 404 or 403 that names nothing: what Confluence answers when it does not know the caller at all.
    #[error(
        "Confluence answered as if it did not know the connection when asked for {what}; nothing is concluded from that"
    )]
    CallerUnknown { what: String },
    /// 400 for a cursor that is no longer good.
    #[error("Confluence no longer knows the place in the list of {what}; the list is begun again")]
    CursorExpired { what: String },
    /// 429, or 503 with advice.
    #[error("Confluence asks to wait before more requests")]
    RateLimited { retry_after: Option<RetryAfter>, reason: String },
    /// 5xx.
    #[error("Confluence failed with status {} when asked for {what}", status.as_u16())]
    Unavailable { what: String, status: StatusCode, retry_after: Option<RetryAfter> },
    /// Any other status.
    #[error("Confluence refused {what} with status {}: {message}", status.as_u16())]
    Refused { what: String, status: StatusCode, message: String },
    /// A login page or a proxy's page where JSON was due.
    #[error(
        "Confluence answered {what} with {content_type} instead of JSON; a proxy or a sign-in page may be in between"
    )]
    NotJson { what: String, content_type: String },
    #[error("Confluence's answer for {what} could not be read: {reason}")]
    Malformed { what: String, reason: String },
    #[error("the list of {what} could not be followed to its end: {source}")]
    Paging { what: String, source: PagingError },
}

impl ApiError {
    /// What the refusal says of the time to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether it is the quota of the hour that is used up, which no short wait brings back.
    ///
    /// The reason has been written in several ways, so its parts are looked for.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        let Self::RateLimited { reason, .. } = self else { return false };
        let reason = reason.to_ascii_lowercase();
        ["quota", "global", "tenant"].iter().any(|part| reason.contains(part))
    }

    /// Whether the same request may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::CallerUnknown { .. }
            | Self::CursorExpired { .. }
            | Self::NotJson { .. }
            | Self::Malformed { .. }
            | Self::Paging { .. } => true,
            Self::TokenRejected { .. }
            | Self::ScopeMissing { .. }
            | Self::Forbidden { .. }
            | Self::NotVisible { .. }
            | Self::Refused { .. } => false,
        }
    }
}
