//! What every call to the Confluence API passes: the bearer token, the scopes, the site; and how answers and errors look.

mod error;
mod paging;
mod query;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, OriginalUri, RawPathParams};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
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

/// Whose token was sent, and what it allows.
pub(crate) struct Caller {
    pub(crate) access: atlassian::Access,
}

impl FromRequestParts<Arc<Simulator>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, simulator: &Arc<Simulator>) -> Result<Self, ApiError> {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(ApiError::Gateway(401, "Unauthorized"))?;
        let access = simulator
            .grants()
            .access(token, simulator.clock.now())
            .cloned()
            .ok_or(ApiError::Gateway(401, "Unauthorized"))?;
        let caller = Self { access };

        // The gateway knows the site; Confluence itself then knows whether the account may use it.
        let params = RawPathParams::from_request_parts(parts, simulator).await.ok();
        let OriginalUri(uri) =
            OriginalUri::from_request_parts(parts, simulator).await.unwrap_or_else(|never| match never {});
        let cloud =
            params.iter().flatten().find(|(name, _)| *name == "cloud").map(|(_, value)| value.to_owned());
        match cloud {
            Some(cloud) if cloud != CLOUD_ID => Err(ApiError::Gateway(404, "Not Found")),
            Some(_) if !caller.account().licensed && uri.path().contains("/wiki/rest/") => {
                Err(ApiError::v1(403, "Request rejected because caller cannot access Confluence"))
            }
            Some(_) if !caller.account().licensed => Err(ApiError::not_found()),
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
        let has = |scope: &&str| self.access.scopes.iter().any(|held| held == scope);
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
