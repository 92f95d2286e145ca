//! `POST /content/{id}/permission/check`: whether somebody may read a content. A denial is a 200.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::visible;
use crate::gateway::{ApiError, Caller, Id};
use crate::site;
use crate::state::Simulator;

#[derive(Deserialize)]
struct Check {
    subject: Subject,
    operation: String,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(rename = "type")]
    kind: String,
    identifier: String,
}

pub(super) async fn check(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id }): Path<Id>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, ApiError> {
    caller
        .needs_one_of(&[&["read:confluence-content.permission"], &["read:content.permission:confluence"]])?;
    let check: Check = serde_json::from_slice(&body).map_err(|error| ApiError::v1(400, error.to_string()))?;
    if !matches!(check.operation.as_str(), "read" | "update" | "delete") {
        return Err(ApiError::v1(400, format!("unknown operation {}", check.operation)));
    }
    let site = simulator.site();
    let content = visible(&site, &caller, &id)?;
    let (allowed, denial) = match check.subject.kind.as_str() {
        "user" if check.subject.identifier == "anonymous" => {
            (false, "Anonymous users are not allowed to use Confluence")
        }
        "user" => {
            let account = site::account(&check.subject.identifier)
                .ok_or_else(|| ApiError::v1(404, format!("No user {}", check.subject.identifier)))?;
            let in_space = site.space(content.space).is_some_and(|space| site.sees_space(account.id, space));
            let denial = match (account.licensed, in_space) {
                (false, _) => "User is not allowed to use Confluence",
                (true, false) => "User does not have permission to the space",
                (true, true) => "User does not have permission to the content",
            };
            (check.operation == "read" && site.sees(account.id, content), denial)
        }
        _ => return Err(ApiError::v1(400, "this site checks users only")),
    };
    let errors = if allowed { json!([]) } else { json!([{"translation": denial, "args": []}]) };
    Ok(caller.reply(&json!({"hasPermission": allowed, "errors": errors})))
}
