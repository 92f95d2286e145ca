//! Faults on demand: what a test wants the site to answer instead of, or on top of, the real answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LINK};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::Simulator;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// A part of the request's path and query.
    #[serde(rename = "match")]
    matches: String,
    method: Option<String>,
    /// How many matching requests pass before the fault begins.
    #[serde(default)]
    after: u32,
    /// How many requests it hits; without end when absent.
    times: Option<u32>,
    #[serde(default)]
    delay_ms: u64,
    /// Together with `body`, replaces the answer; the real one stands when both are absent.
    status: Option<u16>,
    body: Option<Value>,
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Spoils the real answer instead of replacing it.
    change: Option<Change>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Change {
    /// Half of the body.
    Truncate,
    /// No results; the link to the next page stays.
    EmptyResults,
    /// No results and no link to a next page.
    EmptyListing,
    /// The link to the next page leads to this one again.
    RepeatCursor,
    /// The listing ends here, although there is more.
    DropNext,
}

pub(crate) async fn inject(
    State(simulator): State<Arc<Simulator>>,
    request: Request,
    next: Next,
) -> Response {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
    if target.starts_with("/ex/") && !simulator.options.latency.is_zero() {
        tokio::time::sleep(simulator.options.latency).await;
    }
    let Some(fault) = due(&mut simulator.faults(), request.method().as_str(), &target) else {
        return next.run(request).await;
    };
    // Without a delay there is nothing to wait for, so that a test needs no runtime with a timer.
    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let mut response = if fault.status.is_some() || fault.body.is_some() {
        instead(&fault)
    } else {
        let response = next.run(request).await;
        match fault.change {
            Some(change) => spoil(response, change, &target).await,
            None => response,
        }
    };
    for (name, value) in &fault.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The first fault that hits this request; counts the request for it.
fn due(faults: &mut [Fault], method: &str, target: &str) -> Option<Fault> {
    let fault = faults.iter_mut().find(|fault| {
        target.contains(&fault.matches)
            && fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && fault.times != Some(0)
    })?;
    if fault.after > 0 {
        fault.after -= 1;
        return None;
    }
    fault.times = fault.times.map(|times| times - 1);
    Some(fault.clone())
}

fn instead(fault: &Fault) -> Response {
    let (text, default_type) = match &fault.body {
        None => (String::new(), "application/json"),
        Some(Value::String(text)) if text.trim_start().starts_with('<') => {
            (text.clone(), "text/html;charset=UTF-8")
        }
        Some(Value::String(text)) => (text.clone(), "application/json"),
        Some(value) => (value.to_string(), "application/json"),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() =
        fault.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
    let content_type = fault.content_type.as_deref().unwrap_or(default_type);
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

async fn spoil(response: Response, change: Change, target: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(CONTENT_LENGTH);
    if change == Change::Truncate {
        return Response::from_parts(parts, Body::from(bytes.slice(..bytes.len() / 2)));
    }
    let Ok(mut answer) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    parts.headers.remove(LINK);
    if matches!(change, Change::EmptyResults | Change::EmptyListing) && answer.get("results").is_some() {
        answer["results"] = Value::Array(Vec::new());
    }
    if let Some(links) = answer.get_mut("_links").and_then(Value::as_object_mut) {
        match change {
            Change::DropNext | Change::EmptyListing => drop(links.remove("next")),
            Change::RepeatCursor => {
                let own = target.find("/wiki").map_or(target, |start| &target[start..]);
                let own =
                    own.strip_prefix("/wiki/rest").map_or(own.to_owned(), |rest| format!("/rest{rest}"));
                links.insert("next".to_owned(), Value::String(own));
            }
            Change::EmptyResults | Change::Truncate => {}
        }
    }
    Response::from_parts(parts, Body::from(answer.to_string()))
}
