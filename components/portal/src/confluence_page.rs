//! Links from one article to another lead here, for the conversion knows only Confluence's own names.
//!
//! A page without an article that may be read is opened in Confluence, which asks who may see it: a page that we hide
//! and one that we never had are led to in the same way.

use freshness::Shown;
use http::Response;
use knowledge::reading::{ArticleCard, article_of_page, article_of_title, site_address};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ports::Database;
use screen::redirect;

use crate::error::Error;
use crate::visit::Visit;

/// What stays as it is in a path segment (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) async fn by_id<D: Database>(
    visit: &Visit<'_, D>,
    page_id: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let connection = visit.query.number("connection");
    let card =
        visit.fresh(Shown::Listed, || article_of_page(&visit.library(), connection, page_id), shown).await?;
    let is_id = !page_id.is_empty() && page_id.bytes().all(|byte| byte.is_ascii_digit());
    let place = is_id.then(|| format!("/wiki/pages/viewpage.action?pageId={page_id}"));
    lead(visit, card, place)
}

pub(crate) async fn by_title<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let (space, title) = (visit.query.get("space"), visit.query.get("title"));
    let connection = visit.query.number("connection");
    let read = || article_of_title(&visit.library(), connection, space, title);
    let card = visit.fresh(Shown::Listed, read, shown).await?;
    let encode = |text| utf8_percent_encode(text, UNRESERVED);
    let is_named = !space.is_empty() && !title.is_empty();
    let place = is_named.then(|| format!("/wiki/display/{}/{}", encode(space), encode(title)));
    lead(visit, card, place)
}

fn shown(card: &Option<ArticleCard>) -> Vec<i64> {
    card.iter().map(|card| card.id).collect()
}

/// Leads to the article, else to this place of the site.
fn lead<D: Database>(
    visit: &Visit<'_, D>,
    card: Option<ArticleCard>,
    place: Option<String>,
) -> Result<Response<Vec<u8>>, Error> {
    if let Some(card) = card {
        return Ok(redirect(&card.location()));
    }
    let place = place.ok_or(Error::NoSuchArticle)?;
    let site = site_address(visit.database, visit.query.number("connection"))?;
    let site = site.ok_or(Error::NoSuchArticle)?;
    Ok(redirect(&format!("{site}{place}")))
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
        for other in ["", "&connection=1"] {
            // Nothing tells a hidden page from one that was never there: both are opened in Confluence.
            let lead = |path: &str| portal.get(&format!("{path}{other}")).header("location").to_owned();
            let [hidden, absent] = ["102", "999"].map(|id| lead(&format!("/pages/{id}?")));
            assert_eq!(hidden, "https://sample.atlassian.net/wiki/pages/viewpage.action?pageId=102");
            assert_eq!(hidden.replace("102", ""), absent.replace("999", ""));
            assert_eq!(
                lead("/pages/by-title?space=IT&title=Secret+plan%2F2"),
                "https://sample.atlassian.net/wiki/display/IT/Secret%20plan%2F2"
            );
        }
        for nowhere in [
            "/pages/102?connection=9",
            "/pages/..%2Fadmin",
            "/pages/by-title?space=&title=x",
            "/pages/by-title",
        ] {
            assert_eq!(portal.get(nowhere).status(), 404, "{nowhere}");
        }
    }
}
