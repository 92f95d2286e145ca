//! The control interface, JSON under `/control`, by which tests change the site and look at what was asked of it.

mod attachments;
mod pages;
mod people;
mod requests;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::gateway::json_response;
use crate::site::EditError;
use crate::state::Simulator;

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/spaces", post(pages::create_space).get(pages::spaces))
        .route("/spaces/{key}", patch(pages::change_space))
        .route("/pages", post(pages::create).get(pages::list))
        .route("/pages/{id}", patch(pages::change).get(pages::one).delete(pages::purge))
        .route("/pages/{id}/attachments", post(attachments::attach).get(attachments::list))
        .route("/pages/{id}/attachments/{name}", delete(attachments::detach))
        .route("/visible", get(pages::visible))
        .route("/accounts", get(people::accounts))
        .route("/accounts/{key}", patch(people::change))
        .route("/tokens/revoke", post(requests::revoke))
        .route("/clock", post(requests::advance))
        .route("/app-url", post(requests::set_app_url))
        .route("/faults", post(requests::add_faults).get(requests::faults).delete(requests::clear_faults))
        .route("/requests", get(requests::list).delete(requests::clear))
        // A story may add a page of many megabytes.
        .layer(axum::extract::DefaultBodyLimit::max(64 << 20))
}

/// What is wrong with a control request.
pub(crate) enum ControlError {
    Bad(String),
    Missing(String),
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Bad(text) => (StatusCode::BAD_REQUEST, text),
            Self::Missing(text) => (StatusCode::NOT_FOUND, text),
        };
        json_response(status, &json!({"error": text}))
    }
}

impl From<EditError> for ControlError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::NoSuchContent(_) | EditError::NoSuchSpace(_) | EditError::NoSuchFile(_) => {
                Self::Missing(error.to_string())
            }
            _ => Self::Bad(error.to_string()),
        }
    }
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ControlError> {
    let body = if body.is_empty() { b"{}".as_slice() } else { body };
    serde_json::from_slice(body)
        .map_err(|error| ControlError::Bad(format!("the body cannot be read: {error}")))
}
