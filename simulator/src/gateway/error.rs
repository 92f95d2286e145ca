//! The four envelopes in which errors come: v2, v1, the gateway's own, and "gone".

use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::json_response;

#[derive(Debug)]
pub(crate) enum ApiError {
    /// `{"code","message"}` of the API gateway, before Confluence is reached.
    Gateway(u16, &'static str),
    /// `{"errors":[…]}`
    V2 { status: u16, code: &'static str, title: String, detail: Option<String> },
    /// `{"statusCode","message","data"}`
    V1 { status: u16, message: String },
    /// The page with which the site's own host refuses what only the gateway takes.
    SitePage,
    /// A removed endpoint of the first version.
    Gone,
}

impl ApiError {
    pub(crate) const SCOPE: Self = Self::Gateway(401, "Unauthorized; scope does not match");

    /// The bare answer for what v2 does not know, and for a caller who may not use Confluence.
    pub(crate) fn not_found() -> Self {
        Self::V2 { status: 404, code: "NOT_FOUND", title: "Not Found".to_owned(), detail: None }
    }

    /// A content that is missing or not visible.
    pub(crate) fn no_content(title: String) -> Self {
        Self::V2 { status: 404, code: "NOT_FOUND", title, detail: None }
    }

    pub(crate) fn bad_parameter(title: String, detail: &str) -> Self {
        Self::V2 {
            status: 400,
            code: "INVALID_REQUEST_PARAMETER",
            title,
            detail: (!detail.is_empty()).then(|| detail.to_owned()),
        }
    }

    pub(crate) fn v1(status: u16, message: impl Into<String>) -> Self {
        Self::V1 { status, message: message.into() }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = |code: u16| StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match self {
            Self::Gateway(code, message) => {
                json_response(status(code), &json!({"code": code, "message": message}))
            }
            Self::V2 { status: code, code: name, title, detail } => json_response(
                status(code),
                &json!({"errors": [{"status": code, "code": name, "title": title, "detail": detail}]}),
            ),
            Self::V1 { status: code, message } => json_response(
                status(code),
                &json!({
                    "statusCode": code,
                    "data": {"authorized": code != 403, "valid": code != 400, "errors": [], "successful": false},
                    "message": message,
                }),
            ),
            Self::SitePage => (
                StatusCode::UNAUTHORIZED,
                Html("<!doctype html><html lang=\"en\"><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1></body></html>"),
            )
                .into_response(),
            Self::Gone => {
                let mut response = json_response(
                    StatusCode::GONE,
                    &json!({"statusCode": 410, "message": "This deprecated endpoint has been removed."}),
                );
                response.headers_mut().insert("deprecation", HeaderValue::from_static("true"));
                response.headers_mut().insert(
                    "link",
                    HeaderValue::from_static(
                        "<https://developer.atlassian.com/cloud/confluence/changelog/#CHANGE-864>; rel=\"deprecation\"",
                    ),
                );
                response
            }
        }
    }
}
