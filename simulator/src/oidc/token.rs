//! `POST /oidc/token` and `/oidc/userinfo`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Person;
use crate::gateway::json_response;
use crate::random;
use crate::state::Simulator;

const LIFE: SignedDuration = SignedDuration::from_mins(10);

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Exchange {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    client_id: String,
    client_secret: String,
}

pub(super) async fn exchange(
    State(simulator): State<Arc<Simulator>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(exchange) = serde_urlencoded::from_bytes::<Exchange>(&body) else {
        return error(StatusCode::BAD_REQUEST, "invalid_request", "the body is not a form");
    };
    let (id, secret) = basic(&headers).unwrap_or((exchange.client_id, exchange.client_secret));
    let client = &simulator.options.oidc;
    let is_client =
        id.as_bytes().ct_eq(client.id.as_bytes()) & secret.as_bytes().ct_eq(client.secret.as_bytes());
    if !bool::from(is_client) {
        let mut response =
            error(StatusCode::UNAUTHORIZED, "invalid_client", "unknown client or wrong secret");
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"oidc\""));
        return response;
    }
    if exchange.grant_type != "authorization_code" {
        return error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "use authorization_code");
    }

    let now = simulator.clock.now();
    let code = simulator.oidc.codes.lock().expect("no holder of this lock panics").remove(&exchange.code);
    let Some(code) = code.filter(|code| code.expires > now && code.redirect_uri == exchange.redirect_uri)
    else {
        return error(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "the code is unknown, used, expired or another's",
        );
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(exchange.code_verifier.as_bytes()));
    if challenge != code.challenge {
        return error(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "code_verifier does not fit the code_challenge",
        );
    }

    let mut claims = claims(code.person);
    claims["iss"] = format!("{}/oidc", simulator.url).into();
    claims["aud"] = client.id.as_str().into();
    claims["iat"] = now.as_second().into();
    claims["exp"] = (now + LIFE).as_second().into();
    claims["nonce"] = code.nonce.into();
    let key = Arc::clone(&simulator.oidc.key);
    let Ok(Ok(id_token)) = tokio::task::spawn_blocking(move || key.sign(&claims)).await else {
        return error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the ID token could not be signed");
    };
    let access = random::token(32);
    let mut held = simulator.oidc.access.lock().expect("no holder of this lock panics");
    held.retain(|_, (_, expires)| *expires > now);
    held.insert(access.clone(), (code.person, now + LIFE));
    let body = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": LIFE.as_secs(),
        "scope": "openid profile email groups",
        "id_token": id_token,
    });
    let no_store = (CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ([no_store], json_response(StatusCode::OK, &body)).into_response()
}

pub(super) async fn userinfo(State(simulator): State<Arc<Simulator>>, headers: HeaderMap) -> Response {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let now = simulator.clock.now();
    let held = simulator.oidc.access.lock().expect("no holder of this lock panics");
    match token.and_then(|token| held.get(token)).filter(|(_, expires)| *expires > now) {
        Some((person, _)) => json_response(StatusCode::OK, &claims(person)),
        None => {
            let mut response =
                error(StatusCode::UNAUTHORIZED, "invalid_token", "the access token is not valid");
            let value = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
            response
        }
    }
}

fn claims(person: &Person) -> Value {
    json!({
        "sub": person.sub,
        "name": person.name,
        "email": person.email,
        "email_verified": true,
        "groups": person.groups,
    })
}

/// `client_secret_basic`: both parts are form-encoded first (RFC 6749, section 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    Some((decode(id), decode(secret)))
}

fn error(status: StatusCode, error: &str, description: &str) -> Response {
    json_response(status, &json!({"error": error, "error_description": description}))
}
