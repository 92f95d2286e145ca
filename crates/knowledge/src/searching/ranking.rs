use ports::{Database, DatabaseError};
use serde::Serialize;

use super::Expression;

/// An article that matches, with what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub article_id: i64,
    /// bm25 of the article, divided by that of the best article.
    pub article_score: f64,
    /// bm25 of its best passage, divided by that of the best passage of all.
    pub passage_score: f64,
}

/// The best `limit` of the articles that match, of one category if one is named.
///
/// Scores are set against all that match, so the order within a category is that of the whole list.
pub async fn candidates(
    database: &impl Database,
    expression: &Expression,
    category: Option<&str>,
    limit: i64,
) -> Result<Vec<Candidate>, DatabaseError> {
    let rows = database
        .execute(
            include_str!("candidates.sql"),
            &[expression.as_str().into(), category.into(), limit.max(0).into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Candidate {
                article_id: row.get("article_id")?,
                article_score: row.get("article_score")?,
                passage_score: row.get("passage_score")?,
            })
        })
        .collect()
}

/// A category, and how many of the articles that match are in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    pub category: String,
    pub articles: i64,
}

/// How many articles match in each category, the fullest first; their sum is the total.
pub async fn facets(database: &impl Database, expression: &Expression) -> Result<Vec<Facet>, DatabaseError> {
    let rows = database
        .execute(
            "select coalesce(a.category, 'Other') as category, count(*) as articles
             from articles_fts join readable_articles as a on a.id = articles_fts.rowid
             where articles_fts match ?1 group by 1 order by articles desc, category",
            &[expression.as_str().into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(Facet { category: row.get("category")?, articles: row.get("articles")? }))
        .collect()
}
