//! Spaces and pages by JSON.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{ControlError, read};
use crate::clock::iso;
use crate::gateway::json_response;
use crate::site::{
    Content, EditError, Kind, NewContent, Principal, Restriction, Site, Status, account_by_key, group,
};
use crate::state::Simulator;
use crate::v2::webui;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSpace {
    key: String,
    name: String,
    /// Account keys, `group:NAME`, or `everyone`, which is the default.
    #[serde(default)]
    viewers: Vec<String>,
    /// `global` when absent.
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPage {
    /// Key or id.
    space: String,
    title: String,
    #[serde(default)]
    body: String,
    /// The id of a page or folder; the space's root when absent.
    #[serde(default, deserialize_with = "id")]
    parent: Option<u64>,
    status: Option<String>,
    #[serde(default)]
    folder: bool,
    #[serde(default)]
    blog: bool,
    #[serde(default)]
    live: bool,
    #[serde(default)]
    labels: Vec<String>,
    restriction: Option<Readers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Change {
    title: Option<String>,
    body: Option<String>,
    status: Option<String>,
    /// The id of the new parent, or null for the space's root.
    #[serde(default, deserialize_with = "given")]
    parent_id: Option<Option<Id>>,
    /// The id or key of the new space.
    space_id: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    restriction: Option<Option<Readers>>,
    labels: Option<Vec<String>>,
    /// Who makes the edit: an account's key.
    author: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Readers {
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    fn value(&self) -> Option<u64> {
        match self {
            Self::Number(id) => Some(*id),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// Tells a field that is null from one that is absent.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match Option::<Id>::deserialize(deserializer)? {
        None => Ok(None),
        Some(id) => id.value().map(Some).ok_or_else(|| serde::de::Error::custom("an id is a number")),
    }
}

pub(super) async fn create_space(
    State(simulator): State<Arc<Simulator>>,
    body: Bytes,
) -> Result<Response, ControlError> {
    let new: NewSpace = read(&body)?;
    let viewers = match new.viewers.as_slice() {
        [] => vec![Principal::AllLicensedUsers],
        viewers => viewers.iter().map(|viewer| principal(viewer)).collect::<Result<_, _>>()?,
    };
    let now = simulator.clock.now();
    let mut site = simulator.site_mut();
    let space = site.add_space(&new.key, &new.name, author(), now, viewers)?;
    let homepage = site.add(NewContent {
        kind: Kind::Page,
        space,
        parent: None,
        title: new.name.clone(),
        body: "<p>Welcome.</p>".into(),
        status: Status::Current,
        author: author().to_owned(),
        created: now,
    })?;
    if let Some(known) = site.spaces.iter_mut().find(|known| known.id == space) {
        known.homepage = Some(homepage);
        known.kind = new.kind.unwrap_or_else(|| "global".to_owned());
    }
    let answer = json!({"id": space.to_string(), "key": new.key, "homepageId": homepage.to_string()});
    Ok(json_response(StatusCode::CREATED, &answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpaceChange {
    viewers: Option<Vec<String>>,
    archived: Option<bool>,
    name: Option<String>,
}

pub(super) async fn change_space(
    State(simulator): State<Arc<Simulator>>,
    Path(key): Path<String>,
    body: Bytes,
) -> Result<StatusCode, ControlError> {
    let change: SpaceChange = read(&body)?;
    let viewers: Option<Vec<_>> = change
        .viewers
        .map(|viewers| viewers.iter().map(|viewer| principal(viewer)).collect::<Result<_, _>>())
        .transpose()?;
    let mut site = simulator.site_mut();
    let id = space_of(&site, &key)?;
    for space in site.spaces.iter_mut().filter(|space| space.id == id) {
        if let Some(viewers) = &viewers {
            space.viewers.clone_from(viewers);
        }
        if let Some(name) = &change.name {
            space.name.clone_from(name);
        }
        space.archived = change.archived.unwrap_or(space.archived);
    }
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn spaces(State(simulator): State<Arc<Simulator>>) -> Response {
    let site = simulator.site();
    let spaces: Vec<_> = site
        .spaces
        .iter()
        .map(|space| {
            let pages = site.contents.values().filter(|content| content.space == space.id).count();
            let viewers: Vec<_> = space.viewers.iter().map(describe_principal).collect();
            json!({
                "id": space.id.to_string(), "key": space.key, "name": space.name, "contents": pages,
                "viewers": viewers,
            })
        })
        .collect();
    json_response(StatusCode::OK, &Value::Array(spaces))
}

pub(super) async fn create(
    State(simulator): State<Arc<Simulator>>,
    body: Bytes,
) -> Result<Response, ControlError> {
    let new: NewPage = read(&body)?;
    let now = simulator.clock.now();
    let mut site = simulator.site_mut();
    let space = space_of(&site, &new.space)?;
    let status = new.status.as_deref().map_or(Ok(Status::Current), status)?;
    let readers = new.restriction.as_ref().map(restriction).transpose()?.unwrap_or_default();
    let id = site.add(NewContent {
        kind: match (new.folder, new.blog) {
            (true, _) => Kind::Folder,
            (_, true) => Kind::BlogPost,
            _ => Kind::Page,
        },
        space,
        // A blog post lies under no page.
        parent: new.parent.filter(|_| !new.blog),
        title: new.title,
        body: new.body.into(),
        status,
        author: author().to_owned(),
        created: now,
    })?;
    let content = site.content_mut(id)?;
    (content.live, content.labels) = (new.live, new.labels);
    content.readers = readers;
    Ok(json_response(StatusCode::CREATED, &describe(&site, &site.contents[&id])))
}

pub(super) async fn change(
    State(simulator): State<Arc<Simulator>>,
    Path(id): Path<u64>,
    body: Bytes,
) -> Result<Response, ControlError> {
    let change: Change = read(&body)?;
    let now = simulator.clock.now();
    let mut site = simulator.site_mut();
    let content = site.contents.get(&id).ok_or(EditError::NoSuchContent(id))?;

    if change.parent_id.is_some() || change.space_id.is_some() {
        let space = match &change.space_id {
            Some(Value::String(text)) => space_of(&site, text)?,
            Some(value) => space_of(&site, &value.to_string())?,
            None => content.space,
        };
        let parent = match &change.parent_id {
            Some(None) => None,
            Some(Some(id)) => {
                Some(id.value().ok_or_else(|| ControlError::Bad("parentId is a number".to_owned()))?)
            }
            // A page that goes to another space without a word on its place lies under that space's homepage.
            None if space != content.space => site.space(space).and_then(|space| space.homepage),
            None => content.parent,
        };
        site.move_to(id, space, parent)?;
    }
    if let Some(readers) = &change.restriction {
        site.restrict(id, readers.as_ref().map(restriction).transpose()?.unwrap_or_default())?;
    }
    if let Some(name) = &change.status {
        site.set_status(id, status(name)?)?;
    }
    if let Some(labels) = change.labels {
        site.content_mut(id)?.labels = labels;
    }
    if change.title.is_some() || change.body.is_some() {
        let author = change.author.as_deref().map_or(Ok(author()), account)?;
        site.publish(id, change.title, change.body.map(Into::into), author, now)?;
    }
    Ok(json_response(StatusCode::OK, &describe(&site, &site.contents[&id])))
}

pub(super) async fn one(
    State(simulator): State<Arc<Simulator>>,
    Path(id): Path<u64>,
) -> Result<Response, ControlError> {
    let site = simulator.site();
    let content = site.contents.get(&id).ok_or(EditError::NoSuchContent(id))?;
    let mut answer = describe(&site, content);
    answer["body"] = content.body.to_string().into();
    Ok(json_response(StatusCode::OK, &answer))
}

pub(super) async fn purge(
    State(simulator): State<Arc<Simulator>>,
    Path(id): Path<u64>,
) -> Result<StatusCode, ControlError> {
    simulator.site_mut().purge(id)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Listing {
    space: Option<String>,
    title: Option<String>,
}

pub(super) async fn list(
    State(simulator): State<Arc<Simulator>>,
    Query(wanted): Query<Listing>,
) -> Result<Response, ControlError> {
    let site = simulator.site();
    let space = wanted.space.as_deref().map(|space| space_of(&site, space)).transpose()?;
    let contents: Vec<_> = site
        .contents
        .values()
        .filter(|content| space.is_none_or(|space| content.space == space))
        .filter(|content| wanted.title.as_ref().is_none_or(|title| content.title.eq_ignore_ascii_case(title)))
        .map(|content| describe(&site, content))
        .collect();
    Ok(json_response(StatusCode::OK, &Value::Array(contents)))
}

#[derive(Deserialize)]
pub(super) struct Visible {
    account: String,
}

/// What an account sees: the truth that a mirror's audiences are checked against.
pub(super) async fn visible(
    State(simulator): State<Arc<Simulator>>,
    Query(wanted): Query<Visible>,
) -> Result<Response, ControlError> {
    let account = account(&wanted.account)?;
    let site = simulator.site();
    let spaces: Vec<_> = site
        .spaces
        .iter()
        .filter(|space| site.sees_space(account, space))
        .map(|space| space.key.clone())
        .collect();
    let pages: Vec<_> = site
        .contents
        .values()
        .filter(|content| content.kind == Kind::Page && content.status == Status::Current)
        .filter(|content| site.sees(account, content))
        .map(|content| json!({"id": content.id.to_string(), "title": content.title}))
        .collect();
    Ok(json_response(StatusCode::OK, &json!({"account": account, "spaces": spaces, "pages": pages})))
}

fn describe(site: &Site, content: &Content) -> Value {
    json!({
        "id": content.id.to_string(),
        "type": content.kind.name(),
        "spaceId": content.space.to_string(),
        "space": site.space(content.space).map(|space| space.key.clone()),
        "parentId": content.parent.map(|parent| parent.to_string()),
        "status": content.status.name(),
        "title": content.title,
        "version": content.version.number,
        "editedAt": iso(content.version.at),
        "labels": content.labels,
        "restriction": (!content.readers.is_empty())
            .then(|| json!({"users": content.readers.users, "groups": content.readers.groups})),
        "url": format!("/wiki{}", webui(site, content)),
    })
}

pub(super) fn author() -> &'static str {
    account_by_key("priya").expect("the sample site has this account").id
}

fn account(key: &str) -> Result<&'static str, ControlError> {
    let found = account_by_key(key).map(|account| account.id);
    found.ok_or_else(|| ControlError::Missing(format!("no account {key}; GET /control/accounts lists them")))
}

fn group_id(key: &str) -> Result<String, ControlError> {
    let found = group(key).map(|group| group.id.to_owned());
    found.ok_or_else(|| ControlError::Missing(format!("no group {key}; GET /control/accounts lists them")))
}

fn principal(text: &str) -> Result<Principal, ControlError> {
    match text.strip_prefix("group:") {
        Some(name) => Ok(Principal::Group(group_id(name)?)),
        None if text == "everyone" => Ok(Principal::AllLicensedUsers),
        None => Ok(Principal::User(account(text)?.to_owned())),
    }
}

/// A viewer in the words of [`principal`], but by id.
fn describe_principal(viewer: &Principal) -> String {
    match viewer {
        Principal::User(id) => id.clone(),
        Principal::Group(id) => format!("group:{id}"),
        Principal::AllLicensedUsers => "everyone".to_owned(),
    }
}

fn restriction(readers: &Readers) -> Result<Restriction, ControlError> {
    Ok(Restriction {
        users: readers.users.iter().map(|user| account(user).map(str::to_owned)).collect::<Result<_, _>>()?,
        groups: readers.groups.iter().map(|name| group_id(name)).collect::<Result<_, _>>()?,
    })
}

fn space_of(site: &Site, text: &str) -> Result<u64, ControlError> {
    let found = site.space_by_key(text).or_else(|| text.parse().ok().and_then(|id| site.space(id)));
    Ok(found.ok_or_else(|| EditError::NoSuchSpace(text.to_owned()))?.id)
}

fn status(name: &str) -> Result<Status, ControlError> {
    Status::parse(name).ok_or_else(|| {
        ControlError::Bad(format!("no status {name}; use current, archived, trashed or draft"))
    })
}
