use freshness::Shown;
use http::Response;
use knowledge::events::Kind;
use ports::Database;
use retrieval::{CANDIDATES, Facet, Hit, Results, Search, Segment};
use serde::Serialize;
use serde_json::json;

use crate::error::Error;
use crate::reply::{revalidated_json, time};
use crate::visit::Visit;

const DEFAULT_LIMIT: usize = 10;
const MOST: usize = 50;

/// What `/api/search` answers.
#[derive(Serialize)]
struct Found<'a> {
    query: &'a str,
    /// The category that was asked for; null for all.
    category: Option<&'a str>,
    /// How many articles match.
    total: i64,
    /// How many of them can be had with `offset`.
    reachable: i64,
    limit: usize,
    offset: usize,
    /// No article has a word that matters; these match the common words of the query alone.
    common_words_only: bool,
    /// How many match in each category, whichever was asked for.
    categories: Vec<Facet>,
    results: Vec<ResultItem>,
}

#[derive(Serialize)]
struct ResultItem {
    id: i64,
    title: String,
    title_segments: Vec<Segment>,
    /// The Portal's page, at the heading that the snippet stands under.
    url: String,
    category: String,
    heading: String,
    /// The words around the match: show `matched` as you like, and none of it as HTML.
    snippet: Vec<Segment>,
    updated_at: String,
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let text = visit.parameters.text()?;
    let category = Some(visit.parameters.get("category")).filter(|name| !name.is_empty());
    let limit = visit.parameters.number("limit", DEFAULT_LIMIT, MOST)?;
    let offset = visit.parameters.number("offset", 0, usize::try_from(CANDIDATES).unwrap_or(MOST))?;
    let search = || retrieval::search(&visit.library(), &Search { text, category, limit, offset });
    let results = visit.fresh(Shown::Listed, search, Results::articles).await?;
    if offset == 0 && !text.is_empty() {
        visit.record(
            Kind::Searched,
            None,
            json!({ "query": text, "category": category, "total": results.total }),
        );
    }
    Ok(revalidated_json(
        visit.headers,
        &Found {
            query: text,
            category,
            total: results.total,
            reachable: results.reachable,
            limit,
            offset,
            common_words_only: results.common_words_only,
            categories: results.categories,
            results: results.hits.into_iter().map(|hit| found(visit, hit)).collect(),
        },
    ))
}

fn found<D>(visit: &Visit<'_, D>, hit: Hit) -> ResultItem {
    ResultItem {
        id: hit.article_id,
        url: visit.url(&hit.location()),
        title: hit.title.iter().map(|segment| segment.text.as_str()).collect(),
        title_segments: hit.title,
        category: hit.category,
        heading: hit.heading,
        snippet: hit.snippet,
        updated_at: time(hit.source_updated_at),
    }
}
