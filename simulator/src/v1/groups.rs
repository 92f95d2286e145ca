//! The members of a group.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{users, window};
use crate::gateway::{ApiError, Caller, Id, Query};
use crate::site::{self, Group, accounts};
use crate::state::Simulator;

const SCOPES: [&[&str]; 2] =
    [&["read:confluence-groups"], &["read:group:confluence", "read:user:confluence"]];

pub(super) async fn by_id(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&SCOPES)?;
    let id = query.get("id").ok_or_else(|| ApiError::v1(400, "id is required"))?;
    let group = known(id)?;
    Ok(caller.reply(&describe(group, &simulator.url)))
}

fn known(id: &str) -> Result<&'static Group, ApiError> {
    let found = site::groups().iter().find(|group| group.id == id);
    found.ok_or_else(|| ApiError::v1(404, format!("Group not found: {id}")))
}

pub(super) async fn members(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&SCOPES)?;
    let (start, limit) = window(&query, 200, 200)?;
    let group = known(&id)?;
    let site = simulator.site();
    let members: Vec<_> =
        accounts().iter().filter(|account| site.groups_of(account.id).contains(&group.id)).collect();
    let results: Vec<_> = members
        .iter()
        .skip(start)
        .take(limit)
        .map(|account| users::describe(account, &simulator.url))
        .collect();
    let own = format!("/rest/api/group/{id}/membersByGroupId");
    let mut links = json!({"base": format!("{}/wiki", simulator.url), "context": "/wiki"});
    if start + results.len() < members.len() && limit > 0 {
        links["next"] = format!("{own}?limit={limit}&start={}", start + limit).into();
    }
    let mut answer =
        json!({"size": results.len(), "results": results, "start": start, "limit": limit, "_links": links});
    if query.get("shouldReturnTotalSize") == Some("true") {
        answer["totalSize"] = members.len().into();
    }
    Ok(caller.reply(&answer))
}

pub(super) fn describe(group: &Group, url: &str) -> Value {
    json!({
        "type": "group",
        "name": group.name,
        "id": group.id,
        "_links": {"self": format!("{url}/wiki/rest/api/group/by-id?id={}", group.id)},
    })
}
