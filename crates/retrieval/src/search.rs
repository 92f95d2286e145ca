use knowledge::Library;
use knowledge::searching::{self, Candidate, Expression, Facet, Hit};
use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::Query;
use crate::ranking::ordered;

/// How many results can be leafed through; who has not found it by then should ask otherwise.
pub const CANDIDATES: i64 = 200;

/// From how many articles on the very common words of a query are left out.
const LARGE_CORPUS: i64 = 5_000;

/// What is looked for, and which part of the list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search<'a> {
    pub text: &'a str,
    /// The name of one category, or none for all.
    pub category: Option<&'a str>,
    pub limit: usize,
    pub offset: usize,
}

/// A part of the list of results, with what the list as a whole is like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Results {
    pub hits: Vec<Hit>,
    /// How many articles match, in the category if one was asked for.
    pub total: i64,
    /// How many of them can be leafed through.
    pub reachable: i64,
    /// How many match in each category, whether or not one was asked for.
    pub categories: Vec<Facet>,
    /// No article has any of the words that matter: these match the common words of the query alone.
    pub common_words_only: bool,
}

impl Results {
    /// The numbers of the articles in this part.
    #[must_use]
    pub fn articles(&self) -> Vec<i64> {
        self.hits.iter().map(|hit| hit.article_id).collect()
    }
}

/// Finds the articles that match a text.
pub fn search(library: &Library<'_, impl Database>, search: &Search<'_>) -> Result<Results, DatabaseError> {
    let query = Query::read(search.text);
    let Some(expression) = without_very_common(library, &query)? else {
        return Ok(Results::default());
    };
    let found = page(library, &expression, search)?;
    let second_try = (!query.content.is_empty() && !query.common.is_empty())
        .then(|| query.any_word())
        .flatten()
        .filter(|_| found.categories.is_empty());
    match second_try {
        Some(expression) => {
            let found = page(library, &expression, search)?;
            Ok(Results { common_words_only: !found.categories.is_empty(), ..found })
        }
        None => Ok(found),
    }
}

fn page(
    library: &Library<'_, impl Database>,
    expression: &Expression,
    search: &Search<'_>,
) -> Result<Results, DatabaseError> {
    let matches = searching::matches(library, expression, search.category, CANDIDATES)?;
    let total = matches
        .facets
        .iter()
        .filter(|facet| search.category.is_none_or(|category| facet.category == category))
        .map(|facet| facet.articles)
        .sum();
    let reachable = matches.candidates.len() as i64;
    let chosen: Vec<Candidate> =
        ordered(matches.candidates).into_iter().skip(search.offset).take(search.limit).collect();
    let hits = if chosen.is_empty() { Vec::new() } else { searching::hits(library, expression, &chosen)? };
    Ok(Results { hits, total, reachable, categories: matches.facets, common_words_only: false })
}

/// What to match, less the words that almost a third of a large corpus has: they cost the most and rank the least.
fn without_very_common(
    library: &Library<'_, impl Database>,
    query: &Query,
) -> Result<Option<Expression>, DatabaseError> {
    if query.content.len() < 3 {
        return Ok(query.expression());
    }
    if knowledge::reading::article_count(library)? <= LARGE_CORPUS {
        return Ok(query.expression());
    }
    let statistics = searching::term_statistics(library, &query.content)?;
    let rare: Vec<&str> = query
        .content
        .iter()
        .zip(&statistics.terms)
        .filter(|(_, frequency)| frequency.articles * 10 <= statistics.articles * 3)
        .map(|(term, _)| term.as_str())
        .collect();
    if rare.len() < 2 { Ok(query.expression()) } else { Ok(Expression::any(rare)) }
}
