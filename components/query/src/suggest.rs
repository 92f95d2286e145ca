use freshness::Shown;
use http::Response;
use ports::Database;
use retrieval::{Segment, Suggestion};
use serde::Serialize;

use crate::error::Error;
use crate::reply::revalidated_json;
use crate::visit::Visit;

const DEFAULT_LIMIT: usize = 6;
const MOST: usize = 20;

/// What `/api/suggest` answers.
#[derive(Serialize)]
struct Suggestions {
    suggestions: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    title: String,
    title_segments: Vec<Segment>,
    url: String,
    category: String,
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let text = visit.parameters.text()?;
    let limit = visit.parameters.number("limit", DEFAULT_LIMIT, MOST)?;
    let suggest = || retrieval::suggest(&visit.library(), text, limit);
    let articles = |found: &Vec<Suggestion>| found.iter().map(|suggestion| suggestion.article_id).collect();
    let suggestions = visit.fresh(Shown::Listed, suggest, articles).await?;
    let suggestions = suggestions
        .into_iter()
        .map(|suggestion| Item {
            url: visit.url(&suggestion.location()),
            title: suggestion.title.iter().map(|segment| segment.text.as_str()).collect(),
            title_segments: suggestion.title,
            category: suggestion.category,
        })
        .collect();
    Ok(revalidated_json(visit.headers, &Suggestions { suggestions }))
}
