//! OAuth 2.0 (3LO): the consent, the exchange of its code, and the rotating refresh token.
//!
//! Rules: developer.atlassian.com, "OAuth 2.0 (3LO) apps" of Confluence.

use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::RetryAfter;

/// What the connection may do: read. Nothing here lets anybody write, delete or manage.
pub const SCOPES: &[&str] = &[
    "offline_access",
    "read:me",
    "read:space:confluence",
    "read:page:confluence",
    "read:folder:confluence",
    "read:attachment:confluence",
    "read:hierarchical-content:confluence",
    "read:content.metadata:confluence",
    "read:space.permission:confluence",
    "read:configuration:confluence",
    "read:user:confluence",
    "search:confluence",
    "read:confluence-content.all",
    "readonly:content.attachment:confluence",
    "read:confluence-user",
    "read:confluence-groups",
    // Of all that lists people by their names, the one search asks for this alone.
    "read:content-details:confluence",
];

/// The address to send an admin to, where Atlassian asks for consent.
#[must_use]
pub fn authorise_url(auth_url: &str, client_id: &str, redirect_uri: &str, state: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("audience", "api.atlassian.com")
        .append_pair("client_id", client_id)
        .append_pair("scope", &SCOPES.join(" "))
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("state", state)
        .append_pair("response_type", "code")
        .append_pair("prompt", "consent")
        .finish();
    // Atlassian's documentation separates scopes by %20; a form's `+` is not said to be understood.
    format!("{}/authorize?{}", auth_url.trim_end_matches('/'), query.replace('+', "%20"))
}

/// Our app as Atlassian knows it.
#[derive(Clone)]
pub struct App {
    pub auth_url: String,
    pub client_id: String,
    pub client_secret: String,
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("App")
            .field("auth_url", &self.auth_url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Exchanges the code of a consent for a grant.
    #[must_use]
    pub fn exchange(&self, code: &str, redirect_uri: &str) -> Request<Vec<u8>> {
        self.token_request(&json!({
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "code": code,
            "redirect_uri": redirect_uri,
        }))
    }

    /// Exchanges a refresh token for a new grant; the token sent is spent by it.
    #[must_use]
    pub fn refresh(&self, refresh_token: &str) -> Request<Vec<u8>> {
        self.token_request(&json!({
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": refresh_token,
        }))
    }

    fn token_request(&self, body: &serde_json::Value) -> Request<Vec<u8>> {
        let mut request = Request::new(body.to_string().into_bytes());
        *request.method_mut() = Method::POST;
        if let Ok(uri) = format!("{}/oauth/token", self.auth_url.trim_end_matches('/')).parse() {
            *request.uri_mut() = uri;
        }
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request
    }
}

/// What an admin granted: it is sealed at rest and shows itself to no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub access_token: String,
    pub refresh_token: String,
    /// Milliseconds since 1970.
    pub expires_at: i64,
    #[serde(default)]
    pub scope: String,
}

impl fmt::Debug for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Grant")
            .field("expires_at", &self.expires_at)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Why the token endpoint gave no grant.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// `invalid_grant` or `unauthorized_client`: the consent is over.
    #[error("Atlassian no longer accepts the authorisation; reconnect Confluence")]
    Reconnect,
    /// `access_denied` of the token endpoint: our own credentials are wrong, and no consent can cure it.
    #[error(
        "Atlassian did not accept this application's own credentials; check confluence_client_id and confluence_client_secret"
    )]
    Misconfigured,
    /// The consent did not include `offline_access`.
    #[error(
        "Atlassian gave no refresh token; add the scope offline_access to the Atlassian app and connect again"
    )]
    NoRefreshToken,
    #[error("Atlassian's sign-in asks to wait before more requests")]
    RateLimited { retry_after: Option<RetryAfter> },
    #[error("Atlassian's sign-in failed with status {}; try again in a few minutes", status.as_u16())]
    Unavailable { status: StatusCode },
    #[error("Atlassian refused the token request with status {}: {reason}", status.as_u16())]
    Refused { status: StatusCode, reason: String },
    #[error("Atlassian's answer to the token request could not be read: {0}")]
    Malformed(String),
}

#[derive(Deserialize)]
struct TokenResponse {
    access_token: String,
    refresh_token: Option<String>,
    #[serde(default = "an_hour")]
    expires_in: i64,
    #[serde(default)]
    scope: String,
}

fn an_hour() -> i64 {
    3_600
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenFault {
    error: String,
    error_description: String,
}

/// Reads the token endpoint's answer, where `now` is the time at which it came.
pub fn grant(response: &Response<Vec<u8>>, now: i64) -> Result<Grant, TokenError> {
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(TokenError::RateLimited { retry_after: RetryAfter::read(response.headers()) });
    }
    if status.is_server_error() {
        return Err(TokenError::Unavailable { status });
    }
    if !status.is_success() {
        let fault: TokenFault = serde_json::from_slice(response.body()).unwrap_or_default();
        return Err(match fault.error.as_str() {
            "invalid_grant" | "unauthorized_client" => TokenError::Reconnect,
            "access_denied" | "invalid_client" => TokenError::Misconfigured,
            _ => TokenError::Refused {
                status,
                reason: [fault.error, fault.error_description].join(" ").trim().chars().take(200).collect(),
            },
        });
    }
    // serde's words quote what they found, and what they found may be a token.
    let token: TokenResponse = serde_json::from_slice(response.body())
        .map_err(|error| TokenError::Malformed(format!("{:?} error", error.classify()).to_lowercase()))?;
    Ok(Grant {
        access_token: token.access_token,
        refresh_token: token.refresh_token.ok_or(TokenError::NoRefreshToken)?,
        expires_at: now + token.expires_in.clamp(0, 24 * 3_600) * 1_000,
        scope: token.scope,
    })
}

/// What comes back from the consent page.
#[derive(Clone, PartialEq, Eq)]
pub enum Callback {
    Granted {
        code: String,
        state: String,
    },
    /// The admin said no (`error=access_denied`).
    Declined {
        state: Option<String>,
    },
    /// Another `error` of RFC 6749 §4.1.2.1.
    Failed {
        error: String,
        state: Option<String>,
    },
    /// Neither a code nor an error.
    Incomplete,
}

impl Callback {
    /// Reads the query of the redirect.
    #[must_use]
    pub fn read(query: &str) -> Self {
        let value = |name: &str| {
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(key, value)| key == name && !value.is_empty())
                .map(|(_, value)| value.into_owned())
        };
        match (value("error"), value("code"), value("state")) {
            (Some(error), _, state) if error == "access_denied" => Self::Declined { state },
            (Some(error), _, state) => Self::Failed { error: error.chars().take(100).collect(), state },
            (None, Some(code), Some(state)) => Self::Granted { code, state },
            _ => Self::Incomplete,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json as answer;

    fn app() -> App {
        App {
            auth_url: "https://auth.atlassian.com/".into(),
            client_id: "client-1".into(),
            client_secret: "hush".into(),
        }
    }

    #[test]
    fn no_scope_can_change_anything() {
        for scope in SCOPES {
            let read = ["read:", "readonly:", "search:"].iter().any(|prefix| scope.starts_with(prefix));
            assert!(read || *scope == "offline_access", "{scope}");
            for word in ["write", "delete", "manage", "create", "update", "admin"] {
                assert!(!scope.contains(word), "{scope}");
            }
        }
    }

    #[test]
    fn the_consent_page_gets_every_parameter_that_atlassian_requires() {
        let url = authorise_url(
            "https://auth.atlassian.com/",
            "client 1",
            "https://kb.example/oauth/callback",
            "s-1",
        );
        assert!(url.starts_with(
            "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=client%201&"
        ));
        assert!(url.contains("scope=offline_access%20read%3Ame%20"), "{url}");
        assert!(url.contains("redirect_uri=https%3A%2F%2Fkb.example%2Foauth%2Fcallback&state=s-1"));
        assert!(url.ends_with("response_type=code&prompt=consent"));
    }

    #[test]
    fn the_secret_is_in_the_body_and_nowhere_else() {
        for request in
            [app().exchange("code-1", "https://kb.example/oauth/callback"), app().refresh("refresh-1")]
        {
            assert_eq!(request.method(), Method::POST);
            assert_eq!(request.uri(), "https://auth.atlassian.com/oauth/token");
            assert!(String::from_utf8_lossy(request.body()).contains("hush"));
        }
        assert!(!format!("{:?}", app()).contains("hush"));
    }

    #[test]
    fn a_grant_is_read_and_hides_its_tokens() {
        let body = r#"{"access_token":"at-1","refresh_token":"rt-1","expires_in":3600,"token_type":"Bearer","scope":"read:me"}"#;
        let grant = grant(&answer(200, body), 1_000).unwrap();
        assert_eq!((grant.access_token.as_str(), grant.refresh_token.as_str()), ("at-1", "rt-1"));
        assert_eq!(grant.expires_at, 3_601_000);
        let shown = format!("{grant:?}");
        assert!(!shown.contains("at-1") && !shown.contains("rt-1"), "{shown}");
    }

    #[test]
    fn dead_consent_and_wrong_secret_are_told_apart() {
        for (status, body, expected) in [
            (
                403,
                r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#,
                TokenError::Reconnect,
            ),
            (
                403,
                r#"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#,
                TokenError::Reconnect,
            ),
            (
                401,
                r#"{"error":"access_denied","error_description":"Unauthorized"}"#,
                TokenError::Misconfigured,
            ),
            (200, r#"{"access_token":"at-1","expires_in":3600}"#, TokenError::NoRefreshToken),
            (429, "", TokenError::RateLimited { retry_after: None }),
            (503, "<html>", TokenError::Unavailable { status: StatusCode::SERVICE_UNAVAILABLE }),
            (
                400,
                r#"{"error":"invalid_request"}"#,
                TokenError::Refused { status: StatusCode::BAD_REQUEST, reason: "invalid_request".into() },
            ),
        ] {
            assert_eq!(grant(&answer(status, body), 0), Err(expected), "{body}");
        }
        let malformed = grant(&answer(200, r#"{"access_token":7,"refresh_token":"rt-1"}"#), 0).unwrap_err();
        assert!(!malformed.to_string().contains("rt-1"));
    }

    #[test]
    fn the_redirect_says_yes_no_or_nothing() {
        assert!(
            Callback::read("code=c%2B1&state=s")
                == Callback::Granted { code: "c+1".into(), state: "s".into() }
        );
        assert!(
            Callback::read("error=access_denied&state=s") == Callback::Declined { state: Some("s".into()) }
        );
        assert!(
            Callback::read("error=invalid_scope")
                == Callback::Failed { error: "invalid_scope".into(), state: None }
        );
        for query in ["", "code=c", "state=s", "code=&state=s"] {
            assert!(Callback::read(query) == Callback::Incomplete, "{query}");
        }
    }
}
