use ports::{Database, DatabaseError};
use serde::{Deserialize, Serialize};

use super::Expression;
use crate::Library;

/// An article that matches, with what speaks for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Candidate {
    pub article_id: i64,
    /// Its best passage; none where only its title or its labels match.
    pub passage_id: Option<i64>,
    /// bm25 of the article, divided by that of the best article.
    pub article_score: f64,
    /// bm25 of its best passage, divided by that of the best passage of the best articles.
    pub passage_score: f64,
}

/// A category, and how many of the articles that match are in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    pub category: String,
    pub articles: i64,
}

/// What matches.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matches {
    /// The best articles, of one category if one was named.
    pub candidates: Vec<Candidate>,
    /// How many articles match in each category, the fullest first; their sum is the total.
    pub facets: Vec<Facet>,
}

/// The best `limit` of the articles that match, of one category if one is named.
///
/// Scores are set against the best of all that match, so the order within a category is that of the whole list.
pub fn matches(
    library: &Library<'_, impl Database>,
    expression: &Expression,
    category: Option<&str>,
    limit: i64,
) -> Result<Matches, DatabaseError> {
    let rows = library.execute(
        include_str!("matches.sql"),
        &[expression.as_str().into(), category.into(), limit.max(0).into()],
    )?;
    let Some(row) = rows.first() else { return Ok(Matches::default()) };
    let unreadable =
        |error| DatabaseError::Statement(format!("the articles that match cannot be read: {error}"));
    Ok(Matches {
        candidates: serde_json::from_str(&row.get::<String>("candidates")?).map_err(unreadable)?,
        facets: serde_json::from_str(&row.get::<String>("facets")?).map_err(unreadable)?,
    })
}
