//! What every call to the Confluence API passes: the token, the scopes, the site; and how answers and errors look.

mod error;
mod paging;
mod query;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, OriginalUri, RawPathParams};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

pub(crate) use error::ApiError;
pub(crate) use paging::{Page, page};
pub(crate) use query::Query;

use crate::atlassian;
use crate::site::{self, Account, CLOUD_ID};
use crate::state::Simulator;

/// The account of an answered request, for the log.
#[derive(Clone)]
pub(crate) struct CallerId(pub(crate) String);

/// What an answered request cost, for the log.
#[derive(Clone, Copy)]
pub(crate) struct Points(pub(crate) usize);

/// The id in a path, at whichever of the two addresses of the API it is asked.
#[derive(serde::Deserialize)]
pub(crate) struct Id {
    pub(crate) id: String,
}

/// Whose token was sent, and what it allows.
pub(crate) struct Caller {
    pub(crate) access: atlassian::Access,
}

enum Authorisation {
    Bearer(String),
    Basic { email: String, token: String },
}

fn authorisation(headers: &HeaderMap) -> Option<Authorisation> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    if let Some(token) = value.strip_prefix("Bearer ") {
        return Some(Authorisation::Bearer(token.to_owned()));
    }
    let pair = BASE64_STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (email, token) = pair.split_once(':')?;
    Some(Authorisation::Basic { email: email.to_owned(), token: token.to_owned() })
}

impl FromRequestParts<Arc<Simulator>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, simulator: &Arc<Simulator>) -> Result<Self, ApiError> {
        // The gateway knows the site; Confluence itself then knows whether the account may use it.
        let params = RawPathParams::from_request_parts(parts, simulator).await.ok();
        let cloud =
            params.iter().flatten().find(|(name, _)| *name == "cloud").map(|(_, value)| value.to_owned());
        let OriginalUri(uri) =
            OriginalUri::from_request_parts(parts, simulator).await.unwrap_or_else(|never| match never {});
        let at_site = uri.path().starts_with("/wiki/");
        let now = simulator.clock.now();
        let access = match authorisation(&parts.headers) {
            // Consents are taken by the gateway alone; the site's own answer is a page.
            Some(Authorisation::Bearer(_)) if at_site => return Err(ApiError::SitePage),
            Some(Authorisation::Bearer(token)) => simulator
                .grants()
                .access(&token, now)
                .cloned()
                .ok_or(ApiError::Gateway(401, "Unauthorized"))?,
            Some(Authorisation::Basic { email, token }) if at_site || cloud.is_some() => {
                match simulator.grants().api_token(&email, &token, at_site, now) {
                    Some(access) => access,
                    None if at_site && token.starts_with("simulated-scoped-") => {
                        return Err(ApiError::SitePage);
                    }
                    // As it was measured: neither answer says that it is the credential.
                    None if uri.path().contains("/wiki/rest/") => {
                        return Err(ApiError::v1(403, "Current user not permitted to use Confluence"));
                    }
                    None => return Err(ApiError::not_found()),
                }
            }
            _ => return Err(ApiError::Gateway(401, "Unauthorized")),
        };
        let caller = Self { access };
        match cloud {
            Some(cloud) if cloud != CLOUD_ID => Err(ApiError::Gateway(404, "Not Found")),
            None if !at_site => Ok(caller),
            _ if !caller.account().licensed && uri.path().contains("/wiki/rest/") => {
                Err(ApiError::v1(403, "Request rejected because caller cannot access Confluence"))
            }
            _ if !caller.account().licensed => Err(ApiError::not_found()),
            _ => Ok(caller),
        }
    }
}

impl Caller {
    pub(crate) fn account(&self) -> &'static Account {
        site::account(&self.access.account).expect("consent is given for known accounts only")
    }

    pub(crate) fn id(&self) -> &str {
        &self.access.account
    }

    /// Refuses unless the token has every one of these scopes.
    pub(crate) fn needs(&self, scopes: &[&str]) -> Result<(), ApiError> {
        self.needs_one_of(&[scopes])
    }

    /// Refuses unless the token has all scopes of one of these sets.
    pub(crate) fn needs_one_of(&self, sets: &[&[&str]]) -> Result<(), ApiError> {
        let has = |scope: &&str| {
            self.access.scopes.iter().any(|held| held == scope || held == atlassian::EVERY_SCOPE)
        };
        if sets.iter().any(|set| set.iter().all(has)) { Ok(()) } else { Err(ApiError::SCOPE) }
    }

    pub(crate) fn reply(&self, body: &Value) -> Response {
        let mut response = self.tag(json_response(StatusCode::OK, body));
        response.extensions_mut().insert(cost(body));
        response
    }

    /// Notes whose request was answered, for the log.
    pub(crate) fn tag(&self, mut response: Response) -> Response {
        response.extensions_mut().insert(CallerId(self.access.account.clone()));
        response
    }
}

/// As Atlassian counts: a point for the request, one for each object that it gives, and two for each user, group
/// or permission. An expanded restriction counts by those that it names.
fn cost(body: &Value) -> Points {
    let objects = match body.get("results").and_then(Value::as_array) {
        Some(results) => results.iter().map(object).sum(),
        None => object(body),
    };
    Points(1 + objects)
}

fn object(body: &Value) -> usize {
    let named = |operation: &Value| -> usize {
        ["user", "group"]
            .iter()
            .filter_map(|kind| operation["restrictions"][kind]["results"].as_array())
            .map(|named| 2 * named.len())
            .sum()
    };
    let is_identity = body.get("accountId").is_some()
        || body.get("principal").is_some()
        || body.get("type").is_some_and(|kind| kind == "group");
    1 + usize::from(is_identity) + named(body) + named(&body["restrictions"]["read"]) + named(&body["read"])
}

pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(id) = HeaderValue::from_str(&crate::random::token(18)) {
        response.headers_mut().insert("atl-request-id", id);
    }
    response
}
