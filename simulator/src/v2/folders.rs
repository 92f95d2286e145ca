//! Folders: parents like pages, without a body. There is no listing of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::{id, links};
use crate::clock::iso;
use crate::gateway::{ApiError, Caller, Id};
use crate::site::{Content, Kind, Site};
use crate::state::Simulator;

pub(super) async fn one(
    State(simulator): State<Arc<Simulator>>,
    Path(Id { id: folder }): Path<Id>,
    caller: Caller,
) -> Result<Response, ApiError> {
    caller.needs(&["read:folder:confluence"])?;
    let site = simulator.site();
    let folder = visible_folder(&site, &caller, id(&folder)?)?;
    let mut answer = json!({
        "id": folder.id.to_string(),
        "type": "folder",
        "status": folder.status.name(),
        "title": folder.title,
        "authorId": folder.author,
        "ownerId": folder.author,
        "createdAt": iso(folder.created),
        "spaceId": folder.space.to_string(),
        "version": links::version(&folder.version),
        "_links": {"webui": links::webui(&site, folder), "base": format!("{}/wiki", simulator.url)},
    });
    links::place(&site, folder, &mut answer);
    Ok(caller.reply(&answer))
}

pub(super) fn visible_folder<'a>(site: &'a Site, caller: &Caller, id: u64) -> Result<&'a Content, ApiError> {
    site.contents
        .get(&id)
        .filter(|content| content.kind == Kind::Folder && site.sees(caller.id(), content))
        .ok_or_else(|| ApiError::no_content(format!("Content with id: [{id}] not found")))
}
