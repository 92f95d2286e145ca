//! The bytes of an attachment: a redirect to another host's address, which wants no token.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};

use super::visible;
use crate::gateway::{ApiError, Caller};
use crate::state::Simulator;

pub(super) async fn download(
    State(simulator): State<Arc<Simulator>>,
    Path((_, id, attachment)): Path<(String, String, String)>,
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
    let location = format!("{}/wiki/media/file/{}/binary", simulator.url, found.file_id);
    Ok(caller.tag((StatusCode::FOUND, [(LOCATION, location)]).into_response()))
}
