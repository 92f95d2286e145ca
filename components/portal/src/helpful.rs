use http::Response;
use identity::forgery;
use knowledge::events::{self, Kind};
use knowledge::reading::{self, ArticleCard};
use ports::Database;
use screen::{Fields, Notice, redirect};
use serde_json::json;

use crate::error::Error;
use crate::visit::Visit;

/// Records whether an article helped, and leads back to it.
pub(crate) async fn vote<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let form = Fields::of_form(visit.request);
    let (headers, site) = (visit.request.headers(), visit.site);
    forgery::check(headers, &site.key, visit.session, &site.public_url, form.get("csrf"))?;
    let card = readable(visit, id).await?;
    let (kind, thanks) = match form.get("value") {
        "yes" => (Kind::Helped, "Thank you. It is good to know that this article helped."),
        "no" => {
            (Kind::Failed, "Thank you. The people who look after this article will see that it needs work.")
        }
        _ => return Ok(redirect(&card.location())),
    };
    events::append(visit.database, &[visit.event(kind, Some(card.id), json!({}))]).await?;
    Ok(site.redirect_with(&card.location(), &Notice::done(thanks), Some(visit.session)))
}

/// The address of the form, opened like a page.
pub(crate) async fn back<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    Ok(redirect(&readable(visit, id).await?.location()))
}

async fn readable<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<ArticleCard, Error> {
    let id = id.parse().map_err(|_| Error::NoSuchArticle)?;
    reading::cards(visit.database, &[id]).await?.pop().ok_or(Error::NoSuchArticle)
}
