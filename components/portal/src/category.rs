use askama::Template;
use freshness::Shown;
use http::{Response, StatusCode};
use knowledge::reading::{self, ArticleCard, CardPage, Category};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ports::Database;
use screen::{Frame, Pages, Time, day};

use crate::error::Error;
use crate::visit::Visit;

const PER_PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "category.html")]
struct CategoryPage<'a> {
    frame: &'a Frame<'a>,
    category: &'a Category,
    articles: Vec<(ArticleCard, Time)>,
    /// The ids of the pinned articles, which stand first.
    pinned: Vec<i64>,
    pages: Pages,
    trail: [(&'static str, &'static str); 1],
}

/// Where a category's articles are listed.
pub(crate) fn category_address(name: &str) -> String {
    format!("/categories/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>, name: &str) -> Result<Response<Vec<u8>>, Error> {
    let read = || {
        let Some(category) = reading::category(&visit.library(), name)? else { return Ok(None) };
        let pages =
            Pages::new(visit.query.number("page"), category.articles, PER_PAGE, category_address(name));
        let offset = (pages.current - 1) * PER_PAGE;
        let list = reading::articles_in_category(&visit.library(), name, PER_PAGE, offset)?;
        Ok(Some((category, pages, list)))
    };
    let shown = |found: &Option<(_, _, CardPage)>| {
        found.iter().flat_map(|(.., list)| reading::ids(&list.cards)).collect()
    };
    let found = visit.fresh(Shown::Listed, read, shown).await?;
    let (category, pages, list) = found.ok_or_else(|| Error::NoSuchCategory(name.to_owned()))?;
    let articles = list
        .cards
        .into_iter()
        .map(|card| {
            let updated = day(card.source_updated_at);
            (card, updated)
        })
        .collect();
    let pinned = reading::pinned(&visit.library(), PER_PAGE)?.iter().map(|card| card.id).collect();
    let frame = visit.frame();
    let trail = [("Home", "/")];
    Ok(frame.page(
        StatusCode::OK,
        &CategoryPage { frame: &frame, category: &category, articles, pinned, pages, trail },
    ))
}

#[cfg(test)]
mod tests {
    use identity::Role;
    use knowledge::samples::Sample;

    use crate::sample::Portal;

    #[test]
    fn a_category_is_found_whatever_its_name_and_leafed_through() {
        let name = "R&D / “Labs” 🧪";
        let samples: Vec<Sample> = (0..31)
            .map(|number| Sample::new(number, &format!("Article {number:02}"), "Words.").category(name))
            .collect();
        let portal = Portal::with(Role::Employee, &samples);
        let address = super::category_address(name);
        assert!(portal.get("/").has(&address));
        let first = portal.get(&address);
        assert!(first.has("Article 29") && !first.has("Article 30"));
        let second = portal.get(&format!("{address}?page=2"));
        assert!(second.has("Article 30") && second.has("Page 2 of 2"));
    }

    #[test]
    fn a_category_without_readable_articles_is_not_found() {
        let draft = Sample { status: "draft", ..Sample::new(1, "Plan", "Plan.").category("Plans") };
        assert_eq!(Portal::with(Role::Admin, &[draft]).get("/categories/Plans").status(), 404);
    }
}
