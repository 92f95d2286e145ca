//! Who may read a page or a folder, of its own (API v1).
//!
//! Confluence lists a node's own restrictions only; a reader must pass those of every ancestor too.

use std::collections::BTreeSet;

use http::Response;
use serde::Deserialize;

use crate::labels::Label;
use crate::paging::Envelope;
use crate::response::read;
use crate::{ApiError, Listed, Path};

/// How many people, and how many groups, one answer names at most.
pub const PART: usize = 200;

/// Whom a restriction or a permission names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subjects {
    /// Account ids.
    pub users: BTreeSet<String>,
    pub groups: BTreeSet<Group>,
}

/// A group by its id, which is what counts, and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Group {
    pub id: String,
    #[serde(default)]
    pub name: String,
}

impl Subjects {
    /// Adds what a further part of the same restriction names.
    pub fn extend(&mut self, other: Self) {
        self.users.extend(other.users);
        self.groups.extend(other.groups);
    }
}

/// A node's own read restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnRestriction {
    /// Whoever may see the space may read it, as far as this node says.
    Open,
    /// Only the people and groups that are named.
    Restricted(Subjects),
}

/// A part of a node's own read restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub restriction: OwnRestriction,
    /// Where the lists do not end here: how many further the next part begins.
    pub further: Option<usize>,
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

/// The pages of a space, and its blog posts where these are wanted, with their own restrictions, a hundred at a time
/// (CQL search).
///
/// The search index lags behind, so a page that is missing here has to be asked for by itself.
#[must_use]
pub fn sweep(space_key: &str, with_blog_posts: bool) -> Path {
    let kinds = if with_blog_posts { "type in (page,blogpost)" } else { "type=page" };
    search(
        &format!("space={} and {kinds}", quoted(space_key)),
        "restrictions.read.restrictions.user,restrictions.read.restrictions.group,metadata.labels",
    )
}

/// These pages with their own restrictions, a hundred at the most; [`swept`] reads them.
#[must_use]
pub fn of_pages<'a>(ids: impl Iterator<Item = &'a str>) -> Path {
    // The ids are Confluence's own, but a word of a query is quoted wherever it comes from.
    let ids: Vec<String> = ids.map(quoted).collect();
    search(
        &format!("id in ({})", ids.join(",")),
        "restrictions.read.restrictions.user,restrictions.read.restrictions.group",
    )
}

fn search(cql: &str, expand: &str) -> Path {
    Path::new(&["rest", "api", "content", "search"], &[("cql", cql), ("limit", "100"), ("expand", expand)])
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

/// The read restriction of one page or folder, those named from the `start`th on.
#[must_use]
pub fn of_content(id: &str, start: usize) -> Path {
    let (start, limit) = (start.to_string(), PART.to_string());
    Path::new(
        &["rest", "api", "content", id, "restriction", "byOperation", "read"],
        &[("expand", "restrictions.user,restrictions.group"), ("start", &start), ("limit", &limit)],
    )
}

/// Reads a part of the read restriction of one page or folder.
pub fn restriction(response: &Response<Vec<u8>>, id: &str) -> Result<Part, ApiError> {
    let what = format!("the restrictions of {id}");
    let operation: Operation = read(&what, response)?;
    operation
        .own()
        .ok_or_else(|| ApiError::Malformed { what, reason: "it names neither users nor groups".into() })
}

/// A CQL string: quotes and backslashes are escaped, for a space key may hold what its owner likes.
pub(crate) fn quoted(text: &str) -> String {
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
        let part = self.restrictions.and_then(|restrictions| restrictions.read?.own());
        SweptPage {
            id: self.id,
            // A list that was cut short is asked for in full.
            restriction: part.filter(|part| part.further.is_none()).map(|part| part.restriction),
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
    restrictions: Option<Lists>,
}

#[derive(Deserialize)]
struct Lists {
    #[serde(default)]
    user: Option<Named<User>>,
    #[serde(default)]
    group: Option<Named<NamedGroup>>,
}

#[derive(Deserialize)]
struct Named<T> {
    #[serde(default = "Vec::new")]
    results: Vec<T>,
    #[serde(default)]
    size: usize,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    #[serde(default)]
    account_id: Option<String>,
}

#[derive(Deserialize)]
struct NamedGroup {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

impl<T> Named<T> {
    fn is_empty(&self) -> bool {
        self.size == 0 && self.results.is_empty()
    }

    fn further(&self) -> Option<usize> {
        let count = self.results.len();
        (count < self.size || count >= self.limit.unwrap_or(PART).max(1)).then_some(count)
    }
}

impl Operation {
    /// Open only where both lists came and both are empty: whatever is missing is not known to be open.
    ///
    /// Whoever is named without an id (an account or a group that is gone) is nobody that we know.
    fn own(self) -> Option<Part> {
        let Lists { user, group } = self.restrictions?;
        let is_empty = [user.as_ref().map(Named::is_empty), group.as_ref().map(Named::is_empty)];
        if is_empty == [Some(true), Some(true)] {
            return Some(Part { restriction: OwnRestriction::Open, further: None });
        }
        // Both lists are cut at the same place, which may be before the one that was asked for.
        let further = user.as_ref().and_then(Named::further).max(group.as_ref().and_then(Named::further));
        if !is_empty.contains(&Some(false)) {
            return None;
        }
        let users = user.into_iter().flat_map(|named| named.results).filter_map(|user| user.account_id);
        let groups = group.into_iter().flat_map(|named| named.results);
        let groups =
            groups.filter_map(|group| Some(Group { id: group.id?, name: group.name.unwrap_or_default() }));
        let mut subjects = Subjects::default();
        subjects.users.extend(users);
        subjects.groups.extend(groups);
        Some(Part { restriction: OwnRestriction::Restricted(subjects), further })
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
            {"id":"4"},
            {"id":"5","restrictions":{"read":{"restrictions":{"user":{"results":[{"accountId":"a"},{"accountId":"b"}],"size":2,"limit":2},"group":{"results":[],"size":0}}}}}],
            "_links":{"next":"/rest/api/content/search?cursor=_t_W&limit=100","base":"https://acme.atlassian.net/wiki","context":"/wiki"}}"#;
        let swept = swept(&json(200, body), &sweep("IT", false)).unwrap();
        let restrictions: Vec<_> = swept.items.iter().map(|page| page.restriction.clone()).collect();
        let named =
            OwnRestriction::Restricted(Subjects { users: ["a".into()].into(), ..Subjects::default() });
        assert_eq!(restrictions, [Some(OwnRestriction::Open), Some(named), None, None, None]);
        assert_eq!(swept.items[0].labels.as_deref(), Some(&["vpn".to_owned()][..]));
        assert!(swept.next.unwrap().as_str().contains("expand=restrictions.read"));
    }

    #[test]
    fn a_way_on_beside_no_results_is_the_end() {
        let body = r#"{"results":[],"_links":{"next":"/rest/api/content/search?cursor=x"}}"#;
        assert_eq!(swept(&json(200, body), &sweep("IT", false)).unwrap().next, None);
    }

    #[test]
    fn a_space_key_cannot_leave_its_quotes() {
        let path = sweep("~a\" or type=page or space=\"\\", false);
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
        let group = r#""group":{"results":[{"type":"group","name":"hr","id":"g"},{"type":"group","name":"gone"}],"size":2,"limit":200}"#;
        let part = |restriction| Ok(Part { restriction, further: None });
        assert_eq!(answer(empty, r#""group":{"results":[],"size":0}"#), part(OwnRestriction::Open));
        let hr = Group { id: "g".into(), name: "hr".into() };
        let named = Subjects { groups: [hr].into(), ..Subjects::default() };
        assert_eq!(answer(empty, group), part(OwnRestriction::Restricted(named)));
        assert!(answer(empty, r#""other":1"#).is_err());
        let full = r#""user":{"results":[{"accountId":"a"}],"size":1,"limit":1},"#;
        assert_eq!(answer(full, r#""group":{"results":[],"size":0,"limit":1}"#).unwrap().further, Some(1));
        assert!(of_content("7", 200).as_str().ends_with("&start=200&limit=200"));
    }
}
