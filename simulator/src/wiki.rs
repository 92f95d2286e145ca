//! The site's own pages, at the addresses that the API's links name; and what of it needs no token.

mod render;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use crate::gateway::json_response;
use crate::html;
use crate::site::{CLOUD_ID, Content, Kind, Site, Status, account};
use crate::state::Simulator;
use crate::v2::{tiny, webui};

pub(crate) use render::{render, text};

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/_edge/tenant_info", get(tenant_info))
        .route("/wiki", get(home))
        .route("/wiki/spaces/{key}", get(space))
        .route("/wiki/spaces/{key}/overview", get(space))
        .route("/wiki/spaces/{key}/pages/{id}", get(page))
        .route("/wiki/spaces/{key}/pages/{id}/{title}", get(titled_page))
        .route("/wiki/spaces/{key}/blog/{year}/{month}/{day}/{id}/{title}", get(blog_post))
        .route("/wiki/spaces/{key}/folder/{id}", get(page))
        .route("/wiki/pages/viewpage.action", get(by_query))
        .route("/wiki/x/{tiny}", get(by_tiny))
        .route("/file/{file}/binary", get(media))
        .route("/wiki/download/attachments/{id}/{name}", get(download))
}

#[derive(Template)]
#[template(path = "article.html")]
struct Article<'a> {
    title: &'a str,
    space: &'a str,
    space_url: String,
    edit_url: String,
    status: &'a str,
    is_restricted: bool,
    author: &'a str,
    edited: String,
    version: u32,
    labels: &'a [String],
    body: String,
    children: Vec<(String, &'a str)>,
}

async fn tenant_info() -> Response {
    json_response(StatusCode::OK, &json!({"cloudId": CLOUD_ID}))
}

async fn home() -> Redirect {
    Redirect::to("/")
}

async fn space(State(simulator): State<Arc<Simulator>>, Path(key): Path<String>) -> Response {
    let site = simulator.site();
    let homepage = site.space_by_key(&key).and_then(|space| space.homepage);
    match homepage.and_then(|id| site.contents.get(&id)) {
        Some(content) => show(&site, content),
        None => missing(),
    }
}

async fn page(State(simulator): State<Arc<Simulator>>, Path((_, id)): Path<(String, u64)>) -> Response {
    let site = simulator.site();
    site.contents.get(&id).map_or_else(missing, |content| show(&site, content))
}

async fn titled_page(
    state: State<Arc<Simulator>>,
    Path((key, id, _)): Path<(String, u64, String)>,
) -> Response {
    page(state, Path((key, id))).await
}

async fn blog_post(
    state: State<Arc<Simulator>>,
    Path((key, _, _, _, id, _)): Path<(String, u16, u8, u8, u64, String)>,
) -> Response {
    page(state, Path((key, id))).await
}

#[derive(Deserialize)]
struct ByQuery {
    #[serde(rename = "pageId")]
    page_id: u64,
}

async fn by_query(State(simulator): State<Arc<Simulator>>, Query(query): Query<ByQuery>) -> Response {
    let site = simulator.site();
    site.contents.get(&query.page_id).map_or_else(missing, |content| to(&site, content))
}

async fn by_tiny(State(simulator): State<Arc<Simulator>>, Path(link): Path<String>) -> Response {
    let site = simulator.site();
    site.contents
        .values()
        .find(|content| tiny(content.id) == link)
        .map_or_else(missing, |content| to(&site, content))
}

fn to(site: &Site, content: &Content) -> Response {
    Redirect::to(&format!("/wiki{}", webui(site, content))).into_response()
}

/// The word that Confluence puts into the address of a file, which stands for the permission to read it.
pub(crate) fn media_token(file: &str) -> String {
    file.bytes().rev().map(char::from).collect()
}

/// The media host: it takes its own word in the address, and refuses whoever brings a token of Confluence's.
async fn media(
    State(simulator): State<Arc<Simulator>>,
    Path(file): Path<String>,
    Query(query): Query<std::collections::HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if headers.contains_key(AUTHORIZATION) {
        return (StatusCode::BAD_REQUEST, "a credential that is none of this host's").into_response();
    }
    if query.get("token") != Some(&media_token(&file)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let site = simulator.site();
    let found =
        site.contents.values().flat_map(|content| &content.attachments).find(|known| known.file_id == file);
    found.map_or_else(missing, bytes)
}

async fn download(
    State(simulator): State<Arc<Simulator>>,
    Path((id, name)): Path<(u64, String)>,
) -> Response {
    let site = simulator.site();
    let found = site
        .contents
        .get(&id)
        .and_then(|content| content.attachments.iter().find(|known| known.title == name));
    found.map_or_else(missing, bytes)
}

fn bytes(attachment: &crate::site::Attachment) -> Response {
    let headers = [
        (CONTENT_TYPE, attachment.media_type.clone()),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned()),
    ];
    (headers, attachment.bytes.to_vec()).into_response()
}

fn missing() -> Response {
    html::problem(StatusCode::NOT_FOUND, "Page not found", "It was removed for good, or never existed.")
}

fn show(site: &Site, content: &Content) -> Response {
    let space = site.space(content.space);
    let key = space.map_or("", |space| space.key.as_str());
    let children = site
        .children(content.space, Some(content.id))
        .into_iter()
        .filter(|child| child.status == Status::Current)
        .map(|child| (format!("/wiki{}", webui(site, child)), child.title.as_str()))
        .collect();
    let article = Article {
        title: &content.title,
        space: space.map_or("", |space| &space.name),
        space_url: format!("/wiki/spaces/{key}/overview"),
        edit_url: format!("/hand/pages/{}", content.id),
        status: content.status.name(),
        is_restricted: !content.readers.is_empty()
            || site.ancestors(content).any(|above| !above.readers.is_empty()),
        author: account(&content.version.author).map_or("", |account| account.name),
        edited: content.version.at.strftime("%-d %B %Y").to_string(),
        version: content.version.number,
        labels: &content.labels,
        body: if content.kind != Kind::Folder { render(&content.body) } else { String::new() },
        children,
    };
    html::page(StatusCode::OK, &article)
}
