//! What an employee may open: every query here reads `readable_articles`, through a [`Library`](crate::Library).

mod access;
mod article;
mod card;
mod categories;
mod source;

pub use access::{Access, access};
pub use article::{Article, Heading, article, article_of_page, article_of_title};
pub use card::{ArticleCard, article_count, cards, ids, location, pinned, recently_updated};
pub use categories::{CardPage, Category, UNCATEGORISED, articles_in_category, categories, category};
pub use source::site_address;

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::samples::{Sample, shelve};
    use crate::{Library, migrations};

    fn store() -> Sqlite {
        let at = |at, sample| Sample { source_updated_at: at, ..sample };
        let samples = [
            at(
                30,
                Sample::new(11, "VPN", "Words.")
                    .section("Ask for it", "Ask-for-it", "More words.")
                    .category("IT"),
            ),
            at(10, Sample::new(12, "badges", "Words.").category("IT")),
            at(20, Sample::new(13, "Leave", "Words.")),
            Sample { status: "draft", ..at(40, Sample::new(14, "Draft", "Words.").category("Secret")) },
        ];
        let database = Sqlite::in_memory().unwrap();
        migrations::apply(&database).unwrap();
        shelve(&database, &samples).unwrap();
        database
    }

    fn titles(cards: &[ArticleCard]) -> Vec<&str> {
        cards.iter().map(|card| card.title.as_str()).collect()
    }

    #[test]
    fn an_article_is_found_by_its_id_its_page_and_its_title() {
        let database = store();
        let library = Library::public(&database);
        let found = article(&library, 1).unwrap().unwrap();
        assert_eq!((found.card.title.as_str(), found.space_key.as_str()), ("VPN", "IT"));
        assert_eq!(found.location("Ask for it"), "/articles/1/page-11#Ask%20for%20it");
        assert_eq!(found.outline[0].text, "Ask for it");
        assert_eq!(article_of_page(&library, None, "12").unwrap().unwrap().title, "badges");
        assert_eq!(article_of_title(&library, Some(1), "IT", "Leave").unwrap().unwrap().id, 3);
        assert_eq!(article_of_title(&library, None, "HR", "Leave").unwrap(), None);
        assert_eq!(article(&library, 4).unwrap(), None, "a draft");
    }

    #[test]
    fn lists_hold_what_may_be_read() {
        let database = store();
        let library = Library::public(&database);
        assert_eq!(titles(&recently_updated(&library, 10).unwrap()), ["VPN", "Leave", "badges"]);
        let found = categories(&library).unwrap();
        let found: Vec<(&str, i64)> = found.iter().map(|c| (c.name.as_str(), c.articles)).collect();
        assert_eq!(found, [("IT", 2), (UNCATEGORISED, 1)]);
        let page = articles_in_category(&library, "IT", 1, 0).unwrap();
        assert_eq!((titles(&page.cards), page.total), (vec!["badges"], 2));
        let page = articles_in_category(&library, "IT", 1, 1).unwrap();
        assert_eq!(titles(&page.cards), ["VPN"]);
        assert_eq!(category(&library, "Secret").unwrap(), None);
        assert_eq!(titles(&cards(&library, &[3, 4, 1]).unwrap()), ["Leave", "VPN"]);
    }
}
