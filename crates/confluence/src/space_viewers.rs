//! Who may view a space (API v2, `/spaces/{id}/permissions`).

use http::Response;
use serde::Deserialize;

use crate::paging::Envelope;
use crate::response::read;
use crate::restrictions::{Group, Subjects};
use crate::{ApiError, Listed, Path};

/// Whom a permission lets view the space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Everybody who may use the site.
    Everyone,
    /// An account, by its id.
    User(String),
    /// A group, by its id.
    Group(String),
    /// Somebody of a kind whose people cannot be told, such as a role, or a permission for something else.
    Other,
}

/// The permissions of a space.
#[must_use]
pub fn of_space(space_id: &str) -> Path {
    Path::new(&["api", "v2", "spaces", space_id, "permissions"], &[("limit", "250")])
}

/// Reads a stretch of a space's permissions.
pub fn listed(response: &Response<Vec<u8>>, asked: &Path) -> Result<Listed<Viewer>, ApiError> {
    const WHAT: &str = "the permissions of a space";
    let listed = read::<Envelope<Permission>>(WHAT, response)?.listed(WHAT, asked)?;
    let items =
        listed.items.into_iter().map(|permission| permission.viewer().unwrap_or(Viewer::Other)).collect();
    Ok(Listed { items, next: listed.next })
}

/// Who may view a space, all of its permissions taken together; none where nobody can be told.
#[must_use]
pub fn together(viewers: Vec<Viewer>) -> Option<Viewers> {
    if viewers.contains(&Viewer::Everyone) {
        return Some(Viewers::Everyone);
    }
    let mut subjects = Subjects::default();
    for viewer in viewers {
        match viewer {
            Viewer::User(id) => subjects.users.extend([id]),
            Viewer::Group(id) => subjects.groups.extend([Group { id, name: String::new() }]),
            Viewer::Everyone | Viewer::Other => {}
        }
    }
    let is_told = !subjects.users.is_empty() || !subjects.groups.is_empty();
    is_told.then_some(Viewers::Only(subjects))
}

/// Who may view a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewers {
    Everyone,
    Only(Subjects),
}

#[derive(Deserialize)]
struct Permission {
    #[serde(default)]
    principal: Option<Principal>,
    #[serde(default)]
    operation: Option<Operation>,
}

#[derive(Deserialize)]
struct Principal {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    #[serde(default)]
    key: String,
    #[serde(default)]
    target_type: String,
}

impl Permission {
    fn viewer(self) -> Option<Viewer> {
        self.operation.filter(|operation| operation.key == "read" && operation.target_type == "space")?;
        let principal = self.principal?;
        Some(match (principal.kind.as_str(), principal.id) {
            ("user", Some(id)) => Viewer::User(id),
            ("group", Some(id)) => Viewer::Group(id),
            ("access-class", Some(id)) => {
                // The wire writes them large and with `_`, the documents small and with `-`.
                match id.to_ascii_lowercase().replace('_', "-").as_str() {
                    "all-licensed-users" | "authenticated-users" | "anonymous-users" => Viewer::Everyone,
                    _ => Viewer::Other,
                }
            }
            _ => Viewer::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    fn viewers(rows: &str) -> Option<Viewers> {
        let body = format!("{{\"results\":[{rows}],\"_links\":{{}}}}");
        together(listed(&json(200, &body), &of_space("7")).unwrap().items)
    }

    fn row(kind: &str, id: &str, key: &str) -> String {
        format!(
            r#"{{"id":"1","principal":{{"type":"{kind}","id":"{id}"}},"operation":{{"key":"{key}","targetType":"space"}}}}"#
        )
    }

    #[test]
    fn those_who_may_read_the_space_view_it() {
        let only = |users: &[&str], groups: &[&str]| {
            let groups = groups.iter().map(|id| Group { id: (*id).into(), name: String::new() });
            Viewers::Only(Subjects {
                users: users.iter().map(|id| (*id).to_owned()).collect(),
                groups: groups.collect(),
            })
        };
        let rows =
            [row("user", "a", "read"), row("group", "g", "read"), row("user", "b", "administer")].join(",");
        assert_eq!(viewers(&rows), Some(only(&["a"], &["g"])));
        for everyone in ["ALL_LICENSED_USERS", "all-licensed-users", "anonymous-users"] {
            let rows = [row("user", "a", "read"), row("access-class", everyone, "read")].join(",");
            assert_eq!(viewers(&rows), Some(Viewers::Everyone));
        }
        assert_eq!(viewers(&row("access-class", "ALL_PRODUCT_ADMINS", "read")), None);
        assert_eq!(viewers(&row("role", "r", "read")), None);
        assert_eq!(viewers(&row("access-class", "ALL_LICENSED_USERS", "view_analytics")), None);
        assert_eq!(of_space("7").as_str(), "/wiki/api/v2/spaces/7/permissions?limit=250");
    }
}
