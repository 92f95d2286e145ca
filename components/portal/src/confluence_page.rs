//! Links from one article to another lead here, for the conversion knows only Confluence's own names.

use http::Response;
use knowledge::reading::{ArticleCard, article_of_page, article_of_title};
use ports::Database;
use screen::redirect;

use crate::error::Error;
use crate::visit::Visit;

pub(crate) async fn by_id<D: Database>(
    visit: &Visit<'_, D>,
    page_id: &str,
) -> Result<Response<Vec<u8>>, Error> {
    lead(article_of_page(visit.database, page_id).await?)
}

pub(crate) async fn by_title<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let (space, title) = (visit.query.get("space"), visit.query.get("title"));
    lead(article_of_title(visit.database, space, title).await?)
}

fn lead(card: Option<ArticleCard>) -> Result<Response<Vec<u8>>, Error> {
    card.map(|card| redirect(&card.location())).ok_or(Error::NoSuchArticle)
}
