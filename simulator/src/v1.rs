//! What is still needed of Confluence's REST API v1, under `/ex/confluence/{cloudId}/wiki/rest/api` and at the site.

mod attachments;
mod content;
mod cql;
mod groups;
mod permission;
mod restrictions;
mod search;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::OriginalUri;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::gateway::{ApiError, Caller};
use crate::site::{Content, Site, Status};
use crate::state::Simulator;

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    let api = Router::new()
        .route("/content/search", get(search::content).fallback(unknown))
        .route("/search", get(search::rows).fallback(unknown))
        .route("/content/{id}/restriction/byOperation", get(restrictions::all).fallback(unknown))
        .route("/content/{id}/restriction/byOperation/{operation}", get(restrictions::one).fallback(unknown))
        .route("/content/{id}/permission/check", post(permission::check).fallback(unknown))
        .route(
            "/content/{id}/child/attachment/{attachment}/download",
            get(attachments::download).fallback(unknown),
        )
        .route("/user", get(users::one).fallback(unknown))
        .route("/user/current", get(users::current).fallback(unknown))
        .route("/user/bulk", get(users::bulk).fallback(unknown))
        .route("/search/user", get(users::search).fallback(unknown))
        .route("/group/by-id", get(groups::by_id).fallback(unknown))
        .route("/group/{id}/membersByGroupId", get(groups::members).fallback(unknown))
        .route("/settings/systemInfo", get(users::system_info).fallback(unknown))
        .fallback(unknown);
    // The site itself takes API tokens; consents and tokens with scopes go through the gateway.
    Router::new().nest("/ex/confluence/{cloud}/wiki/rest/api", api.clone()).nest("/wiki/rest/api", api)
}

/// A removed endpoint is gone; what this site does not serve is not found; no read-only token may write.
async fn unknown(method: Method, OriginalUri(uri): OriginalUri, caller: Caller) -> Response {
    let path = uri.path().rsplit_once("/rest/api").map_or("", |(_, path)| path);
    let removed = ["/content", "/space"].iter().any(|root| {
        path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && !path.contains("/descendant")
    });
    let error = match method {
        Method::GET if removed => ApiError::Gone,
        Method::GET => ApiError::v1(404, format!("null for uri: {path}")),
        _ => ApiError::SCOPE,
    };
    caller.tag(error.into_response())
}

/// A page or folder by its id, if the caller sees it.
fn visible<'a>(site: &'a Site, caller: &Caller, id: &str) -> Result<&'a Content, ApiError> {
    id.parse()
        .ok()
        .and_then(|id: u64| site.contents.get(&id))
        .filter(|content| content.status != Status::Draft && site.sees(caller.id(), content))
        .ok_or_else(|| ApiError::v1(404, format!("No content found with id: ContentId{{id={id}}}")))
}

/// `start` and `limit` of an offset-paged listing.
fn window(query: &crate::gateway::Query, default: usize, most: usize) -> Result<(usize, usize), ApiError> {
    let number = |name: &str, default: usize| match query.get(name) {
        None => Ok(default),
        Some(value) => value.parse().map_err(|_| ApiError::v1(400, format!("{name} must be a number"))),
    };
    let (start, limit) = (number("start", 0)?, number("limit", default)?);
    if limit > most {
        return Err(ApiError::v1(400, format!("limit must not be greater than {most}")));
    }
    Ok((start, limit))
}
