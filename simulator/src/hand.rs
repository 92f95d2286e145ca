//! The small page by which a person edits the site by hand: plain forms, no script.

mod tree;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::html;
use crate::site::{
    Account, Content, EditError, Kind, NewContent, Restriction, Site, Status, account_by_key, accounts,
};
use crate::state::Simulator;
use crate::v2::webui;

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/", get(home))
        .route("/style.css", get(style))
        .route("/avatar.svg", get(avatar))
        .route("/hand/new/{space}", get(new).post(add))
        .route("/hand/pages/{id}", get(page).post(edit))
        .route("/hand/pages/{id}/status", post(status))
        .route("/hand/pages/{id}/move", post(move_page))
        .route("/hand/pages/{id}/restrict", post(restrict))
        .route("/hand/pages/{id}/purge", post(purge))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    spaces: Vec<tree::Branch<'a>>,
}

#[derive(Template)]
#[template(path = "edit.html")]
struct Edit<'a> {
    page: &'a Content,
    status: &'static str,
    is_page: bool,
    space: &'a str,
    view: String,
    parents: Vec<Choice>,
    readers: Vec<(&'static Account, bool)>,
    is_restricted: bool,
    groups: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "new.html")]
struct New<'a> {
    key: &'a str,
    space: &'a str,
    parents: Vec<Choice>,
}

/// A place where a page may lie.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

async fn home(State(simulator): State<Arc<Simulator>>) -> Response {
    let site = simulator.site();
    html::page(StatusCode::OK, &Home { spaces: tree::branches(&site) })
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], html::STYLE)
}

async fn avatar() -> impl IntoResponse {
    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\"><rect width=\"48\" height=\"48\" \
        rx=\"8\" fill=\"#0c5ccc\"/><path d=\"M12 36 24 10l12 26h-7l-5-12-5 12z\" fill=\"#fff\"/></svg>";
    ([(CONTENT_TYPE, "image/svg+xml")], SVG)
}

async fn page(State(simulator): State<Arc<Simulator>>, Path(id): Path<u64>) -> Response {
    let site = simulator.site();
    let Some(page) = site.contents.get(&id) else { return refuse(&EditError::NoSuchContent(id)) };
    let edit = Edit {
        page,
        status: page.status.name(),
        is_page: page.kind != Kind::Folder,
        space: site.space(page.space).map_or("", |space| &space.name),
        view: format!("/wiki{}", webui(&site, page)),
        parents: parents(&site, page.space, page.parent, Some(page.id)),
        readers: accounts()
            .iter()
            .filter(|account| account.licensed)
            .map(|account| (account, page.readers.users.iter().any(|id| id == account.id)))
            .collect(),
        is_restricted: !page.readers.is_empty(),
        groups: page
            .readers
            .groups
            .iter()
            .filter_map(|id| crate::site::group(id))
            .map(|group| group.name)
            .collect(),
    };
    html::page(StatusCode::OK, &edit)
}

async fn new(State(simulator): State<Arc<Simulator>>, Path(key): Path<String>) -> Response {
    let site = simulator.site();
    let Some(space) = site.space_by_key(&key) else { return refuse(&EditError::NoSuchSpace(key)) };
    let parents = parents(&site, space.id, space.homepage, None);
    html::page(StatusCode::OK, &New { key: &space.key, space: &space.name, parents })
}

#[derive(Deserialize)]
struct Text {
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    parent: String,
}

async fn add(State(simulator): State<Arc<Simulator>>, Path(key): Path<String>, body: Bytes) -> Response {
    change(&body, |form: Text| {
        let mut site = simulator.site_mut();
        let space = site.space_by_key(&key).ok_or_else(|| EditError::NoSuchSpace(key.clone()))?.id;
        site.add(NewContent {
            kind: Kind::Page,
            space,
            parent: form.parent.parse().ok(),
            title: form.title.trim().to_owned(),
            body: form.body.into(),
            status: Status::Current,
            author: editor().to_owned(),
            created: simulator.clock.now(),
        })
        .map(|id| format!("/hand/pages/{id}"))
    })
}

async fn edit(State(simulator): State<Arc<Simulator>>, Path(id): Path<u64>, body: Bytes) -> Response {
    change(&body, |form: Text| {
        let now = simulator.clock.now();
        // Browsers send line ends as CR LF.
        let body = form.body.replace("\r\n", "\n");
        simulator.site_mut().publish(
            id,
            Some(form.title.trim().to_owned()),
            Some(body.into()),
            editor(),
            now,
        )?;
        Ok(format!("/hand/pages/{id}"))
    })
}

#[derive(Deserialize)]
struct NewStatus {
    status: String,
}

async fn status(State(simulator): State<Arc<Simulator>>, Path(id): Path<u64>, body: Bytes) -> Response {
    change(&body, |form: NewStatus| {
        let status = Status::parse(&form.status).unwrap_or(Status::Current);
        simulator.site_mut().set_status(id, status)?;
        Ok(format!("/hand/pages/{id}"))
    })
}

#[derive(Deserialize)]
struct Place {
    /// The id of a page or folder, or `space:ID` for a space's root.
    parent: String,
}

async fn move_page(State(simulator): State<Arc<Simulator>>, Path(id): Path<u64>, body: Bytes) -> Response {
    change(&body, |form: Place| {
        let mut site = simulator.site_mut();
        let root = form.parent.strip_prefix("space:").and_then(|space| space.parse().ok());
        let parent = form.parent.parse().ok();
        let space = match (root, parent.and_then(|parent: u64| site.contents.get(&parent))) {
            (Some(space), _) => space,
            (None, Some(parent)) => parent.space,
            (None, None) => return Err(EditError::BadParent(parent.unwrap_or_default())),
        };
        site.move_to(id, space, parent)?;
        Ok(format!("/hand/pages/{id}"))
    })
}

#[derive(Deserialize)]
struct Reader {
    /// An account's key, or nothing for everyone.
    reader: String,
}

async fn restrict(State(simulator): State<Arc<Simulator>>, Path(id): Path<u64>, body: Bytes) -> Response {
    change(&body, |form: Reader| {
        let users = account_by_key(&form.reader).map(|account| account.id.to_owned()).into_iter().collect();
        simulator.site_mut().restrict(id, Restriction { users, groups: Vec::new() })?;
        Ok(format!("/hand/pages/{id}"))
    })
}

async fn purge(State(simulator): State<Arc<Simulator>>, Path(id): Path<u64>) -> Response {
    match simulator.site_mut().purge(id) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => refuse(&error),
    }
}

/// Reads a form, applies it, and goes to the page that it names.
fn change<T: DeserializeOwned>(body: &Bytes, apply: impl FnOnce(T) -> Result<String, EditError>) -> Response {
    match serde_urlencoded::from_bytes(body) {
        Ok(form) => {
            apply(form).map_or_else(|error| refuse(&error), |next| Redirect::to(&next).into_response())
        }
        Err(error) => html::problem(StatusCode::BAD_REQUEST, "The form cannot be read", error),
    }
}

fn refuse(error: &EditError) -> Response {
    let status = match error {
        EditError::NoSuchContent(_) | EditError::NoSuchSpace(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    };
    let text = error.to_string();
    let mut characters = text.chars();
    let sentence: String =
        characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect();
    html::problem(status, "That did not work", format_args!("{sentence}."))
}

/// Everywhere that a page may lie: the roots of the spaces, and current pages and folders.
fn parents(site: &Site, space: u64, current: Option<u64>, own: Option<u64>) -> Vec<Choice> {
    /// More would make the page slow to read; the control interface has no such limit.
    const MOST: usize = 500;
    let mut choices = Vec::new();
    for known in &site.spaces {
        choices.push(Choice {
            value: format!("space:{}", known.id),
            label: format!("{}: the root of the space", known.name),
            chosen: current.is_none() && known.id == space,
        });
        let inside = site.contents.values().filter(|content| {
            content.space == known.id && content.status == Status::Current && Some(content.id) != own
        });
        choices.extend(inside.take(MOST).map(|content| Choice {
            value: content.id.to_string(),
            label: format!("{}: {}", known.name, content.title),
            chosen: current == Some(content.id),
        }));
    }
    choices
}

/// Whoever edits by hand.
fn editor() -> &'static str {
    account_by_key("leo").expect("the sample site has this account").id
}
