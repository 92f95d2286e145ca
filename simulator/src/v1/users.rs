//! People as v1 describes them, and the site's settings.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::window;
use crate::gateway::{ApiError, Caller, Query};
use crate::site::{self, Account, CLOUD_ID};
use crate::state::Simulator;

const USER_SCOPES: [&[&str]; 2] = [&["read:confluence-user"], &["read:content-details:confluence"]];

pub(super) async fn one(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&USER_SCOPES)?;
    let id = query.get("accountId").ok_or_else(|| ApiError::v1(400, "accountId is required"))?;
    let account =
        site::account(id).ok_or_else(|| ApiError::v1(404, format!("No user found with account id: {id}")))?;
    Ok(caller.reply(&describe(account, &simulator.url)))
}

pub(super) async fn current(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&USER_SCOPES)?;
    Ok(caller.reply(&describe(caller.account(), &simulator.url)))
}

pub(super) async fn bulk(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&USER_SCOPES)?;
    let results: Vec<_> = query
        .0
        .iter()
        .filter(|(name, _)| name == "accountId")
        .take(100)
        .filter_map(|(_, id)| site::account(id))
        .map(|account| describe(account, &simulator.url))
        .collect();
    let answer = json!({
        "size": results.len(), "results": results, "start": 0, "limit": 100,
        "_links": {"base": format!("{}/wiki", simulator.url), "context": "/wiki"},
    });
    Ok(caller.reply(&answer))
}

/// `user.fullname~"…"` alone: the accounts whose name begins with the words.
pub(super) async fn search(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&[&["read:content-details:confluence"]])?;
    let (start, limit) = window(&query, 25, usize::MAX)?;
    let cql = query.get("cql").ok_or_else(|| ApiError::v1(400, "cql is required"))?;
    let words = cql.strip_prefix("user.fullname~").map(|words| words.trim_matches('"').to_lowercase());
    let words = words.ok_or_else(|| ApiError::v1(400, format!("Could not parse cql : {cql}")))?;
    let found: Vec<_> = site::accounts()
        .iter()
        .filter(|account| account.licensed && account.name.to_lowercase().starts_with(&words))
        .collect();
    let results: Vec<_> = found
        .iter()
        .skip(start)
        .take(limit)
        .map(|account| {
            json!({
                "user": describe(account, &simulator.url), "title": account.name, "excerpt": "",
                "url": format!("/people/{}", account.id), "entityType": "user", "iconCssClass": "aui-icon",
                "breadcrumbs": [], "friendlyLastModified": "", "lastModified": "2026-01-01T00:00:00.000Z",
            })
        })
        .collect();
    Ok(caller.reply(&json!({
        "results": results, "start": start, "limit": limit, "size": results.len(), "totalSize": found.len(),
        "cqlQuery": cql, "searchDuration": 1,
        "_links": {"base": format!("{}/wiki", simulator.url), "context": "/wiki"},
    })))
}

pub(super) async fn system_info(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&[&["manage:confluence-configuration"], &["read:configuration:confluence"]])?;
    Ok(caller.reply(&json!({
        "cloudId": CLOUD_ID,
        "commitHash": "0000000000000000000000000000000000000000",
        "baseUrl": format!("{}/wiki", simulator.url),
        "edition": "STANDARD",
        "siteTitle": "Acme",
        "defaultLocale": "en_GB",
        "defaultTimeZone": "Europe/Paris",
    })))
}

pub(super) fn describe(account: &Account, url: &str) -> Value {
    json!({
        "type": "known",
        "accountId": account.id,
        "accountType": "atlassian",
        "email": if account.email_visible { account.email } else { "" },
        "publicName": account.name,
        "displayName": account.name,
        "profilePicture": {"path": "/wiki/aa-avatar/default", "width": 48, "height": 48, "isDefault": true},
        "isExternalCollaborator": false,
        "isGuest": false,
        "_expandable": {"operations": "", "personalSpace": ""},
        "_links": {"self": format!("{url}/wiki/rest/api/user?accountId={}", account.id)},
    })
}
