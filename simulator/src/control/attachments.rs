//! Files of a page by JSON.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::pages::author;
use super::{ControlError, read};
use crate::gateway::json_response;
use crate::site::{EditError, Upload, media_type};
use crate::state::Simulator;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewFile {
    name: String,
    /// By the name when absent.
    media_type: Option<String>,
    #[serde(default)]
    text: String,
    /// Instead of `text`.
    base64: Option<String>,
    /// So many bytes of the letter a, instead of the two.
    size: Option<usize>,
}

/// Attaches a file, or a new version of the one that has its name.
pub(super) async fn attach(
    State(simulator): State<Arc<Simulator>>,
    Path(page): Path<u64>,
    body: Bytes,
) -> Result<Response, ControlError> {
    let new: NewFile = read(&body)?;
    let bytes = match (&new.base64, new.size) {
        (Some(text), _) => {
            STANDARD.decode(text).map_err(|error| ControlError::Bad(format!("base64: {error}")))?
        }
        (None, Some(size)) => vec![b'a'; size],
        (None, None) => new.text.into_bytes(),
    };
    let media_type = new.media_type.unwrap_or_else(|| media_type(&new.name).to_owned());
    let upload = Upload { name: new.name, media_type, bytes: bytes.into() };
    let now = simulator.clock.now();
    let id = simulator.site_mut().attach(page, upload, author(), now)?;
    Ok(json_response(StatusCode::CREATED, &json!({"id": format!("att{id}")})))
}

pub(super) async fn detach(
    State(simulator): State<Arc<Simulator>>,
    Path((page, name)): Path<(u64, String)>,
) -> Result<StatusCode, ControlError> {
    simulator.site_mut().detach(page, &name)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn list(
    State(simulator): State<Arc<Simulator>>,
    Path(page): Path<u64>,
) -> Result<Response, ControlError> {
    let site = simulator.site();
    let content = site.contents.get(&page).ok_or(EditError::NoSuchContent(page))?;
    let files: Vec<_> = content
        .attachments
        .iter()
        .map(|file| {
            json!({
                "id": format!("att{}", file.id), "name": file.title, "version": file.version.number,
                "size": file.bytes.len(),
            })
        })
        .collect();
    Ok(json_response(StatusCode::OK, &Value::Array(files)))
}
