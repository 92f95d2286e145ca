//! Pages and blog posts, their bodies and their labels.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::spaces::{included, visible};
use super::{id, links, listing, visible_blog_post, visible_page};
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
    let is_named = named(&query)?;
    let subtype = query.one_of("subtype", &["live", "page"])?;
    pages(&simulator, &caller, &query, "/pages", Kind::Page, |content| {
        is_named(content) && subtype.is_none_or(|subtype| (subtype == "live") == content.live)
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
    pages(&simulator, &caller, &query, &format!("/spaces/{space}/pages"), Kind::Page, |content| {
        content.space == space && !(only_root && content.parent.is_some())
    })
}

pub(super) async fn blog_posts(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    pages(&simulator, &caller, &query, "/blogposts", Kind::BlogPost, named(&query)?)
}

pub(super) async fn blog_posts_in_space(
    State(simulator): State<Arc<Simulator>>,
    Path((_, space)): Path<(String, String)>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    let space = visible(&simulator.site(), &caller, &space)?.id;
    let path = format!("/spaces/{space}/blogposts");
    pages(&simulator, &caller, &query, &path, Kind::BlogPost, |content| content.space == space)
}

/// Whether a content is among the ids, and in the spaces, that a listing names; all are where it names none.
fn named(query: &Query) -> Result<impl Fn(&Content) -> bool + use<>, ApiError> {
    let ids = query.ids("id", 250)?;
    let spaces = query.ids("space-id", 100)?;
    Ok(move |content: &Content| {
        ids.as_ref().is_none_or(|ids| ids.contains(&content.id))
            && spaces.as_ref().is_none_or(|spaces| spaces.contains(&content.space))
    })
}

/// The listing that the parameters of the listings of pages and blog posts ask for.
fn pages(
    simulator: &Simulator,
    caller: &Caller,
    query: &Query,
    path: &str,
    kind: Kind,
    wanted: impl Fn(&Content) -> bool,
) -> Result<Response, ApiError> {
    let known: &[&str] = match kind {
        // A blog has no archive.
        Kind::BlogPost => &["current", "deleted", "trashed"],
        _ => &["current", "archived", "deleted", "trashed"],
    };
    let statuses = query.some_of("status", known)?;
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
        .filter(|content| content.kind == kind && has_status(content.status) && wanted(content))
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
    single(&simulator, &caller, &query, &site, page, ("pages", format, &statuses))
}

pub(super) async fn one_blog_post(
    State(simulator): State<Arc<Simulator>>,
    Path((_, post)): Path<(String, String)>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    let format = query.one_of("body-format", &SINGLE_FORMATS)?;
    let statuses = query.some_of("status", &["current", "trashed", "deleted", "historical", "draft"])?;
    let site = simulator.site();
    let post = visible_blog_post(&site, &caller, id(&post)?)?;
    single(&simulator, &caller, &query, &site, post, ("blogposts", format, &statuses))
}

/// A single page or blog post with the parts that are asked for.
fn single(
    simulator: &Simulator,
    caller: &Caller,
    query: &Query,
    site: &Site,
    page: &Content,
    (place, format, statuses): (&str, Option<&str>, &[&str]),
) -> Result<Response, ApiError> {
    let has_status = statuses.is_empty() || statuses.contains(&page.status.name());
    let is_asked_draft =
        page.status != Status::Draft || query.flag("get-draft")? || statuses.contains(&"draft");
    let wanted_version =
        query.get("version").is_none_or(|version| version == page.version.number.to_string());
    if !has_status || !is_asked_draft || !wanted_version {
        return Err(ApiError::no_content(format!("Cannot find a page with id [{}]", page.id)));
    }

    let mut answer = bulk(site, page, format);
    if query.get("include-version") == Some("false")
        && let Some(answer) = answer.as_object_mut()
    {
        answer.remove("version");
    }
    let own = format!("/api/v2/{place}/{}", page.id);
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
    label_listing(&simulator, &caller, &query, content, (format!("/pages/{}/labels", content.id), prefix))
}

pub(super) async fn blog_post_labels(
    State(simulator): State<Arc<Simulator>>,
    Path((_, content)): Path<(String, String)>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:page:confluence"])?;
    let prefix = query.one_of("prefix", &["my", "team", "global", "system"])?;
    let site = simulator.site();
    let content = visible_blog_post(&site, &caller, id(&content)?)?;
    label_listing(&simulator, &caller, &query, content, (format!("/blogposts/{}/labels", content.id), prefix))
}

fn label_listing(
    simulator: &Simulator,
    caller: &Caller,
    query: &Query,
    content: &Content,
    (path, prefix): (String, Option<&str>),
) -> Result<Response, ApiError> {
    let rows = if prefix.is_none_or(|prefix| prefix == "global") { labels_of(content) } else { Vec::new() };
    let rows =
        page(&path, query, 25, false, rows.into_iter().zip(1..).collect(), |(_, number): &(Value, u64)| {
            (String::new(), *number)
        })?;
    Ok(listing(caller, simulator, &path, query, rows.map(|(label, _)| label)))
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
    if page.kind == Kind::Page {
        links::place(site, page, &mut answer);
    }
    if page.live {
        answer["subtype"] = "live".into();
    }
    answer
}
