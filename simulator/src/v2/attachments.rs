//! What is attached to pages; the bytes are v1's.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::links::version;
use super::{id, listing, visible_blog_post, visible_page};
use crate::clock::iso;
use crate::gateway::{ApiError, Caller, Id, Query, page};
use crate::site::{Attachment, Content, Kind, Status};
use crate::state::Simulator;

const SORTS: [&str; 4] = ["created-date", "-created-date", "modified-date", "-modified-date"];

pub(super) async fn of_page(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: content }): Path<Id>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:attachment:confluence"])?;
    let site = simulator.site();
    let content = visible_page(&site, &caller, id(&content)?)?;
    let rows = content.attachments.iter().map(|attachment| (content, attachment)).collect();
    attachments(&simulator, &caller, &query, &format!("/pages/{}/attachments", content.id), rows)
}

pub(super) async fn of_blog_post(
    State(simulator): State<Arc<Simulator>>,
    Path((_, content)): Path<(String, String)>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:attachment:confluence"])?;
    let site = simulator.site();
    let content = visible_blog_post(&site, &caller, id(&content)?)?;
    let rows = content.attachments.iter().map(|attachment| (content, attachment)).collect();
    attachments(&simulator, &caller, &query, &format!("/blogposts/{}/attachments", content.id), rows)
}

pub(super) async fn list(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs(&["read:attachment:confluence"])?;
    let site = simulator.site();
    let rows = site
        .contents
        .values()
        .filter(|content| content.status == Status::Current && site.sees(caller.id(), content))
        .flat_map(|content| content.attachments.iter().map(move |attachment| (content, attachment)))
        .collect();
    attachments(&simulator, &caller, &query, "/attachments", rows)
}

pub(super) async fn one(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: attachment }): Path<Id>,
    caller: Caller,
) -> Result<Response, ApiError> {
    caller.needs(&["read:attachment:confluence"])?;
    let wanted = id(attachment.trim_start_matches("att"))?;
    let site = simulator.site();
    let found = site
        .contents
        .values()
        .flat_map(|content| content.attachments.iter().map(move |attachment| (content, attachment)))
        .find(|(content, attachment)| attachment.id == wanted && site.sees(caller.id(), content));
    let Some((content, attachment)) = found else {
        return Err(ApiError::no_content(format!("Cannot find an attachment with id [att{wanted}]")));
    };
    let mut answer = describe(content, attachment);
    answer["_links"]["base"] = format!("{}/wiki", simulator.url).into();
    Ok(caller.reply(&answer))
}

fn attachments(
    simulator: &Simulator,
    caller: &Caller,
    query: &Query,
    path: &str,
    mut rows: Vec<(&Content, &Attachment)>,
) -> Result<Response, ApiError> {
    let statuses = query.some_of("status", &["current", "archived", "trashed"])?;
    let sort = query.one_of("sort", &SORTS)?.unwrap_or("created-date");
    rows.retain(|(_, attachment)| {
        (statuses.is_empty() || statuses.contains(&"current"))
            && query.get("mediaType").is_none_or(|wanted| wanted == attachment.media_type)
            && query.get("filename").is_none_or(|wanted| wanted == attachment.title)
    });
    let rows = page(path, query, 50, sort.starts_with('-'), rows, |(_, attachment)| {
        let at = if sort.ends_with("modified-date") { attachment.version.at } else { attachment.created };
        (iso(at), attachment.id)
    })?;
    Ok(listing(
        caller,
        simulator,
        path,
        query,
        rows.map(|(content, attachment)| describe(content, attachment)),
    ))
}

fn describe(content: &Content, attachment: &Attachment) -> Value {
    let name: String = url::form_urlencoded::byte_serialize(attachment.title.as_bytes()).collect();
    let download = format!(
        "/download/attachments/{}/{name}?version={}&modificationDate={}&cacheVersion=1&api=v2",
        content.id,
        attachment.version.number,
        attachment.version.at.as_millisecond(),
    );
    let webui = format!(
        "/pages/viewpageattachments.action?pageId={}&preview=%2F{0}%2F{}%2F{name}",
        content.id, attachment.id
    );
    let container = if content.kind == Kind::Page { "pageId" } else { "blogPostId" };
    json!({
        "id": format!("att{}", attachment.id),
        "status": "current",
        "title": attachment.title,
        "createdAt": iso(attachment.created),
        container: content.id.to_string(),
        "mediaType": attachment.media_type,
        "mediaTypeDescription": null,
        "comment": "",
        "fileId": attachment.file_id,
        "fileSize": attachment.bytes.len(),
        "webuiLink": webui,
        "downloadLink": download,
        "version": version(&attachment.version),
        "_links": {"download": download, "webui": webui},
    })
}
