//! Who may read a page or a folder, of its own (API v1).
//!
//! Confluence lists a node's own restrictions only; a reader must pass those of every ancestor too.

use http::Response;
use serde::Deserialize;

use crate::paging::Envelope;
use crate::response::read;
use crate::{ApiError, Listed, Path};

/// A node's own read restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnRestriction {
    /// Whoever may see the space may read it, as far as this node says.
    Open,
    /// Only the people and groups that are named.
    Restricted,
}

/// What the sweep says of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweptPage {
    pub id: String,
    /// None where the answer does not say; the page is then asked for by itself.
    pub restriction: Option<OwnRestriction>,
    /// None where the answer does not say.
    pub labels: Option<Vec<String>>,
}

/// The pages of a space with their own restrictions, a hundred at a time (CQL search).
///
/// The search index lags behind, so a page that is missing here has to be asked for by itself.
#[must_use]
pub fn sweep(space_key: &str) -> Path {
    let cql = format!("space={} and type=page", quoted(space_key));
    let expand = "restrictions.read.restrictions.user,restrictions.read.restrictions.group,metadata.labels";
    Path::new(
        &["rest", "api", "content", "search"],
        &[("cql", cql.as_str()), ("limit", "100"), ("expand", expand)],
    )
}

/// Reads a stretch of the sweep.
pub fn swept(response: &Response<Vec<u8>>, asked: &Path) -> Result<Listed<SweptPage>, ApiError> {
    const WHAT: &str = "the page restrictions";
    let mut listed = read::<Envelope<Content>>(WHAT, response)?.listed(WHAT, asked)?;
    // Seen in the wild: a link to go on beside no results, for ever.
    if listed.items.is_empty() {
        listed.next = None;
    }
    let items = listed.items.into_iter().map(Content::swept).collect();
    Ok(Listed { items, next: listed.next })
}

/// The read restriction of one page or folder.
#[must_use]
pub fn of_content(id: &str) -> Path {
    Path::new(
        &["rest", "api", "content", id, "restriction", "byOperation", "read"],
        &[("expand", "restrictions.user,restrictions.group")],
    )
}

/// Reads the read restriction of one page or folder.
pub fn restriction(response: &Response<Vec<u8>>, id: &str) -> Result<OwnRestriction, ApiError> {
    let what = format!("the restrictions of {id}");
    let operation: Operation = read(&what, response)?;
    operation
        .own()
        .ok_or_else(|| ApiError::Malformed { what, reason: "it names neither users nor groups".into() })
}

/// A CQL string: quotes and backslashes are escaped, for a space key may hold what its owner likes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[derive(Deserialize)]
struct Content {
    id: String,
    #[serde(default)]
    restrictions: Option<Restrictions>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

impl Content {
    fn swept(self) -> SweptPage {
        let labels = self.metadata.and_then(|metadata| metadata.labels);
        SweptPage {
            id: self.id,
            restriction: self.restrictions.and_then(|restrictions| restrictions.read?.own()),
            labels: labels.map(|labels| labels.results.into_iter().map(|label| label.name).collect()),
        }
    }
}

#[derive(Deserialize)]
struct Restrictions {
    #[serde(default)]
    read: Option<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    #[serde(default)]
    restrictions: Option<Subjects>,
}

#[derive(Deserialize)]
struct Subjects {
    #[serde(default)]
    user: Option<Named>,
    #[serde(default)]
    group: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    results: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    size: u64,
}

impl Operation {
    /// Open only where both lists came and both are empty: whatever is missing is not known to be open.
    fn own(&self) -> Option<OwnRestriction> {
        let subjects = self.restrictions.as_ref()?;
        let lists = [subjects.user.as_ref(), subjects.group.as_ref()];
        if lists.into_iter().flatten().any(|named| named.size > 0 || !named.results.is_empty()) {
            return Some(OwnRestriction::Restricted);
        }
        lists.iter().all(Option::is_some).then_some(OwnRestriction::Open)
    }
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    labels: Option<Labels>,
}

#[derive(Deserialize)]
struct Labels {
    #[serde(default)]
    results: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn a_sweep_tells_open_restricted_and_unsaid() {
        let body = r#"{"results":[
            {"id":"1","type":"page","status":"current","metadata":{"labels":{"results":[{"prefix":"global","name":"vpn"}]}},
             "restrictions":{"read":{"operation":"read","restrictions":{"user":{"results":[],"size":0},"group":{"results":[],"size":0}}}}},
            {"id":"2","restrictions":{"read":{"restrictions":{"user":{"results":[{"type":"known","accountId":"a"}],"size":1},"group":{"results":[],"size":0}}}}},
            {"id":"3","restrictions":{"read":{"restrictions":{"user":{"results":[],"size":0}}}}},
            {"id":"4"}],
            "_links":{"next":"/rest/api/content/search?cursor=_t_W&limit=100","base":"https://acme.atlassian.net/wiki","context":"/wiki"}}"#;
        let swept = swept(&json(200, body), &sweep("IT")).unwrap();
        let restrictions: Vec<_> = swept.items.iter().map(|page| page.restriction).collect();
        assert_eq!(restrictions, [Some(OwnRestriction::Open), Some(OwnRestriction::Restricted), None, None]);
        assert_eq!(swept.items[0].labels.as_deref(), Some(&["vpn".to_owned()][..]));
        assert!(swept.next.unwrap().as_str().contains("expand=restrictions.read"));
    }

    #[test]
    fn a_way_on_beside_no_results_is_the_end() {
        let body = r#"{"results":[],"_links":{"next":"/rest/api/content/search?cursor=x"}}"#;
        assert_eq!(swept(&json(200, body), &sweep("IT")).unwrap().next, None);
    }

    #[test]
    fn a_space_key_cannot_leave_its_quotes() {
        let path = sweep("~a\" or type=page or space=\"\\");
        let query = path.as_str().split_once('?').unwrap().1;
        let (_, cql) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "cql").unwrap();
        assert_eq!(cql, r#"space="~a\" or type=page or space=\"\\" and type=page"#);
    }

    #[test]
    fn one_node_is_open_only_when_both_lists_are_empty() {
        let answer = |user: &str, group: &str| {
            restriction(
                &json(
                    200,
                    &format!(r#"{{"operation":"read","restrictions":{{{user}{group}}},"_links":{{}}}}"#),
                ),
                "7",
            )
        };
        let empty = r#""user":{"results":[],"start":0,"limit":200,"size":0},"#;
        let group = r#""group":{"results":[{"type":"group","name":"hr","id":"g"}],"size":1}"#;
        assert_eq!(answer(empty, r#""group":{"results":[],"size":0}"#), Ok(OwnRestriction::Open));
        assert_eq!(answer(empty, group), Ok(OwnRestriction::Restricted));
        assert!(answer(empty, r#""other":1"#).is_err());
    }
}
