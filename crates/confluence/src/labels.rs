//! The labels of one page (API v2).

use http::Response;
use serde::Deserialize;

use crate::paging::Envelope;
use crate::response::read;
use crate::{ApiError, Path};

/// The global labels of one page: its own, which everyone sees. Confluence allows a page a thousand; a rule
/// that names a label asks for one of the first 250.
#[must_use]
pub fn of_page(id: &str) -> Path {
    Path::new(&["api", "v2", "pages", id, "labels"], &[("prefix", "global"), ("limit", "250")])
}

/// Reads the names of the labels of one page.
pub fn names(response: &Response<Vec<u8>>, id: &str) -> Result<Vec<String>, ApiError> {
    let what = format!("the labels of page {id}");
    let answer: Envelope<Label> = read(&what, response)?;
    Ok(answer.results.into_iter().map(|label| label.name).collect())
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
        assert_eq!(names(&json(200, body), "7").unwrap(), ["vpn", "how-to"]);
    }

    #[test]
    fn an_answer_without_a_list_is_an_error_that_names_the_page() {
        let error = names(&json(200, "<html>"), "7").unwrap_err();
        assert!(error.to_string().contains("the labels of page 7"), "{error}");
    }
}
