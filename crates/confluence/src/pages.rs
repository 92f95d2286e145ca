//! The pages or blog posts of a space, and such by id with their bodies (API v2).

use http::Response;
use serde::{Deserialize, Deserializer, Serialize};

use crate::paging::Envelope;
use crate::response::read;
use crate::{ApiError, Listed, Path};

/// The most pages that one request may ask for.
pub const BATCH: usize = 250;

/// What a content is. Both kinds are read alike and asked for apart; a blog post has no parent and is never archived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Page,
    BlogPost,
}

impl Kind {
    /// Its word in addresses.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::Page => "pages",
            Self::BlogPost => "blogposts",
        }
    }
}

/// A page or blog post, as lists give it.
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
    #[serde(default)]
    pub created_at: String,
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
    /// When it was first published by Confluence's clock, in milliseconds since 1970; none if that cannot be read.
    #[must_use]
    pub fn posted_at(&self) -> Option<i64> {
        crate::moment::timestamp(&self.created_at)
    }

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

/// Everything current of a kind in a space, without bodies.
#[must_use]
pub fn in_space(kind: Kind, space_id: &str) -> Path {
    let depth = (kind == Kind::Page).then_some(("depth", "all"));
    let rest = [("status", "current"), ("sort", "id"), ("limit", "250")];
    let query: Vec<_> = depth.into_iter().chain(rest).collect();
    Path::new(&["api", "v2", "spaces", space_id, kind.segment()], &query)
}

/// The most spaces that one feed may cover.
pub const FEED_SPACES: usize = 100;

/// What is current of a kind in these spaces, at most [`FEED_SPACES`], the last edited first.
#[must_use]
pub fn feed<'a>(kind: Kind, space_ids: impl IntoIterator<Item = &'a str>, limit: usize) -> Path {
    let limit = limit.min(BATCH).to_string();
    let rest = [("status", "current"), ("sort", "-modified-date"), ("limit", limit.as_str())];
    some_of(kind, "space-id", space_ids, &rest)
}

/// The bodies of these contents of a kind, at most [`BATCH`], as far as they are current and visible.
#[must_use]
pub fn bodies<'a>(kind: Kind, ids: impl IntoIterator<Item = &'a str>) -> Path {
    some_of(kind, "id", ids, &[("status", "current"), ("body-format", "storage"), ("limit", "250")])
}

/// These contents of a kind, at most [`BATCH`], in whatever state they are, without bodies.
#[must_use]
pub fn in_any_state<'a>(kind: Kind, ids: impl IntoIterator<Item = &'a str>) -> Path {
    let states: &[(&str, &str)] = match kind {
        Kind::Page => {
            &[("status", "current"), ("status", "archived"), ("status", "trashed"), ("limit", "250")]
        }
        Kind::BlogPost => &[("status", "current"), ("status", "trashed"), ("limit", "250")],
    };
    some_of(kind, "id", ids, states)
}

fn some_of<'a>(kind: Kind, by: &str, ids: impl IntoIterator<Item = &'a str>, rest: &[(&str, &str)]) -> Path {
    let query: Vec<(&str, &str)> = ids.into_iter().map(|id| (by, id)).chain(rest.iter().copied()).collect();
    Path::new(&["api", "v2", kind.segment()], &query)
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
        let listed = listed(&json(200, ANSWER), &in_space(Kind::Page, "294916")).unwrap();
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
            feed(Kind::Page, ["10", "20"], 5).as_str(),
            "/wiki/api/v2/pages?space-id=10&space-id=20&status=current&sort=-modified-date&limit=5"
        );
        assert!(feed(Kind::Page, ["10"], 1_000).as_str().ends_with("limit=250"));
    }

    #[test]
    fn requests_name_the_states_they_want() {
        assert_eq!(
            in_space(Kind::Page, "9").as_str(),
            "/wiki/api/v2/spaces/9/pages?depth=all&status=current&sort=id&limit=250"
        );
        assert_eq!(
            bodies(Kind::Page, ["1", "2"]).as_str(),
            "/wiki/api/v2/pages?id=1&id=2&status=current&body-format=storage&limit=250"
        );
        assert!(
            in_any_state(Kind::Page, ["1"])
                .as_str()
                .contains("status=current&status=archived&status=trashed")
        );
    }

    #[test]
    fn a_blog_post_is_read_as_a_page_without_a_place() {
        let body = r#"{"results":[{"id":"7","status":"current","title":"News","spaceId":"1","authorId":"a",
            "createdAt":"2026-10-12T08:00:00.000Z","version":{"number":2,"createdAt":"2026-10-13T08:00:00.000Z"},
            "body":{},"_links":{"webui":"/spaces/HR/blog/2026/10/12/7/News"}}],"_links":{}}"#;
        let listed = listed(&json(200, body), &in_space(Kind::BlogPost, "1")).unwrap();
        let post = &listed.items[0];
        assert_eq!((&post.parent_id, post.posted_at()), (&None, Some(1_791_792_000_000)));
        assert_eq!(post.web_path(), "/spaces/HR/blog/2026/10/12/7/News");
    }

    #[test]
    fn blog_posts_are_asked_for_without_what_they_do_not_know() {
        let post = Kind::BlogPost;
        assert_eq!(
            in_space(post, "9").as_str(),
            "/wiki/api/v2/spaces/9/blogposts?status=current&sort=id&limit=250"
        );
        assert_eq!(
            in_any_state(post, ["1"]).as_str(),
            "/wiki/api/v2/blogposts?id=1&status=current&status=trashed&limit=250"
        );
    }
}
