//! What Confluence sends when something changed: which contents to look at, and nothing else of it.
//!
//! Three shapes are known: the body of an Automation rule as our console gives it, the events of a Connect app,
//! and those of a Forge app. Ids may be numbers or text. Titles, states and people are not even read.

use serde::Deserialize;

/// The most contents that one nudge may name.
pub const MOST: usize = 100;

/// Why a body names nothing to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NudgeError {
    #[error("the body is not JSON; send what the console shows under Webhook")]
    NotJson,
    #[error(
        "the body names no page; in the rule's custom data, pageId must hold the smart value {{{{page.id}}}}"
    )]
    NoPage,
    #[error("the body names more than {MOST} pages; the schedule looks at all of them anyway")]
    TooMany,
}

/// The ids of the contents that a body names, each once.
pub fn contents(body: &[u8]) -> Result<Vec<String>, NudgeError> {
    let body: Body = serde_json::from_slice(body).map_err(|_| NudgeError::NotJson)?;
    let named = [&body.page_id, &body.blog_id, &body.content_id, &body.origin_content_id];
    let objects = [&body.page, &body.blog, &body.content, &body.prev_content, &body.attached_to];
    let mut ids: Vec<String> = named
        .into_iter()
        .flatten()
        .chain(&body.page_ids)
        .chain(objects.into_iter().flatten().filter_map(Content::id))
        .filter_map(Id::read)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        0 => Err(NudgeError::NoPage),
        1..=MOST => Ok(ids),
        _ => Err(NudgeError::TooMany),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    page_id: Option<Id>,
    blog_id: Option<Id>,
    content_id: Option<Id>,
    #[serde(default)]
    page_ids: Vec<Id>,
    /// Connect: `page`, `blog`, `content`, and what an attachment hangs on.
    page: Option<Content>,
    blog: Option<Content>,
    attached_to: Option<Content>,
    /// Forge, and Connect's `content_permissions_updated`.
    content: Option<Content>,
    prev_content: Option<Content>,
    origin_content_id: Option<Id>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    id_as_string: Option<Id>,
    id: Option<Id>,
}

impl Content {
    fn id(&self) -> Option<&Id> {
        self.id_as_string.as_ref().or(self.id.as_ref())
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
    /// Whatever else stands there names nothing.
    Other(serde::de::IgnoredAny),
}

impl Id {
    /// An id as Confluence's API takes it; an attachment's, which begins with `att`, is none of a page.
    fn read(&self) -> Option<String> {
        let text = match self {
            Self::Number(id) => id.to_string(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Other(_) => return None,
        };
        let is_id = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_shape_names_its_pages() {
        // The second is a recorded event of Connect; the third follows the documentation of Forge's events.
        let cases = [
            (r#"{"pageId":"295083"}"#, vec!["295083"]),
            (
                r#"{"userAccountId":"557058:x","accountType":"customer","updateTrigger":"edit_page","timestamp":1631606188983,
                "page":{"id":1188560897,"idAsString":"1188560897","spaceKey":"IT","spaceId":65634,"title":"T","contentType":"page",
                "version":2,"creationDate":1631605030794,"self":"https://acme.atlassian.net/wiki/spaces/IT"}}"#,
                vec!["1188560897"],
            ),
            (
                r#"{"eventType":"avi:confluence:moved:page","content":{"id":"33","type":"page","status":"current","title":"T",
                "space":{"id":5,"key":"IT"},"version":{"number":2}},"prevContent":{"id":"33","space":{"id":6}}}"#,
                vec!["33"],
            ),
            (r#"{"pageIds":[1,"2",2,"att3",null,{"id":9}]}"#, vec!["1", "2"]),
            (r#"{"attachment":{"id":"att5"},"attachedTo":{"id":77}}"#, vec!["77"]),
        ];
        for (body, expected) in cases {
            assert_eq!(contents(body.as_bytes()).unwrap(), expected, "{body}");
        }
    }

    #[test]
    fn what_names_nothing_says_what_to_do() {
        for body in ["{}", r#"{"pageId":""}"#, r#"{"pageId":"{{page.id}}"}"#, r#"{"page":{"id":-4}}"#] {
            assert_eq!(contents(body.as_bytes()), Err(NudgeError::NoPage), "{body}");
        }
        for body in ["", "pageId=7", "[1]", r#"{"page":7}"#, "\u{0}"] {
            assert_eq!(contents(body.as_bytes()), Err(NudgeError::NotJson), "{body}");
        }
        let many: Vec<u32> = (0..101).collect();
        assert_eq!(contents(format!("{{\"pageIds\":{many:?}}}").as_bytes()), Err(NudgeError::TooMany));
        assert!(NudgeError::NoPage.to_string().contains("{{page.id}}"));
    }
}
