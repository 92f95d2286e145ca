//! An OpenID Connect provider with three people: an employee, an agent and an admin.

mod authorize;
mod key;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::json;

use crate::gateway::json_response;
use crate::state::Simulator;
use key::SigningKey;

/// Somebody who can sign in.
pub(crate) struct Person {
    pub(crate) key: &'static str,
    pub(crate) sub: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) groups: &'static [&'static str],
    pub(crate) role: &'static str,
}

pub(crate) static PEOPLE: [Person; 4] = [
    Person {
        key: "mia",
        sub: "00u-acme-mia",
        name: "Mia Employee",
        email: "mia@acme.example",
        groups: &[],
        role: "An employee",
    },
    Person {
        key: "hana",
        sub: "00u-acme-hana",
        name: "Hana Okafor",
        email: "hana@acme.example",
        groups: &[],
        role: "An employee of the security team",
    },
    Person {
        key: "alex",
        sub: "00u-acme-alex",
        name: "Alex Agent",
        email: "alex@acme.example",
        groups: &["siit-agents"],
        role: "An agent of the IT team",
    },
    Person {
        key: "ada",
        sub: "00u-acme-ada",
        name: "Ada Admin",
        email: "ada@acme.example",
        groups: &["siit-admins"],
        role: "An admin",
    },
];

/// What the provider remembers: its key, and what it has handed out.
pub(crate) struct Provider {
    key: Arc<SigningKey>,
    codes: Mutex<HashMap<String, Code>>,
    access: Mutex<HashMap<String, (&'static Person, Timestamp)>>,
}

struct Code {
    person: &'static Person,
    redirect_uri: String,
    challenge: String,
    nonce: String,
    expires: Timestamp,
}

impl Provider {
    pub(crate) fn new() -> Self {
        Self { key: SigningKey::generate(), codes: Mutex::default(), access: Mutex::default() }
    }
}

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/authorize", get(authorize::ask))
        .route("/authorize/decision", post(authorize::decide))
        .route("/token", post(token::exchange))
        .route("/userinfo", get(token::userinfo).post(token::userinfo))
        .route("/jwks", get(jwks))
}

/// OpenID Connect Discovery 1.0, section 3.
async fn discovery(State(simulator): State<Arc<Simulator>>) -> Response {
    let issuer = format!("{}/oidc", simulator.url);
    json_response(
        StatusCode::OK,
        &json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email", "groups"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "name", "email", "email_verified", "groups"],
        }),
    )
}

async fn jwks(State(simulator): State<Arc<Simulator>>) -> Response {
    let key = Arc::clone(&simulator.oidc.key);
    match tokio::task::spawn_blocking(move || key.public()).await {
        Ok(keys) => json_response(StatusCode::OK, &keys),
        Err(_) => json_response(StatusCode::INTERNAL_SERVER_ERROR, &json!({"error": "server_error"})),
    }
}
