//! The accounts and the groups that they are in.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlError, read};
use crate::gateway::json_response;
use crate::site::{account_by_key, group};
use crate::state::Simulator;

pub(super) async fn accounts(State(simulator): State<Arc<Simulator>>) -> Response {
    let site = simulator.site();
    let accounts: Vec<_> = crate::site::accounts()
        .iter()
        .map(|account| {
            let groups: Vec<_> = site
                .groups_of(account.id)
                .iter()
                .filter_map(|id| group(id))
                .map(|group| group.name)
                .collect();
            json!({
                "key": account.key, "accountId": account.id, "name": account.name, "email": account.email,
                "groups": groups, "consents": !account.consent.is_empty(),
            })
        })
        .collect();
    json_response(StatusCode::OK, &Value::Array(accounts))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    /// Names or ids of all groups that the account is to be in.
    groups: Vec<String>,
}

pub(super) async fn change(
    State(simulator): State<Arc<Simulator>>,
    Path(key): Path<String>,
    body: Bytes,
) -> Result<StatusCode, ControlError> {
    let change: Change = read(&body)?;
    let account = account_by_key(&key).ok_or_else(|| {
        ControlError::Missing(format!("no account {key}; GET /control/accounts lists them"))
    })?;
    let groups = change.groups.iter().map(|name| {
        let found = group(name).map(|group| group.id);
        found.ok_or_else(|| {
            ControlError::Missing(format!("no group {name}; GET /control/accounts lists them"))
        })
    });
    let groups = groups.collect::<Result<_, _>>()?;
    simulator.site_mut().join_groups(account, groups);
    Ok(StatusCode::NO_CONTENT)
}
