//! Which sites a token reaches, and whose it is.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::gateway::{ApiError, Caller, json_response};
use crate::site::CLOUD_ID;
use crate::state::Simulator;

/// `GET /oauth/token/accessible-resources`: a site appears once per product, with the same id.
pub(super) async fn accessible(State(simulator): State<Arc<Simulator>>, caller: Caller) -> Response {
    let entry = |scopes: Vec<&str>| {
        json!({
            "id": CLOUD_ID,
            "name": "Acme",
            "url": simulator.url,
            "scopes": scopes,
            "avatarUrl": format!("{}/avatar.svg", simulator.url),
        })
    };
    let account = caller.account();
    let confluence: Vec<_> = caller
        .access
        .scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| scope.contains("confluence"))
        .collect();
    let has_jira = matches!(account.key, "service" | "jo");
    let mut sites = Vec::new();
    if has_jira {
        sites.push(entry(vec!["read:jira-work"]));
    }
    if account.licensed && !confluence.is_empty() {
        sites.push(entry(confluence));
    }
    caller.reply(&Value::Array(sites))
}

/// `GET /me` of the User Identity API.
pub(super) async fn me(caller: Caller) -> Result<Response, ApiError> {
    caller.needs(&["read:me"])?;
    let account = caller.account();
    Ok(caller.reply(&json!({
        "account_id": account.id,
        "account_type": "atlassian",
        "account_status": "active",
        "email": account.email,
        "name": account.name,
        "nickname": account.name,
        "picture": "",
        "zoneinfo": "Europe/Paris",
        "locale": "en-GB",
    })))
}

/// `POST /app/report-accounts`: no account of this site was ever closed.
pub(super) async fn report_accounts(caller: Caller, body: Bytes) -> Response {
    let accounts = serde_json::from_slice::<Value>(&body).ok();
    let is_list =
        accounts.as_ref().and_then(|body| body["accounts"].as_array()).is_some_and(|list| list.len() <= 90);
    if is_list {
        caller.tag(StatusCode::NO_CONTENT.into_response())
    } else {
        json_response(
            StatusCode::BAD_REQUEST,
            &json!({"errorMessage": "accounts must list at most 90 accounts"}),
        )
    }
}
