use askama::Template;
use freshness::Shown;
use http::{Response, StatusCode};
use knowledge::events::Kind;
use knowledge::reading::{self, ArticleCard};
use ports::Database;
use retrieval::{Hit, Results, Search};
use screen::{Frame, Pages, Time, address, day};
use serde_json::json;

use crate::category::category_address;
use crate::error::Error;
use crate::visit::Visit;

const PER_PAGE: i64 = 20;
const RECENT: i64 = 30;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    frame: &'a Frame<'a>,
    query: &'a str,
    /// The category that is asked for; empty for all.
    category: &'a str,
    hits: Vec<(Hit, Time)>,
    total: i64,
    /// How many can be leafed through, where that is fewer than the total.
    reachable: i64,
    common_words_only: bool,
    facets: Vec<Shelf>,
    ask_address: String,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "articles.html")]
struct Articles<'a> {
    frame: &'a Frame<'a>,
    query: &'a str,
    facets: Vec<Shelf>,
    recent: Vec<(ArticleCard, Time)>,
}

/// A category beside a list, with how many articles it has there.
struct Shelf {
    name: String,
    address: String,
    articles: i64,
    current: bool,
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let text = visit.query.get("q");
    if text.is_empty() { all(visit).await } else { results(visit, text).await }
}

async fn results<D: Database>(visit: &Visit<'_, D>, text: &str) -> Result<Response<Vec<u8>>, Error> {
    let category = visit.query.get("category");
    let wanted = visit.query.number("page").unwrap_or(1).clamp(1, retrieval::CANDIDATES / PER_PAGE);
    let search = Search {
        text,
        category: (!category.is_empty()).then_some(category),
        limit: PER_PAGE as usize,
        offset: usize::try_from((wanted - 1) * PER_PAGE).unwrap_or(0),
    };
    let found = visit
        .fresh(Shown::Listed, || retrieval::search(&visit.library(), &search), Results::articles)
        .await?;
    if wanted == 1 {
        let detail = json!({ "query": text, "category": category, "total": found.total });
        visit.record(Kind::Searched, None, detail);
    }
    let frame = visit.frame();
    let here = address("/search", &[("q", text), ("category", category)]);
    let page = SearchPage {
        frame: &frame,
        query: text,
        category,
        total: found.total,
        reachable: found.reachable,
        common_words_only: found.common_words_only,
        facets: shelves(text, category, &found),
        ask_address: address("/ask", &[("q", text)]),
        pages: Pages::new(Some(wanted), found.reachable, PER_PAGE, here),
        hits: found
            .hits
            .into_iter()
            .map(|hit| {
                let updated = day(hit.source_updated_at);
                (hit, updated)
            })
            .collect(),
    };
    Ok(frame.page(StatusCode::OK, &page))
}

fn shelves(text: &str, category: &str, found: &Results) -> Vec<Shelf> {
    let all = found.categories.iter().map(|facet| facet.articles).sum();
    let shelf = |name: &str, value: &str, articles| Shelf {
        name: name.to_owned(),
        address: address("/search", &[("q", text), ("category", value)]),
        articles,
        current: value == category,
    };
    let named = found.categories.iter().map(|facet| shelf(&facet.category, &facet.category, facet.articles));
    std::iter::once(shelf("All categories", "", all)).chain(named).collect()
}

/// What there is to read, where nothing is searched for.
async fn all<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let read =
        || Ok((reading::recently_updated(&visit.library(), RECENT)?, reading::categories(&visit.library())?));
    let (recent, categories) = visit.fresh(Shown::Listed, read, |(recent, _)| reading::ids(recent)).await?;
    let facets = categories
        .into_iter()
        .map(|category| Shelf {
            address: category_address(&category.name),
            name: category.name,
            articles: category.articles,
            current: false,
        })
        .collect();
    let recent = recent
        .into_iter()
        .map(|card| {
            let updated = day(card.source_updated_at);
            (card, updated)
        })
        .collect();
    let frame = visit.frame();
    Ok(frame.page(StatusCode::OK, &Articles { frame: &frame, query: "", facets, recent }))
}

#[cfg(test)]
mod tests {
    use identity::Role;
    use knowledge::samples::Sample;

    use super::*;
    use crate::sample::Portal;

    fn portal() -> Portal {
        Portal::with(
            Role::Employee,
            &[
                Sample::new(1, "Request VPN access", "Ask for VPN access in Self Service.").category("IT"),
                Sample::new(2, "Work from abroad", "The VPN works in every country.").category("HR"),
                Sample {
                    status: "draft",
                    ..Sample::new(3, "VPN outage plan", "VPN gateways.").category("IT")
                },
            ],
        )
    }

    #[test]
    fn matches_are_marked_and_counted_by_category() {
        let shown = portal().get("/search?q=vpn");
        assert!(shown.has("Request <mark>VPN</mark> access"), "{}", shown.body());
        assert!(shown.has("2 articles for “<bdi>vpn</bdi>”"));
        assert!(!shown.has("outage"));
        let in_category = portal().get("/search?q=vpn&category=HR");
        assert!(in_category.has("Work from abroad") && !in_category.has("Self Service"));
        assert!(in_category.has("href=\"/search?q=vpn&#38;category=IT\""), "{}", in_category.body());
    }

    #[test]
    fn a_search_is_recorded_once_with_what_it_found() {
        let shown = portal().get("/search?q=vpn");
        assert_eq!(shown.events.len(), 1);
        assert_eq!(shown.events[0].kind, Kind::Searched);
        assert_eq!(shown.events[0].detail["total"], 2);
        assert!(portal().get("/search?q=vpn&page=2").events.is_empty());
    }

    #[test]
    fn nothing_found_leads_on() {
        let shown = portal().get("/search?q=%3Cscript%3Ezebra");
        assert_eq!(shown.status(), 200);
        assert!(shown.has("No article found") && shown.has("/ask?q=%3Cscript%3Ezebra"));
        assert!(!shown.has("<script>zebra"));
    }

    #[test]
    fn nothing_searched_for_shows_what_there_is() {
        let shown = portal().get("/search?q=+");
        assert!(shown.has("Recently updated") && shown.has("Work from abroad"));
        assert!(shown.events.is_empty());
    }
}
