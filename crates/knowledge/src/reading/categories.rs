use ports::{Database, DatabaseError, Row};
use serde::Serialize;

use super::ArticleCard;
use crate::Library;

/// The name under which articles without a category are found, the literal of the queries here.
pub const UNCATEGORISED: &str = "Other";

/// A topic under which an employee finds at least one article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Category {
    pub name: String,
    pub description: String,
    /// The name of a symbol in the icon sprite.
    pub icon: String,
    /// How many of its articles may be read.
    pub articles: i64,
}

impl Category {
    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        Ok(Self {
            name: row.get("name")?,
            description: row.get("description")?,
            icon: row.get("icon")?,
            articles: row.get("articles")?,
        })
    }
}

/// Some cards of a longer list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardPage {
    pub cards: Vec<ArticleCard>,
    /// How many the whole list has.
    pub total: i64,
}

/// The categories with something to read, in the order that the console gave them; the uncategorised last.
pub fn categories(library: &Library<'_, impl Database>) -> Result<Vec<Category>, DatabaseError> {
    let rows = library
        .execute(
            "select found.name, coalesce(c.description, '') as description, coalesce(c.icon, 'book-open') as icon,
               found.articles
             from (select coalesce(category, 'Other') as name, count(*) as articles
               from readable_articles group by 1) as found
             left join categories as c on c.name = found.name
             order by found.name = 'Other', coalesce(c.position, 1000000), found.name",
            &[],
        )?;
    rows.iter().map(Category::from_row).collect()
}

/// The category of this name, if it has something to read.
pub fn category(library: &Library<'_, impl Database>, name: &str) -> Result<Option<Category>, DatabaseError> {
    Ok(categories(library)?.into_iter().find(|category| category.name == name))
}

/// The articles of a category, the pinned ones first and then by title, `limit` of them from `offset` on.
pub fn articles_in_category(
    library: &Library<'_, impl Database>,
    name: &str,
    limit: i64,
    offset: i64,
) -> Result<CardPage, DatabaseError> {
    let rows = library.execute(
        "select id, slug, title, summary, coalesce(category, 'Other') as category, source_updated_at
             from readable_articles where coalesce(category, 'Other') = ?1
             order by id not in (select article_id from pins), title collate nocase, id limit ?2 offset ?3",
        &[name.into(), limit.max(0).into(), offset.max(0).into()],
    )?;
    let cards = rows.iter().map(ArticleCard::from_row).collect::<Result<_, _>>()?;
    let total = library.execute(
        "select count(*) as total from readable_articles where coalesce(category, 'Other') = ?1",
        &[name.into()],
    )?;
    Ok(CardPage { cards, total: total.first().map_or(Ok(0), |row| row.get("total"))? })
}
