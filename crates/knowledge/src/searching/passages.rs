use ports::{Database, DatabaseError};

use super::hits::Segment;
use super::{Expression, expression::quoted};

/// How common words are in what may be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TermStatistics {
    /// How many articles may be read.
    pub articles: i64,
    /// For each term in order, how many of them have it.
    pub with_term: Vec<i64>,
}

/// How many of the readable articles have each of the terms.
pub async fn term_statistics(
    database: &impl Database,
    terms: &[String],
) -> Result<TermStatistics, DatabaseError> {
    let rows = database
        .execute(
            "select (select count(*) from readable_articles) as articles,
               (select count(*) from articles_fts join readable_articles as a on a.id = articles_fts.rowid
                where articles_fts match term.value) as with_term
             from json_each(?1) as term order by term.key",
            &[as_strings(terms).into()],
        )
        .await?;
    let mut statistics = TermStatistics::default();
    for row in rows.iter() {
        statistics.articles = row.get("articles")?;
        statistics.with_term.push(row.get("with_term")?);
    }
    Ok(statistics)
}

/// A passage that may answer a question.
#[derive(Debug, Clone, PartialEq)]
pub struct PassageMatch {
    pub passage_id: i64,
    pub article_id: i64,
    pub slug: String,
    pub title: String,
    pub category: String,
    pub summary: String,
    /// The headings that it stands under; empty before the first.
    pub heading: String,
    /// The `id` of the innermost of these headings; empty before the first.
    pub anchor: String,
    /// The words, with the terms marked where they occur.
    pub text: Vec<Segment>,
    /// Where the article's original is.
    pub source_url: String,
    /// When the page was last edited in Confluence, in milliseconds since 1970.
    pub source_updated_at: i64,
    /// The sum of bm25 over the terms.
    pub score: f64,
    /// bm25 of its article, divided by that of the best article.
    pub article_score: f64,
    /// The terms that it has in its title, its heading or its words, as indices into the terms asked for.
    pub terms: Vec<usize>,
}

/// The best `limit` passages for some terms, of one article if one is named.
pub async fn best_passages(
    database: &impl Database,
    terms: &[String],
    article_id: Option<i64>,
    limit: i64,
) -> Result<Vec<PassageMatch>, DatabaseError> {
    let Some(expression) = Expression::any(terms.iter().map(String::as_str)) else { return Ok(Vec::new()) };
    let rows = database
        .execute(
            include_str!("best_passages.sql"),
            &[as_strings(terms).into(), expression.as_str().into(), article_id.into(), limit.max(0).into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let terms: String = row.get("terms")?;
            Ok(PassageMatch {
                passage_id: row.get("passage_id")?,
                article_id: row.get("article_id")?,
                slug: row.get("slug")?,
                title: row.get("title")?,
                category: row.get("category")?,
                summary: row.get("summary")?,
                heading: row.get("heading")?,
                anchor: row.get("anchor")?,
                text: Segment::read(&row.get::<String>("text")?),
                source_url: row.get("source_url")?,
                source_updated_at: row.get("source_updated_at")?,
                score: row.get("score")?,
                article_score: row.get("article_score")?,
                terms: terms.split(',').filter_map(|index| index.parse().ok()).collect(),
            })
        })
        .collect()
}

/// The terms as a JSON list of FTS5 strings.
fn as_strings(terms: &[String]) -> String {
    let strings: Vec<String> = terms.iter().map(|term| quoted(term)).collect();
    serde_json::to_string(&strings).expect("a list of strings is plain data")
}
