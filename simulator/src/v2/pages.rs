//! Pages, their bodies and their labels. Blog posts exist on this site only as empty listings.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::spaces::{included, visible};
use super::{id, links, listing, visible_page};
use crate::clock::iso;
use crate::gateway::{ApiError, Caller, Id, Page, Query, page};
use crate::site::{Content, Kind, Site, Status};
use crate::state::Simulator;

const SORTS: [&str; 8] =
    ["id", "-id", "created-date", "-created-date", "modified-date", "-modified-date", "title", "-title"];
const SINGLE_FORMATS: [&str; 7] =
    ["storage", "atlas_doc_format", "view", "export_view", "anonymous_export_view", "styled_view", "editor"];

pub(super) async fn list(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    let ids = query.ids("id", 250)?;
    let spaces = query.ids("space-id", 100)?;
    let subtype = query.one_of("subtype", &["live", "page"])?;
    pages(&simulator, &caller, &query, "/pages", |content| {
        ids.as_ref().is_none_or(|ids| ids.contains(&content.id))
            && spaces.as_ref().is_none_or(|spaces| spaces.contains(&content.space))
            && subtype.is_none_or(|subtype| (subtype == "live") == content.live)
    })
}

pub(super) async fn in_space(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: space }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    let space = visible(&simulator.site(), &caller, &space)?.id;
    let only_root = query.one_of("depth", &["all", "root"])? == Some("root");
    pages(&simulator, &caller, &query, &format!("/spaces/{space}/pages"), |content| {
        content.space == space && !(only_root && content.parent.is_some())
    })
}

/// The listing that the parameters of both page listings ask for.
fn pages(
    simulator: &Simulator,
    caller: &Caller,
    query: &Query,
    path: &str,
    wanted: impl Fn(&Content) -> bool,
) -> Result<Response, ApiError> {
    let statuses = query.some_of("status", &["current", "archived", "deleted", "trashed"])?;
    let title = query.get("title").map(str::to_lowercase);
    let format = query.one_of("body-format", &["storage", "atlas_doc_format"])?;
    let sort = query.one_of("sort", &SORTS)?.unwrap_or("id");
    let has_status = |status: Status| match statuses.as_slice() {
        [] => matches!(status, Status::Current | Status::Archived),
        statuses => statuses.contains(&status.name()),
    };

    let site = simulator.site();
    let rows: Vec<_> = site
        .contents
        .values()
        .filter(|content| content.kind == Kind::Page && has_status(content.status) && wanted(content))
        .filter(|content| title.as_ref().is_none_or(|title| content.title.to_lowercase() == *title))
        .filter(|content| site.sees(caller.id(), content))
        .collect();
    let field = sort.trim_start_matches('-');
    let rows: Page<&Content> =
        page(path, query, 25, sort.starts_with('-'), rows, |content| (sort_key(content, field), content.id))?;
    Ok(listing(caller, simulator, path, query, rows.map(|content| bulk(&site, content, format))))
}

pub(super) fn sort_key(content: &Content, field: &str) -> String {
    match field {
        "created-date" => iso(content.created),
        "modified-date" => iso(content.version.at),
        "title" => content.title.to_lowercase(),
        "child-position" => format!("{:020}", content.position),
        _ => String::new(),
    }
}

pub(super) async fn one(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: page }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    let format = query.one_of("body-format", &SINGLE_FORMATS)?;
    let statuses =
        query.some_of("status", &["current", "archived", "trashed", "deleted", "historical", "draft"])?;
    let site = simulator.site();
    let page = visible_page(&site, &caller, id(&page)?)?;
    let has_status = statuses.is_empty() || statuses.contains(&page.status.name());
    let is_asked_draft =
        page.status != Status::Draft || query.flag("get-draft")? || statuses.contains(&"draft");
    let wanted_version =
        query.get("version").is_none_or(|version| version == page.version.number.to_string());
    if !has_status || !is_asked_draft || !wanted_version {
        return Err(ApiError::no_content(format!("Cannot find a page with id [{}]", page.id)));
    }

    let mut answer = bulk(&site, page, format);
    if query.get("include-version") == Some("false")
        && let Some(answer) = answer.as_object_mut()
    {
        answer.remove("version");
    }
    let own = format!("/api/v2/pages/{}", page.id);
    if query.flag("include-labels")? {
        answer["labels"] = included(&labels_of(page), &format!("{own}/labels"));
    }
    if query.flag("include-operations")? {
        let rows = [json!({"operation": "read", "targetType": "page"})];
        answer["operations"] = included(&rows, &format!("{own}/operations"));
    }
    if query.flag("include-versions")? {
        answer["versions"] = included(&[links::version(&page.version)], &format!("{own}/versions"));
    }
    if query.flag("include-properties")? {
        answer["properties"] = included(&[], &format!("{own}/properties"));
    }
    if query.flag("include-likes")? {
        answer["likes"] = included(&[], &format!("{own}/likes"));
    }
    answer["_links"]["base"] = format!("{}/wiki", simulator.url).into();
    Ok(caller.reply(&answer))
}

pub(super) async fn labels(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: content }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    let prefix = query.one_of("prefix", &["my", "team", "global", "system"])?;
    let site = simulator.site();
    let content = visible_page(&site, &caller, id(&content)?)?;
    let path = format!("/pages/{}/labels", content.id);
    let rows = if prefix.is_none_or(|prefix| prefix == "global") { labels_of(content) } else { Vec::new() };
    let rows =
        page(&path, &query, 25, false, rows.into_iter().zip(1..).collect(), |(_, number): &(Value, u64)| {
            (String::new(), *number)
        })?;
    Ok(listing(&caller, &simulator, &path, &query, rows.map(|(label, _)| label)))
}

pub(super) async fn no_blogposts(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    query.some_of("status", &["current", "deleted", "trashed"])?;
    query.limit(25)?;
    Ok(listing(&caller, &simulator, "/blogposts", &query, Page { rows: Vec::new(), next: None }))
}

fn labels_of(page: &Content) -> Vec<Value> {
    let label = |(name, number): (&String, u64)| json!({"id": (page.id * 10 + number).to_string(), "name": name, "prefix": "global"});
    page.labels.iter().zip(1..).map(label).collect()
}

fn bulk(site: &Site, page: &Content, format: Option<&str>) -> Value {
    let mut version = links::version(&page.version);
    version["ncsStepVersion"] = (page.version.number + page.live_steps).to_string().into();
    let mut answer = json!({
        "id": page.id.to_string(),
        "status": page.status.name(),
        "title": page.title,
        "spaceId": page.space.to_string(),
        "authorId": page.author,
        "ownerId": page.author,
        "lastOwnerId": null,
        "createdAt": iso(page.created),
        "version": version,
        "body": format.map_or_else(|| json!({}), |format| links::body(page, format)),
        "_links": links::page_links(site, page),
    });
    links::place(site, page, &mut answer);
    if page.live {
        answer["subtype"] = "live".into();
    }
    answer
}
