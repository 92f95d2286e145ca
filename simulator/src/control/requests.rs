//! Tokens, time, faults, and the log of requests.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::{ControlError, read};
use crate::faults::Fault;
use crate::gateway::json_response;
use crate::state::Simulator;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    #[serde(default)]
    access_only: bool,
}

pub(super) async fn revoke(
    State(simulator): State<Arc<Simulator>>,
    body: Bytes,
) -> Result<StatusCode, ControlError> {
    if read::<Revoke>(&body)?.access_only {
        simulator.grants().expire_access();
    } else {
        simulator.grants().revoke_all();
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    #[serde(default)]
    advance_seconds: i64,
    /// Stops the clock at this time, from which it is pushed on only.
    hold_at: Option<Timestamp>,
}

pub(super) async fn advance(
    State(simulator): State<Arc<Simulator>>,
    body: Bytes,
) -> Result<Response, ControlError> {
    let wanted: Advance = read(&body)?;
    if let Some(at) = wanted.hold_at {
        simulator.clock.hold(at);
    }
    simulator.clock.advance(SignedDuration::from_secs(wanted.advance_seconds));
    Ok(json_response(StatusCode::OK, &json!({"now": crate::clock::iso(simulator.clock.now())})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppUrl {
    url: String,
}

pub(super) async fn set_app_url(
    State(simulator): State<Arc<Simulator>>,
    body: Bytes,
) -> Result<StatusCode, ControlError> {
    simulator.set_app_url(&read::<AppUrl>(&body)?.url);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn add_faults(
    State(simulator): State<Arc<Simulator>>,
    body: Bytes,
) -> Result<StatusCode, ControlError> {
    let faults: Vec<Fault> = match read(&body) {
        Ok(faults) => faults,
        // One fault need not be wrapped in a list.
        Err(problem) => vec![read(&body).map_err(|_| problem)?],
    };
    simulator.faults().extend(faults);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn faults(State(simulator): State<Arc<Simulator>>) -> Response {
    json_response(StatusCode::OK, &json!(*simulator.faults()))
}

pub(super) async fn clear_faults(State(simulator): State<Arc<Simulator>>) -> StatusCode {
    simulator.faults().clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn list(State(simulator): State<Arc<Simulator>>) -> Response {
    json_response(StatusCode::OK, &json!(*simulator.requests()))
}

pub(super) async fn clear(State(simulator): State<Arc<Simulator>>) -> StatusCode {
    simulator.requests().clear();
    StatusCode::NO_CONTENT
}
