//! What was asked of the Atlassian API and its authorisation pages, for tests to look at; never a token or a code.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;

use crate::gateway::{CallerId, Points};
use crate::state::Simulator;

/// Older entries go first once there are this many.
const LIMIT: usize = 100_000;

#[derive(Clone, Serialize)]
pub(crate) struct Entry {
    method: String,
    path: String,
    query: String,
    status: u16,
    /// The account whose token was sent; absent where none was needed or the token was not valid.
    account: Option<String>,
    /// What Atlassian takes for it out of the hour's quota.
    points: usize,
    at: String,
}

pub(crate) async fn record(
    State(simulator): State<Arc<Simulator>>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    // The address of a file holds the permission to read it.
    let query = request.uri().query().filter(|_| !path.starts_with("/file/")).unwrap_or_default().to_owned();
    let response = next.run(request).await;
    // People who read the site's pages in a browser are not requests to the API.
    let is_api = path.starts_with("/wiki/api/") || path.starts_with("/wiki/rest/");
    if is_api || !path.starts_with("/wiki") {
        let account = response.extensions().get::<CallerId>().map(|caller| caller.0.clone());
        let at = crate::clock::iso(simulator.clock.now());
        // An answer without an object, an error for one, costs the request itself.
        let points = response.extensions().get::<Points>().map_or(1, |points| points.0);
        let points = if path.starts_with("/ex/") { points } else { 0 };
        let entry = Entry { method, path, query, status: response.status().as_u16(), account, points, at };
        let mut requests = simulator.requests();
        if requests.len() >= LIMIT {
            requests.drain(..LIMIT / 10);
        }
        requests.push(entry);
    }
    response
}
