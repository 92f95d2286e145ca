//! The labels of one page or blog post (API v2).

use http::Response;
use serde::Deserialize;

use crate::pages::Kind;
use crate::paging::Envelope;
use crate::response::read;
use crate::{ApiError, Listed, Path};

/// The global labels of one page or blog post: its own, which everyone sees.
#[must_use]
pub fn of_page(kind: Kind, id: &str) -> Path {
    Path::new(&["api", "v2", kind.segment(), id, "labels"], &[("prefix", "global"), ("limit", "250")])
}

/// Reads the names of some of the labels of one page, and where there are more of them.
pub fn names(response: &Response<Vec<u8>>, asked: &Path, id: &str) -> Result<Listed<String>, ApiError> {
    let what = format!("the labels of page {id}");
    let listed = read::<Envelope<Label>>(&what, response)?.listed(&what, asked)?;
    Ok(Listed { items: listed.items.into_iter().map(|label| label.name).collect(), next: listed.next })
}

#[derive(Deserialize)]
pub(crate) struct Label {
    pub(crate) name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn the_names_are_read_in_their_order() {
        let body = r#"{"results":[{"id":"70","name":"vpn","prefix":"global"},{"id":"71","name":"how-to","prefix":"global"}],"_links":{}}"#;
        let listed = names(&json(200, body), &of_page(Kind::Page, "7"), "7").unwrap();
        assert_eq!((listed.items, listed.next), (vec!["vpn".to_owned(), "how-to".into()], None));
    }

    #[test]
    fn the_way_to_more_of_them_is_read() {
        let body = r#"{"results":[{"name":"vpn"}],"_links":{"next":"/wiki/api/v2/pages/7/labels?limit=250&cursor=a"}}"#;
        assert!(names(&json(200, body), &of_page(Kind::Page, "7"), "7").unwrap().next.is_some());
    }

    #[test]
    fn an_answer_without_a_list_is_an_error_that_names_the_page() {
        let error = names(&json(200, "<html>"), &of_page(Kind::Page, "7"), "7").unwrap_err();
        assert!(error.to_string().contains("the labels of page 7"), "{error}");
    }
}
