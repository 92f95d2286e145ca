//! `POST /oauth/token`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::grants::{GrantError, Tokens};
use crate::gateway::json_response;
use crate::state::Simulator;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Exchange {
    grant_type: String,
    client_id: String,
    client_secret: String,
    code: String,
    redirect_uri: String,
    refresh_token: String,
}

pub(super) async fn exchange(
    State(simulator): State<Arc<Simulator>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let is_form = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let exchange: Option<Exchange> =
        if is_form { serde_urlencoded::from_bytes(&body).ok() } else { serde_json::from_slice(&body).ok() };
    let Some(exchange) = exchange else {
        return error(StatusCode::BAD_REQUEST, "invalid_request", "The body is neither JSON nor a form.");
    };
    let client = &simulator.options.atlassian;
    let is_client = exchange.client_id.as_bytes().ct_eq(client.id.as_bytes())
        & exchange.client_secret.as_bytes().ct_eq(client.secret.as_bytes());
    if !bool::from(is_client) {
        return error(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized");
    }

    let now = simulator.clock.now();
    let granted = match exchange.grant_type.as_str() {
        "authorization_code" => simulator.grants().redeem(&exchange.code, &exchange.redirect_uri, now),
        "refresh_token" => simulator.grants().refresh(&exchange.refresh_token, now),
        other => {
            let detail = format!("Unsupported grant type: {other}");
            return error(StatusCode::FORBIDDEN, "unsupported_grant_type", &detail);
        }
    };
    match granted {
        Ok(tokens) => success(tokens),
        Err(GrantError::UnknownCode) => {
            error(StatusCode::FORBIDDEN, "invalid_grant", "Invalid authorization code")
        }
        Err(GrantError::WrongRedirect) => {
            error(StatusCode::FORBIDDEN, "invalid_grant", "The redirect URI is wrong.")
        }
        Err(GrantError::UnknownRefresh) => {
            error(StatusCode::FORBIDDEN, "unauthorized_client", "refresh_token is invalid")
        }
        Err(GrantError::ExpiredRefresh) => {
            error(StatusCode::FORBIDDEN, "invalid_grant", "Unknown or invalid refresh token.")
        }
    }
}

fn success(tokens: Tokens) -> Response {
    let mut body = json!({
        "access_token": tokens.access,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
        "scope": tokens.scopes.join(" "),
    });
    if let Some(refresh) = tokens.refresh {
        body["refresh_token"] = refresh.into();
    }
    let no_store = (CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ([no_store], json_response(StatusCode::OK, &body)).into_response()
}

fn error(status: StatusCode, error: &str, description: &str) -> Response {
    json_response(status, &json!({"error": error, "error_description": description}))
}
