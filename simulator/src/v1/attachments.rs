//! Attachments in v1: as a search gives them, and the redirect to their bytes.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::visible;
use crate::clock::iso;
use crate::gateway::{ApiError, Caller};
use crate::site::{Attachment, Content};
use crate::state::Simulator;
use crate::wiki::media_token;

/// A file and the page that it is attached to.
#[derive(serde::Deserialize)]
pub(super) struct File {
    id: String,
    attachment: String,
}

/// The bytes are at another host's address, which wants no token of ours.
pub(super) async fn download(
    State(simulator): State<Arc<Simulator>>,
    Path(File { id, attachment }): Path<File>,
    caller: Caller,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&[&["readonly:content.attachment:confluence"], &["read:attachment:confluence"]])?;
    let site = simulator.site();
    let content = visible(&site, &caller, &id)?;
    let found = content
        .attachments
        .iter()
        .find(|known| format!("att{}", known.id) == attachment)
        .ok_or_else(|| ApiError::v1(404, format!("No attachment {attachment}")))?;
    let token = media_token(&found.file_id);
    let location = format!("{}/file/{}/binary?token={token}&client=simulator", simulator.url, found.file_id);
    Ok(caller.tag((StatusCode::FOUND, [(LOCATION, location)]).into_response()))
}

/// An attachment as a search describes it; what is not expanded here is never asked for.
pub(super) fn describe(content: &Content, attachment: &Attachment, url: &str) -> Value {
    let name: String = url::form_urlencoded::byte_serialize(attachment.title.as_bytes()).collect();
    json!({
        "id": format!("att{}", attachment.id),
        "type": "attachment",
        "status": "current",
        "title": attachment.title,
        "macroRenderedOutput": {},
        "metadata": {"mediaType": attachment.media_type},
        "version": {
            "when": iso(attachment.version.at),
            "number": attachment.version.number,
            "message": "",
            "minorEdit": false,
        },
        "container": {
            "id": content.id.to_string(),
            "type": content.kind.name(),
            "status": content.status.name(),
            "title": content.title,
        },
        "extensions": {
            "mediaType": attachment.media_type,
            "fileSize": attachment.bytes.len(),
            "comment": "",
            "mediaTypeDescription": "",
            "fileId": attachment.file_id,
            "collectionName": format!("contentId-{}", content.id),
        },
        "_expandable": {"space": "", "ancestors": ""},
        "_links": {
            "self": format!("{url}/wiki/rest/api/content/att{}", attachment.id),
            "webui": format!("/pages/viewpageattachments.action?pageId={}", content.id),
            "download": format!("/download/attachments/{}/{name}?version={}", content.id, attachment.version.number),
        },
    })
}
