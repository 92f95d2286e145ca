//! Answers and their headers. All are private: another person may be allowed to see less.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Response, StatusCode};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;

const HEADERS: [(HeaderName, &str); 5] = [
    (CACHE_CONTROL, "private, no-store"),
    (VARY, "Cookie"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // What is opened as a page (an article's HTML) may show pictures and nothing else.
    (CONTENT_SECURITY_POLICY, "default-src 'none'; img-src https: data:; frame-ancestors 'none'; sandbox"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A response that no cache keeps.
pub(crate) fn response(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A value as JSON, that no cache keeps.
pub(crate) fn json(value: &impl Serialize) -> Response<Vec<u8>> {
    response(StatusCode::OK, "application/json", bytes(value))
}

/// A value as JSON, that the person's own cache may keep and must ask about each time.
pub(crate) fn revalidated_json(request: &HeaderMap, value: &impl Serialize) -> Response<Vec<u8>> {
    revalidated(request, "application/json", bytes(value))
}

/// A body that the person's own cache may keep and must ask about each time (RFC 9110 §13.1.2).
pub(crate) fn revalidated(request: &HeaderMap, media_type: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let digest: String = Sha256::digest(&body)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{digest}\"");
    let known = request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().trim_start_matches("W/"))
        .any(|value| value == tag || value == "*");
    let mut response = if known {
        response(StatusCode::NOT_MODIFIED, media_type, Vec::new())
    } else {
        response(StatusCode::OK, media_type, body)
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits are visible ASCII"));
    response
}

/// A time as RFC 3339 has it.
pub(crate) fn time(milliseconds: i64) -> String {
    let nanoseconds = i128::from(milliseconds) * 1_000_000;
    let time = UtcDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(UtcDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("an answer is plain data")
}
