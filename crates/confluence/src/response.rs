use http::header::{CONTENT_TYPE, DATE};
use http::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{ApiError, RetryAfter};

/// The longest part of a refusal's own words that is repeated to people.
const LONGEST_MESSAGE: usize = 200;

/// Reads an answer as JSON, or says what it means that it is none.
pub(crate) fn read<T: DeserializeOwned>(what: &str, response: &Response<Vec<u8>>) -> Result<T, ApiError> {
    if !response.status().is_success() {
        return Err(refusal(what, response));
    }
    if !is_json(response) {
        return Err(ApiError::NotJson {
            what: what.to_owned(),
            content_type: content_type(response).to_owned(),
        });
    }
    serde_json::from_slice(response.body())
        .map_err(|error| ApiError::Malformed { what: what.to_owned(), reason: error.to_string() })
}

/// What Confluence's clock showed when it answered (`Date`), in milliseconds since 1970.
#[must_use]
pub fn server_time(response: &Response<Vec<u8>>) -> Option<i64> {
    crate::moment::http_date(response.headers().get(DATE)?.to_str().ok()?)
}

/// Whether an answer refuses the access token itself, so that a fresh one may help.
#[must_use]
pub fn is_token_rejected(response: &Response<Vec<u8>>) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
        && matches!(refusal("", response), ApiError::TokenRejected { .. })
}

/// The three envelopes of a refusal: v2 `errors`, v1 and the gateway `message`; any part may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    message: Option<Value>,
    errors: Vec<Fault>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fault {
    title: Option<String>,
    detail: Option<Value>,
}

impl Envelope {
    fn words(&self) -> String {
        let faults = self.errors.iter().flat_map(|fault| {
            [fault.title.as_deref(), fault.detail.as_ref().and_then(Value::as_str)].into_iter().flatten()
        });
        let message = self.message.as_ref().and_then(Value::as_str);
        let words = faults.chain(message).collect::<Vec<_>>().join(": ");
        words.chars().take(LONGEST_MESSAGE).collect()
    }
}

pub(crate) fn refusal(what: &str, response: &Response<Vec<u8>>) -> ApiError {
    let what = what.to_owned();
    let status = response.status();
    let retry_after = RetryAfter::read(response.headers());
    let envelope: Option<Envelope> =
        is_json(response).then(|| serde_json::from_slice(response.body()).ok()).flatten();
    let message = envelope.as_ref().map(Envelope::words).unwrap_or_default();
    match status {
        StatusCode::UNAUTHORIZED if message.contains("scope does not match") => {
            ApiError::ScopeMissing { what }
        }
        StatusCode::UNAUTHORIZED => ApiError::TokenRejected { what },
        StatusCode::FORBIDDEN if is_caller_unknown(&message) => ApiError::CallerUnknown { what },
        StatusCode::FORBIDDEN => ApiError::Forbidden { what, message },
        // Confluence names what it cannot find; a bare "Not Found" comes from in front of it.
        StatusCode::NOT_FOUND if message.is_empty() || message.eq_ignore_ascii_case("not found") => {
            ApiError::CallerUnknown { what }
        }
        StatusCode::NOT_FOUND => ApiError::NotVisible { what },
        StatusCode::BAD_REQUEST if message.contains("cursor") => ApiError::CursorExpired { what },
        StatusCode::TOO_MANY_REQUESTS => {
            let reason = response.headers().get("ratelimit-reason").and_then(|value| value.to_str().ok());
            ApiError::RateLimited { retry_after, reason: reason.unwrap_or_default().to_owned() }
        }
        _ if status.is_server_error() => ApiError::Unavailable { what, status, retry_after },
        _ => ApiError::Refused { what, status, message },
    }
}

/// What v1 says, with status 403, to a credential that it does not know (measured; the v2 twin is a bare 404).
fn is_caller_unknown(message: &str) -> bool {
    message.contains("caller cannot access Confluence") || message.contains("not permitted to use Confluence")
}

fn is_json(response: &Response<Vec<u8>>) -> bool {
    let essence = content_type(response).split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

fn content_type(response: &Response<Vec<u8>>) -> &str {
    response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("no content type")
}

#[cfg(test)]
pub(crate) fn json(status: u16, body: &str) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "application/json;charset=UTF-8")
        .body(body.as_bytes().to_vec())
        .unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> ApiError {
        read::<Value>("page 7", &json(status, body)).unwrap_err()
    }

    #[test]
    fn each_refusal_is_told_apart() {
        let what = || "page 7".to_owned();
        for (status, body, expected) in [
            (
                401,
                r#"{"code":401,"message":"Unauthorized; scope does not match"}"#,
                ApiError::ScopeMissing { what: what() },
            ),
            (401, r#"{"code":401,"message":"Unauthorized"}"#, ApiError::TokenRejected { what: what() }),
            (401, "<html>", ApiError::TokenRejected { what: what() }),
            (
                403,
                r#"{"statusCode":403,"message":"Current user not permitted to use Confluence","data":{}}"#,
                ApiError::CallerUnknown { what: what() },
            ),
            (
                403,
                r#"{"statusCode":403,"message":"Blocked by policy"}"#,
                ApiError::Forbidden { what: what(), message: "Blocked by policy".into() },
            ),
            (
                404,
                r#"{"errors":[{"status":404,"code":"NOT_FOUND","title":"Not Found","detail":null}]}"#,
                ApiError::CallerUnknown { what: what() },
            ),
            (
                404,
                r#"{"errors":[{"status":"404","code":"NOT_FOUND","title":"Cannot find a page with id [7]","detail":null}]}"#,
                ApiError::NotVisible { what: what() },
            ),
            (
                404,
                r#"{"statusCode":404,"message":"No content found with id 7"}"#,
                ApiError::NotVisible { what: what() },
            ),
            (404, "", ApiError::CallerUnknown { what: what() }),
            (
                400,
                r#"{"errors":[{"status":400,"code":"INVALID_REQUEST_PARAMETER","title":"Provided value for 'cursor' is not the correct type. Expected type is Cursor.","detail":"The provided cursor was not valid."}]}"#,
                ApiError::CursorExpired { what: what() },
            ),
            (429, "", ApiError::RateLimited { retry_after: None, reason: String::new() }),
            (
                502,
                "<html>",
                ApiError::Unavailable { what: what(), status: StatusCode::BAD_GATEWAY, retry_after: None },
            ),
            (
                410,
                r#"{"message":"This deprecated endpoint has been removed"}"#,
                ApiError::Refused {
                    what: what(),
                    status: StatusCode::GONE,
                    message: "This deprecated endpoint has been removed".into(),
                },
            ),
        ] {
            assert_eq!(error(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn success_is_believed_only_when_it_is_json() {
        let mut page = json(200, "<html>Log in</html>");
        page.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/html"));
        let error = read::<Value>("the spaces", &page).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Confluence answered the spaces with text/html instead of JSON; a proxy or a sign-in page may be in between"
        );
        assert!(matches!(read::<Value>("x", &json(200, r#"{"results":["#)), Err(ApiError::Malformed { .. })));
        assert_eq!(read::<Vec<i64>>("x", &json(200, "[1]")), Ok(vec![1]));
    }
}
