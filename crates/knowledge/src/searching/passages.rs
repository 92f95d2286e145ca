use ports::{Database, DatabaseError, Row};

use super::hits::Segment;
use super::{Expression, expression::quoted};
use crate::Library;

/// How common words are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TermStatistics {
    /// How many articles may be read.
    pub articles: i64,
    /// How many passages bm25 reckons with.
    pub passages: i64,
    /// For each term in order, how common it is.
    pub terms: Vec<TermFrequency>,
}

/// How common one word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TermFrequency {
    /// How many of the articles that may be read have it.
    pub articles: i64,
    /// How many of the passages that bm25 reckons with have it.
    pub passages: i64,
}

/// How common each of the terms is, in what may be read and in what bm25 reckons with.
pub fn term_statistics(
    library: &Library<'_, impl Database>,
    terms: &[String],
) -> Result<TermStatistics, DatabaseError> {
    let rows = library
        .execute(
            "select (select count(*) from readable_articles) as articles,
               (select count(*) from passages) as passages,
               (select count(*) from articles_fts
                where articles_fts match term.value and +rowid in (select id from readable_articles)) as articles_with,
               (select count(*) from passages_fts where passages_fts match term.value) as passages_with
             from json_each(?1) as term order by term.key",
            &[as_strings(terms).into()],
        )?;
    let mut statistics = TermStatistics::default();
    for row in rows.iter() {
        statistics.articles = row.get("articles")?;
        statistics.passages = row.get("passages")?;
        statistics
            .terms
            .push(TermFrequency { articles: row.get("articles_with")?, passages: row.get("passages_with")? });
    }
    Ok(statistics)
}

/// A passage that may answer a question, with the terms marked where they occur.
#[derive(Debug, Clone, PartialEq)]
pub struct PassageMatch {
    pub article_id: i64,
    pub slug: String,
    pub title: Vec<Segment>,
    pub category: String,
    pub summary: String,
    /// The headings that it stands under; empty before the first.
    pub heading: Vec<Segment>,
    /// The `id` of the innermost of these headings; empty before the first.
    pub anchor: String,
    pub text: Vec<Segment>,
    /// Where the article's original is.
    pub source_url: String,
    /// When the page was last edited in Confluence, in milliseconds since 1970.
    pub source_updated_at: i64,
    /// The terms that it has in its title, its heading or its words, and what each adds to bm25.
    pub terms: Vec<TermScore>,
}

/// What one term adds to the bm25 of a passage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TermScore {
    /// The index of the term among those that were asked for.
    pub term: usize,
    pub score: f64,
}

impl PassageMatch {
    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        let terms: String = row.get("terms")?;
        let terms: Vec<(usize, f64)> = serde_json::from_str(&terms).map_err(|error| {
            DatabaseError::Statement(format!("a passage's terms cannot be read: {error}"))
        })?;
        Ok(Self {
            article_id: row.get("article_id")?,
            slug: row.get("slug")?,
            title: Segment::read(&row.get::<String>("marked_title")?),
            category: row.get("category")?,
            summary: row.get("summary")?,
            heading: Segment::read(&row.get::<String>("marked_heading")?),
            anchor: row.get("anchor")?,
            text: Segment::read(&row.get::<String>("marked_text")?),
            source_url: row.get("source_url")?,
            source_updated_at: row.get("source_updated_at")?,
            terms: terms.into_iter().map(|(term, score)| TermScore { term, score }).collect(),
        })
    }
}

/// Where passages are looked for, and how many are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// In all articles: of this many articles the best passage each.
    All { articles: i64 },
    /// In one article: this many passages.
    Article { id: i64, passages: i64 },
}

/// Of how many articles, the best by themselves, passages are scored.
const LEADING: i64 = 100;

/// The best passages for some terms, those of the best article first.
pub fn best_passages(
    library: &Library<'_, impl Database>,
    terms: &[String],
    within: Within,
) -> Result<Vec<PassageMatch>, DatabaseError> {
    let Some(expression) = Expression::any(terms.iter().map(String::as_str)) else { return Ok(Vec::new()) };
    let (article, limit, of_each) = match within {
        Within::All { articles } => (None, articles, 1),
        Within::Article { id, passages } => (Some(id), passages, passages),
    };
    let parameters = [
        as_strings(terms).into(),
        expression.as_str().into(),
        article.into(),
        limit.max(0).into(),
        of_each.into(),
        LEADING.into(),
    ];
    let rows = library.execute(include_str!("best_passages.sql"), &parameters)?;
    rows.iter().map(PassageMatch::from_row).collect()
}

/// The terms as a JSON list of FTS5 strings.
fn as_strings(terms: &[String]) -> String {
    let strings: Vec<String> = terms.iter().map(|term| quoted(term)).collect();
    serde_json::to_string(&strings).expect("a list of strings is plain data")
}
