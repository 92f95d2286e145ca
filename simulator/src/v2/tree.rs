//! What lies above and below a page or a folder.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::folders::visible_folder;
use super::pages::sort_key;
use super::{id, listing, visible_page};
use crate::gateway::{ApiError, Caller, Id, Page, Query, page};
use crate::site::{Content, Site, Status};
use crate::state::Simulator;

const SORTS: [&str; 10] = [
    "created-date",
    "-created-date",
    "id",
    "-id",
    "modified-date",
    "-modified-date",
    "child-position",
    "-child-position",
    "title",
    "-title",
];

pub(super) async fn page_ancestors(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: content }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    let site = simulator.site();
    caller.needs(&["read:content.metadata:confluence"])?;
    let content = visible_page(&site, &caller, id(&content)?)?;
    ancestors(&simulator, &site, &caller, &query, content)
}

pub(super) async fn folder_ancestors(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: content }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    let site = simulator.site();
    caller.needs(&["read:content.metadata:confluence"])?;
    let content = visible_folder(&site, &caller, id(&content)?)?;
    ancestors(&simulator, &site, &caller, &query, content)
}

pub(super) async fn page_children(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: content }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    let site = simulator.site();
    caller.needs(&["read:hierarchical-content:confluence"])?;
    let content = visible_page(&site, &caller, id(&content)?)?;
    children(&simulator, &site, &caller, &query, content)
}

pub(super) async fn folder_children(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: content }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    let site = simulator.site();
    caller.needs(&["read:hierarchical-content:confluence"])?;
    let content = visible_folder(&site, &caller, id(&content)?)?;
    children(&simulator, &site, &caller, &query, content)
}

/// Top to bottom, the nearest `limit` of them, without a cursor: to go on, one asks for the first one's ancestors.
fn ancestors(
    simulator: &Simulator,
    site: &Site,
    caller: &Caller,
    query: &Query,
    content: &Content,
) -> Result<Response, ApiError> {
    let mut rows: Vec<_> = site
        .ancestors(content)
        .take(query.limit(25)?)
        .map(|ancestor| json!({"id": ancestor.id.to_string(), "type": ancestor.kind.name()}))
        .collect();
    rows.reverse();
    Ok(listing(caller, simulator, "", query, Page { rows, next: None }))
}

fn children(
    simulator: &Simulator,
    site: &Site,
    caller: &Caller,
    query: &Query,
    content: &Content,
) -> Result<Response, ApiError> {
    let sort = query.one_of("sort", &SORTS)?.unwrap_or("child-position");
    let path = format!("/{}s/{}/direct-children", content.kind.name(), content.id);
    let rows: Vec<_> = site
        .children(content.space, Some(content.id))
        .into_iter()
        .filter(|child| {
            matches!(child.status, Status::Current | Status::Archived) && site.sees(caller.id(), child)
        })
        .collect();
    let field = sort.trim_start_matches('-');
    let rows =
        page(&path, query, 25, sort.starts_with('-'), rows, |child| (sort_key(child, field), child.id))?;
    let describe = |child: &Content| {
        json!({
            "id": child.id.to_string(),
            "status": child.status.name(),
            "title": child.title,
            "type": child.kind.name(),
            "spaceId": child.space.to_string(),
            "childPosition": child.position,
        })
    };
    Ok(listing(caller, simulator, &path, query, rows.map(describe)))
}
