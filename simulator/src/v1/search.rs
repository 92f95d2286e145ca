//! `GET /content/search`: contents by a query in CQL.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use url::form_urlencoded;

use super::cql::{self, Found};
use super::{attachments, content, window};
use crate::gateway::{ApiError, Caller, Query, page};
use crate::site::Status;
use crate::state::Simulator;

pub(super) async fn content(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    query: Query,
) -> Result<Response, ApiError> {
    caller.needs_one_of(&[&["search:confluence"], &["read:content-details:confluence"]])?;
    let text = query.get("cql").ok_or_else(|| ApiError::v1(400, "cql is required"))?;
    let search = cql::parse(text, simulator.clock.now())
        .map_err(|problem| ApiError::v1(400, format!("Could not parse cql : {problem}")))?;
    let expand = query.list("expand");
    let (_, asked) = window(&query, 25, usize::MAX)?;
    let limit = asked.clamp(1, most(&expand));

    let site = simulator.site();
    // The index knows what is current alone: neither the archive nor the trash.
    let rows: Vec<_> = site
        .contents
        .values()
        .filter(|content| content.status == Status::Current)
        .flat_map(|content| {
            let files = content.attachments.iter().map(Some);
            [None].into_iter().chain(files).map(move |attachment| Found { content, attachment })
        })
        .filter(|found| search.matches(&site, *found))
        .collect();
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
