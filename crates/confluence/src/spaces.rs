//! The spaces of a site (API v2, `/spaces`).

use http::Response;
use serde::Deserialize;

use crate::paging::Envelope;
use crate::response::read;
use crate::{ApiError, Listed, Path};

/// The most spaces that one request may ask for.
pub const BATCH: usize = 250;

/// A space, as the list gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Space {
    pub id: String,
    pub key: String,
    pub name: String,
    /// `global`, `personal`, `knowledge_base`, …; an open list.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// `current` or `archived`.
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub homepage_id: Option<String>,
}

impl Space {
    /// Whether it was put away as a whole: its pages still call themselves current.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.status == "archived"
    }
}

/// Every space that the account may see, archived ones too.
#[must_use]
pub fn all() -> Path {
    Path::new(&["api", "v2", "spaces"], &[("sort", "id"), ("limit", "250")])
}

/// The spaces of these ids, at most [`BATCH`]; one that is missing in the answer cannot be seen.
#[must_use]
pub fn by_ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> Path {
    let query: Vec<_> = ids.into_iter().map(|id| ("ids", id)).chain([("limit", "250")]).collect();
    Path::new(&["api", "v2", "spaces"], &query)
}

/// Reads a stretch of spaces.
pub fn listed(response: &Response<Vec<u8>>, asked: &Path) -> Result<Listed<Space>, ApiError> {
    const WHAT: &str = "the spaces";
    read::<Envelope<Space>>(WHAT, response)?.listed(WHAT, asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn spaces_are_asked_for_and_read() {
        assert_eq!(all().as_str(), "/wiki/api/v2/spaces?sort=id&limit=250");
        assert_eq!(by_ids(["1", "2"]).as_str(), "/wiki/api/v2/spaces?ids=1&ids=2&limit=250");
        let body = r#"{"results":[{"id":"98308","key":"~7120aa","name":"Ada","type":"personal","status":"current","homepageId":"98400","description":null,"_links":{"webui":"/spaces/~7120aa"}},
            {"id":"1","key":"IT","name":"IT","type":"something_new"}],
            "_links":{"next":"/wiki/api/v2/spaces?limit=250&cursor=abc","base":"https://acme.atlassian.net/wiki"}}"#;
        let listed = listed(&json(200, body), &all()).unwrap();
        assert_eq!(listed.items[0].homepage_id.as_deref(), Some("98400"));
        assert_eq!(listed.items[1].kind, "something_new");
        assert!(listed.next.unwrap().as_str().contains("cursor=abc"));
    }

    #[test]
    fn an_answer_without_results_is_no_empty_list() {
        assert!(matches!(listed(&json(200, "{}"), &all()), Err(ApiError::Malformed { .. })));
    }
}
