//! What requests prove themselves with.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::{Gateway, SiteUrl};

/// What stands in `Authorization`; it shows itself to no log.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// An access token of a consent.
    Bearer(String),
    /// An API token, with the address of its account.
    Basic { email: String, token: String },
}

impl Credential {
    /// The header; none if what is in it cannot stand in one.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let value = match self {
            Self::Bearer(token) => format!("Bearer {token}"),
            Self::Basic { email, token } => {
                format!("Basic {}", BASE64_STANDARD.encode(format!("{email}:{token}")))
            }
        };
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Bearer(_) => "Bearer",
            Self::Basic { .. } => "Basic",
        })
    }
}

/// An API token and where it is good; it is sealed at rest and shows itself to no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// The origin of the only site that it is ever sent to.
    pub site: String,
    pub email: String,
    pub token: String,
    /// A token with scopes is taken by Atlassian's gateway alone, one without by the site.
    pub is_scoped: bool,
}

impl ApiToken {
    #[must_use]
    pub fn credential(&self) -> Credential {
        Credential::Basic { email: self.email.clone(), token: self.token.clone() }
    }

    /// The way to the site on which this token is taken.
    #[must_use]
    pub fn gateway(&self, api_url: &str, cloud_id: &str) -> Gateway {
        if self.is_scoped { Gateway::new(api_url, cloud_id) } else { Gateway::at_site(&self.site) }
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiToken")
            .field("site", &self.site)
            .field("is_scoped", &self.is_scoped)
            .finish_non_exhaustive()
    }
}

/// Why something typed cannot be an API token's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiTokenError {
    #[error("enter the email address of the Atlassian account that the token belongs to")]
    NoEmail,
    #[error("that is not an email address; enter the one that the account signs in to Atlassian with")]
    NotAnEmail,
    #[error("enter the API token")]
    NoToken,
    #[error(
        "that is not an API token: it holds spaces or letters that no token has; copy it whole from Atlassian"
    )]
    NotAToken,
}

/// Checks the email address as far as its form tells.
pub fn checked_email(typed: &str) -> Result<String, ApiTokenError> {
    const LONGEST: usize = 254;
    let email = typed.trim();
    let (name, host) = email.split_once('@').unwrap_or_default();
    match email {
        "" => Err(ApiTokenError::NoEmail),
        // A colon would end the name in Basic authentication.
        _ if name.is_empty()
            || !host.contains('.')
            || email.len() > LONGEST
            || email
                .contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == ':') =>
        {
            Err(ApiTokenError::NotAnEmail)
        }
        email => Ok(email.to_owned()),
    }
}

/// Checks the token as far as its form tells.
pub fn checked_token(typed: &str) -> Result<String, ApiTokenError> {
    const LONGEST: usize = 2_000;
    match typed.trim() {
        "" => Err(ApiTokenError::NoToken),
        token if token.len() > LONGEST || !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(ApiTokenError::NotAToken)
        }
        token => Ok(token.to_owned()),
    }
}

/// Whether an API token may be sent to this site: Atlassian's own hosts, and a simulated site on this machine.
///
/// The host has to allow what is sent there (`confluence_sites` in `spin.toml`); this names it before.
#[must_use]
pub fn takes_tokens(site: &SiteUrl) -> bool {
    site.host().ends_with(".atlassian.net") || site.is_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(is_scoped: bool) -> ApiToken {
        ApiToken {
            site: "https://acme.atlassian.net".into(),
            email: "sync@acme.example".into(),
            token: "secret-1".into(),
            is_scoped,
        }
    }

    #[test]
    fn a_token_goes_to_its_site_or_through_the_gateway_and_hides() {
        for (is_scoped, address) in [
            (false, "https://acme.atlassian.net/wiki/api/v2/spaces"),
            (true, "https://api.atlassian.com/ex/confluence/cloud-1/wiki/api/v2/spaces"),
        ] {
            let token = token(is_scoped);
            let gateway = token.gateway("https://api.atlassian.com", "cloud-1");
            let request = gateway.request(&crate::spaces::all(), &token.credential());
            assert!(request.uri().to_string().starts_with(address), "{}", request.uri());
            // RFC 7617: base64 of name, colon, password.
            assert_eq!(request.headers()["authorization"], "Basic c3luY0BhY21lLmV4YW1wbGU6c2VjcmV0LTE=");
            let shown = format!("{request:?} {token:?} {:?}", token.credential());
            assert!(!shown.contains("secret-1") && !shown.contains("c3luY"), "{shown}");
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_named() {
        for email in
            ["", "ada", "@acme.example", "ada@", "a da@acme.example", "ada:x@acme.example", "ada@local"]
        {
            assert!(checked_email(email).is_err(), "{email}");
        }
        assert_eq!(checked_email(" ada@acme.example ").as_deref(), Ok("ada@acme.example"));
        for token in ["", "  ", "two words", "tökén", &"x".repeat(3_000)] {
            assert!(checked_token(token).is_err(), "{token}");
        }
        assert_eq!(checked_token("\tATATT3xFfGF0=1A2B ").as_deref(), Ok("ATATT3xFfGF0=1A2B"));
    }

    #[test]
    fn tokens_go_to_atlassian_and_nowhere_else() {
        for (site, expected) in [
            ("acme.atlassian.net", true),
            ("127.0.0.1:4100", true),
            ("wiki.acme.example", false),
            ("acme.atlassian.net.evil.example", false),
            ("evilatlassian.net", false),
        ] {
            assert_eq!(takes_tokens(&SiteUrl::parse(site).unwrap()), expected, "{site}");
        }
    }
}
