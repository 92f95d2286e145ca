//! The members of a group (API v1, offset paging).

use http::Response;
use serde::Deserialize;

use crate::response::read;
use crate::{ApiError, Path};

/// How many members one answer gives at most; Confluence refuses more.
pub const PART: usize = 200;

/// A part of the members of a group, by their account ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    pub accounts: Vec<String>,
    /// Where the list does not end here: how many further the next part begins.
    pub further: Option<usize>,
}

/// The members of a group from the `start`th on.
#[must_use]
pub fn members(group_id: &str, start: usize) -> Path {
    let (start, limit) = (start.to_string(), PART.to_string());
    Path::new(
        &["rest", "api", "group", group_id, "membersByGroupId"],
        &[("start", &start), ("limit", &limit)],
    )
}

/// A group by its id, which tells its name.
#[must_use]
pub fn by_id(group_id: &str) -> Path {
    Path::new(&["rest", "api", "group", "by-id"], &[("id", group_id)])
}

/// Reads the name of a group.
pub fn name(response: &Response<Vec<u8>>) -> Result<String, ApiError> {
    #[derive(Deserialize)]
    struct Answer {
        name: String,
    }
    Ok(read::<Answer>("the name of a group", response)?.name)
}

/// Reads a part of the members; it is the last when it has no link to another and is not full.
pub fn listed(response: &Response<Vec<u8>>) -> Result<Members, ApiError> {
    #[derive(Deserialize)]
    struct Answer {
        results: Vec<Member>,
        #[serde(default)]
        limit: Option<usize>,
        #[serde(default, rename = "_links")]
        links: Links,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Member {
        #[serde(default)]
        account_id: Option<String>,
    }
    #[derive(Default, Deserialize)]
    struct Links {
        #[serde(default)]
        next: Option<String>,
    }
    let answer: Answer = read("the members of a group", response)?;
    let count = answer.results.len();
    // The link may be missing although there are more; and a link beside no results leads nowhere.
    let goes_on = answer.links.next.is_some() || count >= answer.limit.unwrap_or(PART).max(1);
    let further = (count > 0 && goes_on).then_some(count);
    let accounts = answer.results.into_iter().filter_map(|member| member.account_id).collect();
    Ok(Members { accounts, further })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn members_are_asked_for_in_parts_and_only_a_short_one_without_a_link_is_the_last() {
        assert_eq!(
            members("g-1", 200).as_str(),
            "/wiki/rest/api/group/g-1/membersByGroupId?start=200&limit=200"
        );
        for (body, accounts, further) in [
            (r#"{"results":[{"accountId":"a"},{"type":"unknown"}],"limit":200}"#, &["a"][..], None),
            (
                r#"{"results":[{"accountId":"a"}],"limit":200,"_links":{"next":"/rest/api/group/g"}}"#,
                &["a"],
                Some(1),
            ),
            (r#"{"results":[{"accountId":"a"},{"accountId":"b"}],"limit":2}"#, &["a", "b"], Some(2)),
            (r#"{"results":[],"limit":200,"_links":{"next":"/rest/api/group/g"}}"#, &[], None),
        ] {
            let listed = listed(&json(200, body)).unwrap();
            assert_eq!(
                (listed.accounts.as_slice(), listed.further),
                (&accounts.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()[..], further)
            );
        }
        assert!(listed(&json(200, "{}")).is_err());
        assert_eq!(by_id("g-1").as_str(), "/wiki/rest/api/group/by-id?id=g-1");
        assert_eq!(name(&json(200, r#"{"type":"group","name":"hr","id":"g-1"}"#)), Ok("hr".into()));
    }
}
