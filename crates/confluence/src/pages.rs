//! The pages of a space, and pages by id with their bodies (API v2).

use http::Response;
use serde::{Deserialize, Deserializer};

use crate::paging::Envelope;
use crate::response::read;
use crate::{ApiError, Listed, Path};

/// The most pages that one request may ask for.
pub const BATCH: usize = 250;

/// A page, as lists give it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub id: String,
    #[serde(deserialize_with = "status")]
    pub status: Status,
    pub title: String,
    pub space_id: String,
    #[serde(default)]
    pub parent_id: Option<String>,
    /// `page`, `folder`, `database`, …; none at the root of a space.
    #[serde(default)]
    pub parent_type: Option<String>,
    #[serde(default)]
    pub position: Option<i64>,
    pub version: Version,
    #[serde(default)]
    pub body: Option<Body>,
    #[serde(default, rename = "_links")]
    pub links: Links,
}

/// The state of a page; what we do not know is never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Current,
    Archived,
    Trashed,
    Deleted,
    Draft,
    Historical,
    Other(String),
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Status, D::Error> {
    let word = String::deserialize(deserializer)?;
    Ok(match word.as_str() {
        "current" => Status::Current,
        "archived" => Status::Archived,
        "trashed" => Status::Trashed,
        "deleted" => Status::Deleted,
        "draft" => Status::Draft,
        "historical" => Status::Historical,
        _ => Status::Other(word),
    })
}

/// The version of a page. A live document moves its step and not its number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    pub number: i64,
    #[serde(default)]
    pub created_at: String,
    #[serde(default)]
    pub ncs_step_version: Option<String>,
}

/// The body of a page, where it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Body {
    #[serde(default)]
    pub storage: Option<Representation>,
}

/// One representation of a body.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Representation {
    #[serde(default)]
    pub value: String,
}

/// Where people open the page, relative to the site's `/wiki`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Links {
    #[serde(default)]
    pub webui: Option<String>,
}

impl Version {
    /// When it came about by Confluence's clock, in milliseconds since 1970; none if that cannot be read.
    #[must_use]
    pub fn time(&self) -> Option<i64> {
        crate::moment::timestamp(&self.created_at)
    }
}

impl Page {
    /// The address of the page on `site`, for people.
    #[must_use]
    pub fn web_path(&self) -> String {
        self.links.webui.clone().unwrap_or_else(|| format!("/pages/viewpage.action?pageId={}", self.id))
    }

    /// The storage-format body, if it came along.
    #[must_use]
    pub fn storage(&self) -> Option<&str> {
        Some(&self.body.as_ref()?.storage.as_ref()?.value)
    }
}

/// Every current page of a space, without bodies.
#[must_use]
pub fn in_space(space_id: &str) -> Path {
    let query = [("depth", "all"), ("status", "current"), ("sort", "id"), ("limit", "250")];
    Path::new(&["api", "v2", "spaces", space_id, "pages"], &query)
}

/// The most spaces that one feed may cover.
pub const FEED_SPACES: usize = 100;

/// The current pages of these spaces, at most [`FEED_SPACES`], the last edited first.
#[must_use]
pub fn feed<'a>(space_ids: impl IntoIterator<Item = &'a str>, limit: usize) -> Path {
    let limit = limit.min(BATCH).to_string();
    let rest = [("status", "current"), ("sort", "-modified-date"), ("limit", limit.as_str())];
    let query: Vec<_> = space_ids.into_iter().map(|id| ("space-id", id)).chain(rest).collect();
    Path::new(&["api", "v2", "pages"], &query)
}

/// The bodies of these pages, at most [`BATCH`], as far as they are current and visible.
#[must_use]
pub fn bodies<'a>(ids: impl IntoIterator<Item = &'a str>) -> Path {
    by_ids(ids, &[("status", "current"), ("body-format", "storage"), ("limit", "250")])
}

/// These pages, at most [`BATCH`], in whatever state they are, without bodies.
#[must_use]
pub fn in_any_state<'a>(ids: impl IntoIterator<Item = &'a str>) -> Path {
    by_ids(ids, &[("status", "current"), ("status", "archived"), ("status", "trashed"), ("limit", "250")])
}

fn by_ids<'a>(ids: impl IntoIterator<Item = &'a str>, query: &[(&'a str, &'a str)]) -> Path {
    let query: Vec<_> = ids.into_iter().map(|id| ("id", id)).chain(query.iter().copied()).collect();
    Path::new(&["api", "v2", "pages"], &query)
}

/// Reads a stretch of pages.
pub fn listed(response: &Response<Vec<u8>>, asked: &Path) -> Result<Listed<Page>, ApiError> {
    const WHAT: &str = "the pages";
    read::<Envelope<Page>>(WHAT, response)?.listed(WHAT, asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    const ANSWER: &str = r#"{"results":[
        {"id":"295083","status":"current","title":"دليل 🚀","spaceId":"294916","parentType":"page","parentId":"295028",
         "position":522,"subtype":"live","authorId":"712020:x","createdAt":"2026-03-19T14:26:50.123Z",
         "version":{"number":1,"message":"","minorEdit":false,"createdAt":"2026-03-19T14:26:52.123Z","ncsStepVersion":"3"},
         "body":{"storage":{"representation":"storage","value":"<p>Hi</p>"}},
         "_links":{"webui":"/spaces/MFS/pages/295083/x","tinyui":"/x/q4AE"}},
        {"id":"7","status":"held-back","title":"Root","spaceId":"294916","parentId":null,"parentType":null,"position":null,
         "version":{"number":4,"createdAt":"2026-01-01T00:00:00Z"},"body":{},"_links":{}}],"_links":{}}"#;

    #[test]
    fn a_page_is_read_with_what_marks_its_version() {
        let listed = listed(&json(200, ANSWER), &in_space("294916")).unwrap();
        assert_eq!(listed.next, None);
        let [live, root] = &listed.items[..] else { panic!("two pages") };
        assert_eq!(live.version.ncs_step_version.as_deref(), Some("3"));
        assert_eq!(live.storage(), Some("<p>Hi</p>"));
        assert_eq!(live.web_path(), "/spaces/MFS/pages/295083/x");
        assert_eq!(root.status, Status::Other("held-back".into()));
        assert_eq!((root.storage(), root.web_path().as_str()), (None, "/pages/viewpage.action?pageId=7"));
    }

    #[test]
    fn a_feed_covers_several_spaces_from_the_last_edit_on() {
        assert_eq!(
            feed(["10", "20"], 5).as_str(),
            "/wiki/api/v2/pages?space-id=10&space-id=20&status=current&sort=-modified-date&limit=5"
        );
        assert!(feed(["10"], 1_000).as_str().ends_with("limit=250"));
    }

    #[test]
    fn requests_name_the_states_they_want() {
        assert_eq!(
            in_space("9").as_str(),
            "/wiki/api/v2/spaces/9/pages?depth=all&status=current&sort=id&limit=250"
        );
        assert_eq!(
            bodies(["1", "2"]).as_str(),
            "/wiki/api/v2/pages?id=1&id=2&status=current&body-format=storage&limit=250"
        );
        assert!(in_any_state(["1"]).as_str().contains("status=current&status=archived&status=trashed"));
    }
}
