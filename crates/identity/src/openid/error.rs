use ports::HttpError;

/// Why a sign-in did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdError {
    #[error("the identity provider did not answer: {0}")]
    Unreachable(#[from] HttpError),
    #[error("the identity provider is not set up as expected: {0}; check the variable `oidc_issuer`")]
    Discovery(String),
    /// The provider's own words (RFC 6749 §4.1.2.1).
    #[error("the identity provider ended the sign-in with `{code}`")]
    Declined { code: String, description: String },
    #[error("the sign-in took longer than ten minutes, or was begun in another browser; begin it again")]
    NoAttempt,
    #[error("the answer belongs to another sign-in; begin it again")]
    StateMismatch,
    #[error("the identity provider refused the code ({0}); begin the sign-in again")]
    CodeRefused(String),
    #[error(
        "the identity provider refuses this application ({0}); check `oidc_client_id` and `oidc_client_secret`"
    )]
    ClientRefused(String),
    #[error("the ID token is not valid: {0}")]
    InvalidToken(String),
}
