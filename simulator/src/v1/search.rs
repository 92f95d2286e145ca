//! `GET /content/search` and `GET /search`: contents by a query in CQL.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::cql::{self, Found};
use super::{attachments, content, window};
use crate::clock::iso;
use crate::gateway::{ApiError, Caller, Query, page};
use crate::site::{Content, Site, Status};
use crate::state::Simulator;

pub(super) async fn content(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    let (text, search) = asked(&simulator, &caller, &query)?;
    let expand = query.list("expand");
    let (_, asked) = window(&query, 25, usize::MAX)?;
    let limit = asked.clamp(1, most(&expand));

    let site = simulator.site();
    // The index knows what is current alone: neither the archive nor the trash.
    let rows = matching(&site, &search);
    // `start` is ignored; only the cursor pages.
    let mut parameters: Vec<_> = query
        .0
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "cql" | "cqlcontext" | "cursor"))
        .cloned()
        .collect();
    parameters.push(("limit".to_owned(), limit.min(250).to_string()));
    let found = page("/rest/api/content/search", &Query(parameters), 25, search.descending, rows, |found| {
        (search.key(*found), found.id())
    })
    .map_err(|_| ApiError::v1(400, "The provided cursor was not valid."))?;

    // What the caller may not see is left out after the cut, so that a page can be short without being the last.
    let results: Vec<_> = found
        .rows
        .into_iter()
        .filter(|row| site.sees(caller.id(), row.content))
        .map(|row| match row.attachment {
            Some(attachment) => attachments::describe(row.content, attachment, &simulator.url),
            None => content::describe(&site, row.content, &expand, &simulator.url),
        })
        .collect();
    let mut links = json!({
        "base": format!("{}/wiki", simulator.url),
        "context": "/wiki",
        "self": format!("{}/wiki/rest/api/content/search?cql={}", simulator.url, encode(text)),
    });
    if let Some(cursor) = found.next {
        let mut next = form_urlencoded::Serializer::new(String::new());
        next.append_pair("next", "true").append_pair("cursor", &cursor);
        if let Some(expand) = query.get("expand") {
            next.append_pair("expand", expand);
        }
        next.append_pair("limit", &limit.to_string())
            .append_pair("start", &limit.to_string())
            .append_pair("cql", text);
        links["next"] = format!("/rest/api/content/search?{}", next.finish()).into();
    }
    Ok(caller.reply(&json!({
        "size": results.len(), "results": results, "start": 0, "limit": limit, "_links": links,
    })))
}

/// Rows about contents with how many there are in all. That number is the index's: what the caller may not see counts.
pub(super) async fn rows(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    let (text, search) = asked(&simulator, &caller, &query)?;
    let (_, limit) = window(&query, 25, usize::MAX)?;
    if query.get("cursor").is_some() {
        return Err(ApiError::v1(400, "this site gives the first rows of /search only; use /content/search"));
    }
    let site = simulator.site();
    let rows = matching(&site, &search);
    let results: Vec<_> = rows
        .iter()
        .take(limit)
        .filter(|row| site.sees(caller.id(), row.content))
        .map(|row| result(&site, row.content, &simulator.url))
        .collect();
    Ok(caller.reply(&json!({
        "size": results.len(), "results": results, "start": 0, "limit": limit, "totalSize": rows.len(),
        "cqlQuery": text, "searchDuration": 4,
        "_links": {"base": format!("{}/wiki", simulator.url), "context": "/wiki"},
    })))
}

fn result(site: &Site, row: &Content, url: &str) -> Value {
    let space = site.space(row.space);
    json!({
        "content": content::describe(site, row, &[], url),
        "title": row.title,
        "excerpt": "",
        "url": crate::v2::webui(site, row),
        "resultGlobalContainer": {
            "title": space.map(|space| space.name.as_str()).unwrap_or_default(),
            "displayUrl": space.map(|space| format!("/spaces/{}", space.key)).unwrap_or_default(),
        },
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": iso(row.version.at),
        "score": 0.0,
    })
}

/// The query of a caller who may search.
fn asked<'a>(
    simulator: &Simulator,
    caller: &Caller,
    query: &'a Query,
) -> Result<(&'a str, cql::Search), ApiError> {
    caller.needs_one_of(&[&["search:confluence"], &["read:content-details:confluence"]])?;
    let text = query.get("cql").ok_or_else(|| ApiError::v1(400, "cql is required"))?;
    let search = cql::parse(text, simulator.clock.now())
        .map_err(|problem| ApiError::v1(400, format!("Could not parse cql : {problem}")))?;
    Ok((text, search))
}

/// What the index knows: contents that are current, and what is attached to them.
fn matching<'a>(site: &'a Site, search: &cql::Search) -> Vec<Found<'a>> {
    let current = site.contents.values().filter(|content| content.status == Status::Current);
    let all = current.flat_map(|content| {
        let files = content.attachments.iter().map(Some);
        [None].into_iter().chain(files).map(move |attachment| Found { content, attachment })
    });
    all.filter(|found| search.matches(site, *found)).collect()
}

/// The most rows of one page: bodies and restrictions cost Confluence time.
fn most(expand: &[&str]) -> usize {
    if expand.iter().any(|name| name.starts_with("body.export_view") || name.starts_with("body.styled_view"))
    {
        25
    } else if expand.iter().any(|name| name.starts_with("body")) {
        50
    } else if expand.iter().any(|name| name.contains("restrictions")) {
        100
    } else {
        250
    }
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
