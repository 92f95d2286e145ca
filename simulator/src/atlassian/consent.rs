//! `GET /authorize`: the person picks an account and consents, or declines.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::Url;

use crate::html;
use crate::site::{Account, account_by_key, consenting};
use crate::state::Simulator;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Ask {
    audience: String,
    client_id: String,
    scope: String,
    redirect_uri: String,
    state: String,
    response_type: String,
    prompt: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Decision {
    client_id: String,
    scope: String,
    redirect_uri: String,
    state: String,
    /// The key, id or email address of the account.
    account: String,
    /// `accept` or `decline`.
    decision: String,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    ask: &'a Ask,
    scopes: Vec<&'a str>,
    accounts: Vec<&'static Account>,
    site: &'a str,
}

pub(super) async fn ask(State(simulator): State<Arc<Simulator>>, RawQuery(query): RawQuery) -> Response {
    let ask: Ask = match serde_urlencoded::from_str(&query.unwrap_or_default()) {
        Ok(ask) => ask,
        Err(error) => return refuse(&format!("the query cannot be read: {error}")),
    };
    if let Some(problem) = check_client(&simulator, &ask.client_id, &ask.redirect_uri) {
        return refuse(&problem);
    }
    let documented = [
        ("audience", ask.audience.as_str(), Some("api.atlassian.com")),
        ("scope", &ask.scope, None),
        ("state", &ask.state, None),
        ("response_type", &ask.response_type, Some("code")),
        ("prompt", &ask.prompt, Some("consent")),
    ];
    for (name, value, wanted) in documented {
        match wanted {
            Some(wanted) if value != wanted => {
                return refuse(&format!("{name} must be {wanted}, not {value:?}"));
            }
            None if value.is_empty() => return refuse(&format!("{name} is missing")),
            _ => {}
        }
    }
    let scopes: Vec<_> = ask.scope.split(' ').collect();
    if let Some(unknown) = scopes.iter().find(|scope| !is_scope(scope)) {
        return refuse(&format!("the scope {unknown:?} is not one that Atlassian knows"));
    }
    let accounts = consenting().collect();
    html::page(StatusCode::OK, &Consent { scopes, accounts, site: &simulator.url, ask: &ask })
}

pub(super) async fn decide(State(simulator): State<Arc<Simulator>>, body: Bytes) -> Response {
    let form: Decision = match serde_urlencoded::from_bytes(&body) {
        Ok(form) => form,
        Err(error) => return refuse(&format!("the form cannot be read: {error}")),
    };
    if let Some(problem) = check_client(&simulator, &form.client_id, &form.redirect_uri) {
        return refuse(&problem);
    }
    let Ok(mut callback) = Url::parse(&form.redirect_uri) else {
        return refuse("redirect_uri is not a URL");
    };
    if form.decision == "decline" {
        callback
            .query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_description", "User did not authorize the request")
            .append_pair("state", &form.state);
        return Redirect::to(callback.as_str()).into_response();
    }
    let Some(account) = account_by_key(&form.account) else {
        return refuse("choose an account");
    };
    let scopes = form.scope.split(' ').map(str::to_owned).collect();
    let now = simulator.clock.now();
    let code = simulator.grants().consent(account.id, scopes, &form.redirect_uri, now);
    callback.query_pairs_mut().append_pair("code", &code).append_pair("state", &form.state);
    Redirect::to(callback.as_str()).into_response()
}

fn check_client(simulator: &Simulator, client_id: &str, redirect_uri: &str) -> Option<String> {
    let registered = simulator.oauth_callback();
    if client_id != simulator.options.atlassian.id {
        Some(format!("no application has the client_id {client_id:?}"))
    } else if redirect_uri != registered {
        Some(format!(
            "redirect_uri is not registered for this application: it is {redirect_uri:?}, not {registered:?}"
        ))
    } else {
        None
    }
}

/// Whether a scope has the form of one that a Confluence application can be given.
fn is_scope(scope: &str) -> bool {
    let mut parts = scope.split(':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("offline_access"), None, None) | (Some("read"), Some("me" | "account"), None) => true,
        (Some("read" | "readonly" | "write" | "delete" | "search" | "manage"), Some(what), rest) => {
            rest == Some("confluence")
                || (rest.is_none() && what.starts_with("confluence"))
                || what.starts_with("content.attachment")
        }
        _ => false,
    }
}

/// Atlassian shows such errors on a page of its own and does not return to the application.
fn refuse(detail: &str) -> Response {
    html::problem(
        StatusCode::BAD_REQUEST,
        "Something went wrong",
        format_args!("Authorization failed: {detail}."),
    )
}

#[cfg(test)]
mod tests {
    use super::is_scope;

    #[test]
    fn scopes() {
        for scope in [
            "offline_access",
            "read:me",
            "read:page:confluence",
            "search:confluence",
            "read:confluence-content.all",
            "readonly:content.attachment:confluence",
        ] {
            assert!(is_scope(scope), "{scope}");
        }
        for scope in ["", "read", "page", "read:page:jira", "openid"] {
            assert!(!is_scope(scope), "{scope}");
        }
    }
}
