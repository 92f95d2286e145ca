//! How a file goes out: a stranger's bytes, from our own origin.

use attachment::{Delivery, disposition};
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use knowledge::attachments::Attachment;

/// Sent with every file: it is what we say it is, runs nothing, loads nothing, and stays on this origin.
const SECURITY: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'; sandbox",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // It is kept by the reader's browser alone, which asks each time whether it may still be shown.
    (header::CACHE_CONTROL, "private, no-cache"),
];

/// What tells one version of a file from the next.
pub(crate) fn entity_tag(file: &Attachment) -> String {
    format!("\"{}-{}\"", file.id.replace(|letter: char| !letter.is_ascii_alphanumeric(), ""), file.version)
}

/// Whether the reader's browser has this version already.
pub(crate) fn is_kept(headers: &HeaderMap, tag: &str) -> bool {
    let kept = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kept.split(',').any(|kept| kept.trim().trim_start_matches("W/") == tag)
}

pub(crate) fn not_modified(tag: &str) -> Response<Vec<u8>> {
    bare(StatusCode::NOT_MODIFIED, tag)
}

pub(crate) fn sent(file: &Attachment, tag: &str, bytes: Vec<u8>) -> Response<Vec<u8>> {
    let delivery = Delivery::of(&file.name, &bytes);
    let mut response = bare(StatusCode::OK, tag);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(delivery.content_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if let Ok(disposition) = HeaderValue::from_str(&disposition(&file.name, delivery.is_inline)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    *response.body_mut() = bytes;
    response
}

fn bare(status: StatusCode, tag: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    for (name, value) in SECURITY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
