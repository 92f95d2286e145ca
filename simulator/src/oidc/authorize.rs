//! `GET /oidc/authorize`: each sign-in picks a person anew; there is no session.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::{Code, PEOPLE, Person};
use crate::state::Simulator;
use crate::{html, random};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Ask {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    /// The chosen person, or `nobody` for the person who cancels; in the form only.
    person: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    ask: &'a Ask,
    people: &'static [Person],
}

pub(super) async fn ask(State(simulator): State<Arc<Simulator>>, RawQuery(query): RawQuery) -> Response {
    match serde_urlencoded::from_str::<Ask>(&query.unwrap_or_default()) {
        Ok(ask) => match check(&simulator, &ask) {
            Ok(_) => html::page(StatusCode::OK, &SignIn { ask: &ask, people: &PEOPLE }),
            Err(refusal) => refusal,
        },
        Err(error) => refuse(&error.to_string()),
    }
}

pub(super) async fn decide(State(simulator): State<Arc<Simulator>>, body: Bytes) -> Response {
    let ask: Ask = match serde_urlencoded::from_bytes(&body) {
        Ok(ask) => ask,
        Err(error) => return refuse(&error.to_string()),
    };
    let mut callback = match check(&simulator, &ask) {
        Ok(callback) => callback,
        Err(refusal) => return refusal,
    };
    if ask.person == "nobody" {
        return back(callback, &ask.state, "access_denied", "the person cancelled");
    }
    let Some(person) = PEOPLE.iter().find(|person| person.key == ask.person || person.email == ask.person)
    else {
        return refuse("choose a person");
    };
    let code = random::token(32);
    let now = simulator.clock.now();
    let mut codes = simulator.oidc.codes.lock().expect("no holder of this lock panics");
    codes.retain(|_, code| code.expires > now);
    codes.insert(
        code.clone(),
        Code {
            person,
            redirect_uri: ask.redirect_uri,
            challenge: ask.code_challenge,
            nonce: ask.nonce,
            expires: now + SignedDuration::from_mins(1),
        },
    );
    callback.query_pairs_mut().append_pair("code", &code).append_pair("state", &ask.state);
    Redirect::to(callback.as_str()).into_response()
}

/// The callback of a request that keeps to the rules: OpenID Connect Core 3.1.2.1 and RFC 7636.
#[expect(clippy::result_large_err, reason = "the error is the answer")]
fn check(simulator: &Simulator, ask: &Ask) -> Result<Url, Response> {
    let registered = simulator.sign_in_callback();
    if ask.client_id != simulator.options.oidc.id {
        return Err(refuse(&format!("no client has the client_id {:?}", ask.client_id)));
    }
    if ask.redirect_uri != registered {
        let detail = format!("redirect_uri {:?} is not registered; {registered:?} is", ask.redirect_uri);
        return Err(refuse(&detail));
    }
    let callback = Url::parse(&ask.redirect_uri).map_err(|error| refuse(&error.to_string()))?;
    let problem = if ask.response_type != "code" {
        Some(("unsupported_response_type", "response_type must be code"))
    } else if !ask.scope.split(' ').any(|scope| scope == "openid") {
        Some(("invalid_scope", "the scope must contain openid"))
    } else if ask.code_challenge_method != "S256" || ask.code_challenge.len() != 43 {
        Some(("invalid_request", "a code_challenge with the method S256 is required"))
    } else if ask.state.is_empty() || ask.nonce.is_empty() {
        Some(("invalid_request", "state and nonce are required"))
    } else {
        None
    };
    match problem {
        Some((error, description)) => Err(back(callback, &ask.state, error, description)),
        None => Ok(callback),
    }
}

fn back(mut callback: Url, state: &str, error: &str, description: &str) -> Response {
    callback
        .query_pairs_mut()
        .append_pair("error", error)
        .append_pair("error_description", description)
        .append_pair("state", state);
    Redirect::to(callback.as_str()).into_response()
}

fn refuse(detail: &str) -> Response {
    html::problem(
        StatusCode::BAD_REQUEST,
        "Sign-in refused",
        format_args!("The request cannot be used: {detail}."),
    )
}
