use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ports::{Database, DatabaseError, Row};
use serde::Serialize;

use crate::Library;

/// What may not stand in a URL's fragment (WHATWG URL, fragment percent-encode set), and `%` itself.
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'%');

/// What a list shows of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleCard {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub summary: String,
    /// The name of its category, or [`UNCATEGORISED`](super::UNCATEGORISED).
    pub category: String,
    /// When the page was last edited in Confluence, in milliseconds since 1970.
    pub source_updated_at: i64,
}

impl ArticleCard {
    /// Where the Portal shows the article, without the host.
    #[must_use]
    pub fn location(&self) -> String {
        location(self.id, &self.slug, "")
    }

    pub(super) fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        Ok(Self {
            id: row.get("id")?,
            slug: row.get("slug")?,
            title: row.get("title")?,
            summary: row.get("summary")?,
            category: row.get("category")?,
            source_updated_at: row.get("source_updated_at")?,
        })
    }
}

/// Where the Portal shows an article, at a heading if `anchor` names one, without the host.
#[must_use]
pub fn location(article_id: i64, slug: &str, anchor: &str) -> String {
    let hash = if anchor.is_empty() { "" } else { "#" };
    format!("/articles/{article_id}/{slug}{hash}{}", utf8_percent_encode(anchor, FRAGMENT))
}

/// The articles of these ids that may be read, in the order of `ids`.
pub fn cards(library: &Library<'_, impl Database>, ids: &[i64]) -> Result<Vec<ArticleCard>, DatabaseError> {
    let ids = serde_json::to_string(ids).expect("a list of numbers is plain data");
    let rows = library
        .execute(
            "select a.id, a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_updated_at
             from json_each(?1) as wanted join readable_articles as a on a.id = wanted.value
             order by wanted.key",
            &[ids.into()],
        )?;
    rows.iter().map(ArticleCard::from_row).collect()
}

/// The articles that were edited last in Confluence, the newest first.
pub fn recently_updated(
    library: &Library<'_, impl Database>,
    limit: i64,
) -> Result<Vec<ArticleCard>, DatabaseError> {
    let rows = library.execute(
        "select id, slug, title, summary, coalesce(category, 'Other') as category, source_updated_at
             from readable_articles order by source_updated_at desc, id limit ?1",
        &[limit.max(0).into()],
    )?;
    rows.iter().map(ArticleCard::from_row).collect()
}

/// The articles that admins pinned, the latest pin first.
pub fn pinned(library: &Library<'_, impl Database>, limit: i64) -> Result<Vec<ArticleCard>, DatabaseError> {
    let rows = library
        .execute(
            "select a.id, a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_updated_at
             from pins join readable_articles as a on a.id = pins.article_id
             order by pins.pinned_at desc, a.id limit ?1",
            &[limit.max(0).into()],
        )?;
    rows.iter().map(ArticleCard::from_row).collect()
}

/// The numbers of these articles.
#[must_use]
pub fn ids(cards: &[ArticleCard]) -> Vec<i64> {
    cards.iter().map(|card| card.id).collect()
}

/// How many articles an employee may read.
pub fn article_count(library: &Library<'_, impl Database>) -> Result<i64, DatabaseError> {
    let rows = library.execute("select count(*) as articles from readable_articles", &[])?;
    rows.first().map_or(Ok(0), |row| row.get("articles"))
}
