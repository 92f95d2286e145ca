//! Spaces and their permissions.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{id, listing};
use crate::clock::iso;
use crate::gateway::{ApiError, Caller, Id, Query, page};
use crate::site::{Principal, Site, Space};
use crate::state::Simulator;

const TYPES: [&str; 7] =
    ["global", "collaboration", "knowledge_base", "personal", "system", "onboarding", "xflow_sample_space"];
const SORTS: [&str; 6] = ["id", "-id", "key", "-key", "name", "-name"];

pub(super) async fn list(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:space:confluence"])?;
    let ids = query.ids("ids", 250)?;
    let keys = query.list("keys");
    let kind = query.one_of("type", &TYPES)?;
    let status = query.one_of("status", &["current", "archived"])?;
    let sort = query.one_of("sort", &SORTS)?.unwrap_or("id");
    let format = query.one_of("description-format", &["plain", "view"])?;
    let with_icon = query.flag("include-icon")?;

    let site = simulator.site();
    let spaces: Vec<_> = site
        .spaces
        .iter()
        .filter(|space| site.sees_space(caller.id(), space))
        .filter(|space| ids.as_ref().is_none_or(|ids| ids.contains(&space.id)))
        .filter(|space| query.get("keys").is_none() || keys.contains(&space.key.as_str()))
        .filter(|space| kind.is_none_or(|kind| kind == space.kind))
        .filter(|space| status.is_none_or(|status| status == status_name(space)))
        .collect();
    let field = sort.trim_start_matches('-');
    let rows = page("/spaces", &query, 25, sort.starts_with('-'), spaces, |space| {
        let key = match field {
            "key" => space.key.to_lowercase(),
            "name" => space.name.to_lowercase(),
            _ => String::new(),
        };
        (key, space.id)
    })?;
    Ok(listing(&caller, &simulator, "/spaces", &query, rows.map(|space| describe(space, format, with_icon))))
}

pub(super) async fn one(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: space }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:space:confluence"])?;
    let format = query.one_of("description-format", &["plain", "view"])?;
    let site = simulator.site();
    let space = visible(&site, &caller, &space)?;
    let mut answer = describe(space, format, query.flag("include-icon")?);
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("currentActiveAlias");
    }
    if query.flag("include-permissions")? {
        let rows = permission_rows(space);
        answer["permissions"] = included(&rows, &format!("/api/v2/spaces/{}/permissions", space.id));
    }
    if query.flag("include-labels")? {
        answer["labels"] = included(&[], &format!("/api/v2/spaces/{}/labels", space.id));
    }
    if query.flag("include-operations")? {
        let rows = [json!({"operation": "read", "targetType": "space"})];
        answer["operations"] = included(&rows, &format!("/api/v2/spaces/{}/operations", space.id));
    }
    answer["_links"]["base"] = format!("{}/wiki", simulator.url).into();
    Ok(caller.reply(&answer))
}

pub(super) async fn permissions(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: space }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:space:confluence"])?;
    let site = simulator.site();
    let space = visible(&site, &caller, &space)?;
    let path = format!("/spaces/{}/permissions", space.id);
    let rows: Vec<_> = permission_rows(space).into_iter().zip(1..).collect();
    let rows = page(&path, &query, 25, false, rows, |(_, number)| (String::new(), *number))?;
    Ok(listing(&caller, &simulator, &path, &query, rows.map(|(row, _)| row)))
}

/// No policy of this site hides content from applications.
pub(super) async fn data_policies(caller: Caller) -> Result<Response, ApiError> {
    caller.needs(&["read:configuration:confluence"])?;
    Ok(caller.reply(&json!({"anyContentBlocked": false})))
}

pub(super) fn visible<'a>(site: &'a Site, caller: &Caller, text: &str) -> Result<&'a Space, ApiError> {
    let id = id(text)?;
    site.space(id)
        .filter(|space| site.sees_space(caller.id(), space))
        .ok_or_else(|| ApiError::no_content(format!("No space with id [{id}] found")))
}

pub(super) fn included(rows: &[Value], path: &str) -> Value {
    json!({"results": rows, "meta": {"hasMore": false}, "_links": {"self": path}})
}

fn status_name(space: &Space) -> &'static str {
    if space.archived { "archived" } else { "current" }
}

fn describe(space: &Space, format: Option<&str>, with_icon: bool) -> Value {
    let description =
        format.map(|format| json!({format: {"representation": format, "value": space.description}}));
    let icon = with_icon.then(|| {
        let path = format!("/wiki/aa-avatar/{}", space.key);
        json!({"path": path, "apiDownloadLink": path})
    });
    json!({
        "id": space.id.to_string(),
        "key": space.key,
        "name": space.name,
        "type": space.kind,
        "status": status_name(space),
        "homepageId": space.homepage.map(|id| id.to_string()),
        "authorId": space.author,
        "spaceOwnerId": space.author,
        "createdAt": iso(space.created),
        "description": description,
        "icon": icon,
        "currentActiveAlias": space.key,
        "_links": {"webui": format!("/spaces/{}", space.key)},
    })
}

/// The rows of a space: viewers may read it, its author administers it, and the operations that the specification
/// does not list stand beside the ones that it does, as on a real site.
fn permission_rows(space: &Space) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut add = |kind: &str, id: &str, key: &str, target: &str| {
        let row = space.id * 100 + rows.len() as u64;
        rows.push(json!({
            "id": row.to_string(),
            "principal": {"type": kind, "id": id},
            "operation": {"key": key, "targetType": target},
        }));
    };
    for viewer in &space.viewers {
        let (kind, id) = match viewer {
            Principal::User(id) => ("user", id.as_str()),
            Principal::Group(id) => ("group", id.as_str()),
            Principal::AllLicensedUsers => ("access-class", "ALL_LICENSED_USERS"),
        };
        add(kind, id, "read", "space");
        add(kind, id, "create", "comment");
        add(kind, id, "view_analytics", "space");
    }
    for (key, target) in [("read", "space"), ("create", "page"), ("delete", "page"), ("administer", "space")]
    {
        add("user", &space.author, key, target);
    }
    rows
}
