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

#[cfg(test)]
mod tests {
    use identity::Role;
    use knowledge::samples::Sample;

    use crate::sample::Portal;

    #[test]
    fn a_link_between_pages_leads_to_the_article_if_it_may_be_read() {
        let samples = [
            Sample::new(101, "Set up the VPN", "Open Self Service."),
            Sample { status: "draft", ..Sample::new(102, "Secret plan", "Nothing yet.") },
        ];
        let portal = Portal::with(Role::Employee, &samples);
        let by_id = portal.get("/pages/101");
        assert_eq!(by_id.status(), 303);
        assert!(by_id.header("location").starts_with("/articles/1/"));
        let by_title = portal.get("/pages/by-title?space=IT&title=Set+up+the+VPN");
        assert_eq!(by_title.header("location"), by_id.header("location"));
        let (hidden, absent) = (portal.get("/pages/102"), portal.get("/pages/999"));
        assert_eq!((hidden.status(), absent.status()), (404, 404));
        // Nothing tells a hidden page from one that was never there.
        assert_eq!(hidden.body().replace("/102", ""), absent.body().replace("/999", ""));
        assert_eq!(portal.get("/pages/by-title?space=IT&title=Secret+plan").status(), 404);
    }
}
