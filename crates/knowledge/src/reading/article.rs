use ports::{Database, DatabaseError, Row, Value};
use serde::{Deserialize, Serialize};

use super::{ArticleCard, location};
use crate::Library;

/// A heading of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The level in the article, 2 to 6: the title is its only level 1.
    pub level: u8,
    pub text: String,
    /// The `id` that the heading has in the HTML.
    pub anchor: String,
}

/// An article whole, as its page in the Portal shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub card: ArticleCard,
    pub connection_id: i64,
    /// The id of the page in Confluence.
    pub page_id: String,
    pub space_key: String,
    pub space_name: String,
    pub labels: String,
    /// Safe HTML, as the conversion made it.
    pub html: String,
    pub markdown: String,
    pub outline: Vec<Heading>,
    pub source_url: String,
    pub source_version: i64,
    /// When it was posted, if it is a blog post, in milliseconds since 1970.
    pub posted_at: Option<i64>,
}

impl Article {
    /// Where the Portal shows the article, at a heading if `anchor` names one, without the host.
    #[must_use]
    pub fn location(&self, anchor: &str) -> String {
        location(self.card.id, &self.card.slug, anchor)
    }

    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        let outline: String = row.get("outline")?;
        Ok(Self {
            card: ArticleCard::from_row(row)?,
            connection_id: row.get("connection_id")?,
            page_id: row.get("page_id")?,
            space_key: row.get("space_key")?,
            space_name: row.get("space_name")?,
            labels: row.get("labels")?,
            html: row.get("html")?,
            markdown: row.get("markdown")?,
            // The outline is navigation only: an article is readable without it.
            outline: serde_json::from_str(&outline).unwrap_or_default(),
            source_url: row.get("source_url")?,
            source_version: row.get("source_version")?,
            posted_at: row.get("posted_at")?,
        })
    }
}

/// The article of this id, if it may be read.
pub fn article(library: &Library<'_, impl Database>, id: i64) -> Result<Option<Article>, DatabaseError> {
    let rows = library
        .execute(
            "select a.id, a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_updated_at,
               a.connection_id, a.page_id, a.labels, a.html, a.markdown, a.outline, a.source_url, a.source_version,
               coalesce(s.key, '') as space_key, coalesce(s.name, '') as space_name, post.posted_at
             from readable_articles as a
             left join blog_posts as post on post.connection_id = a.connection_id and post.page_id = a.page_id
             left join spaces as s on s.connection_id = a.connection_id and s.space_id = a.space_id
             where a.id = ?1",
            &[id.into()],
        )?;
    rows.first().map(Article::from_row).transpose()
}

/// The article that was made of a page of Confluence, if it may be read.
///
/// Page ids are unique within a site only: where two sites share one and no connection tells which is meant, the
/// page edited last is.
pub fn article_of_page(
    library: &Library<'_, impl Database>,
    connection: Option<i64>,
    page_id: &str,
) -> Result<Option<ArticleCard>, DatabaseError> {
    one_card(
        library,
        "select id, slug, title, summary, coalesce(category, 'Other') as category, source_updated_at
         from readable_articles where page_id = ?1 and (?2 is null or connection_id = ?2) order by source_updated_at desc, id limit 1",
        &[page_id.into(), connection.into()],
    )
}

/// The article that was made of the page with this title in a space, if it may be read.
pub fn article_of_title(
    library: &Library<'_, impl Database>,
    connection: Option<i64>,
    space_key: &str,
    title: &str,
) -> Result<Option<ArticleCard>, DatabaseError> {
    one_card(
        library,
        "select a.id, a.slug, a.title, a.summary, coalesce(a.category, 'Other') as category, a.source_updated_at
         from spaces as s
         join readable_articles as a on a.connection_id = s.connection_id and a.space_id = s.space_id
         where s.key = ?1 and a.title = ?2 and (?3 is null or s.connection_id = ?3) order by a.source_updated_at desc, a.id limit 1",
        &[space_key.into(), title.into(), connection.into()],
    )
}

fn one_card(
    library: &Library<'_, impl Database>,
    query: &str,
    parameters: &[Value],
) -> Result<Option<ArticleCard>, DatabaseError> {
    library.execute(query, parameters)?.first().map(ArticleCard::from_row).transpose()
}
