use askama::Template;
use http::{Response, StatusCode};
use knowledge::reading::{ArticleCard, Category, article_count, categories, recently_updated};
use ports::Database;
use screen::{Frame, Time, ago};

use crate::error::Error;
use crate::visit::Visit;

const RECENT: i64 = 6;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    frame: &'a Frame<'a>,
    /// How many articles there are to read; without any, the page says how that changes.
    articles: i64,
    categories: Vec<Category>,
    recent: Vec<(ArticleCard, Time)>,
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let frame = visit.frame();
    let recent = recently_updated(visit.database, RECENT).await?;
    let home = Home {
        frame: &frame,
        articles: article_count(visit.database).await?,
        categories: categories(visit.database).await?,
        recent: recent
            .into_iter()
            .map(|card| {
                let updated = ago(card.source_updated_at, visit.now);
                (card, updated)
            })
            .collect(),
    };
    Ok(frame.page(StatusCode::OK, &home))
}
