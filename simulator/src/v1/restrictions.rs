//! A content's own restrictions; inherited ones are never listed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{groups, users, visible, window};
use crate::gateway::{ApiError, Caller, Id, Query};
use crate::site::{self, Content, Restriction};
use crate::state::Simulator;

const SCOPES: [&[&str]; 2] = [&["read:confluence-content.all"], &["read:content-details:confluence"]];

pub(super) async fn all(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&SCOPES)?;
    let expand = Expand::of(&query)?;
    let site = simulator.site();
    let content = visible(&site, &caller, &id)?;
    let read = operation(content, "read", expand, 0, 200, &simulator.url);
    let update = operation(content, "update", expand, 0, 200, &simulator.url);
    let own = format!("{}/wiki/rest/api/content/{id}/restriction/byOperation", simulator.url);
    Ok(caller.reply(&json!({"read": read, "update": update, "_links": {"self": own}})))
}

/// What may be done with a page or folder.
#[derive(serde::Deserialize)]
pub(super) struct Operation {
    id: String,
    operation: String,
}

pub(super) async fn one(
    State(simulator): State<Arc<Simulator>>,
    Path(Operation { id, operation: key }): Path<Operation>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&SCOPES)?;
    if !matches!(key.as_str(), "read" | "update") {
        return Err(ApiError::v1(400, format!("the operation must be read or update, not {key}")));
    }
    let expand = Expand::of(&query)?;
    let (start, limit) = window(&query, 100, 200)?;
    let site = simulator.site();
    let content = visible(&site, &caller, &id)?;
    Ok(caller.reply(&operation(content, &key, expand, start, limit, &simulator.url)))
}

/// Which lists are expanded; both when nothing is asked for.
#[derive(Clone, Copy)]
pub(super) struct Expand {
    pub(super) user: bool,
    pub(super) group: bool,
}

impl Expand {
    fn of(query: &Query) -> Result<Self, ApiError> {
        let wanted = query.list("expand");
        if let Some(unknown) =
            wanted.iter().find(|name| !["restrictions.user", "restrictions.group", "content"].contains(name))
        {
            return Err(ApiError::v1(400, format!("cannot expand {unknown}")));
        }
        let has = |name| wanted.is_empty() || wanted.contains(&name);
        Ok(Self { user: has("restrictions.user"), group: has("restrictions.group") })
    }
}

pub(super) fn operation(
    content: &Content,
    key: &str,
    expand: Expand,
    start: usize,
    limit: usize,
    url: &str,
) -> Value {
    // Only view restrictions exist on this site; who may edit is not asked of it.
    let nobody = Restriction::default();
    let readers = if key == "read" { &content.readers } else { &nobody };
    let own = format!("/rest/api/content/{}/restriction/byOperation/{key}", content.id);
    let mut restrictions = json!({"_expandable": {}});
    if expand.user {
        let results: Vec<_> = readers
            .users
            .iter()
            .filter_map(|id| site::account(id))
            .skip(start)
            .take(limit)
            .map(|account| users::describe(account, url))
            .collect();
        restrictions["user"] =
            json!({"size": results.len(), "results": results, "start": start, "limit": limit});
    } else {
        restrictions["_expandable"]["user"] = "".into();
    }
    if expand.group {
        let results: Vec<_> = readers
            .groups
            .iter()
            .filter_map(|id| site::group(id))
            .skip(start)
            .take(limit)
            .map(|group| groups::describe(group, url))
            .collect();
        restrictions["group"] =
            json!({"size": results.len(), "results": results, "start": start, "limit": limit});
    } else {
        restrictions["_expandable"]["group"] = "".into();
    }
    json!({
        "operation": key,
        "restrictions": restrictions,
        "_expandable": {"content": format!("/rest/api/content/{}", content.id)},
        "_links": {"self": format!("{url}/wiki{own}")},
    })
}
