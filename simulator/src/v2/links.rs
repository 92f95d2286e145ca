//! The parts that several answers share: versions, bodies, links.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::clock::iso;
use crate::site::{Content, Kind, Site, Status, Version};

pub(crate) fn version(version: &Version) -> Value {
    json!({
        "number": version.number,
        "message": version.message,
        "minorEdit": false,
        "authorId": version.author,
        "createdAt": iso(version.at),
    })
}

/// The address of a content's page, relative to `/wiki`.
pub(crate) fn webui(site: &Site, content: &Content) -> String {
    let space = site.space(content.space);
    let key = space.map_or("", |space| space.key.as_str());
    if space.is_some_and(|space| space.homepage == Some(content.id)) {
        return format!("/spaces/{key}/overview");
    }
    match content.kind {
        Kind::BlogPost => {
            let title: String = form_urlencoded::byte_serialize(content.title.as_bytes()).collect();
            let day = content.created.strftime("%Y/%m/%d");
            format!("/spaces/{key}/blog/{day}/{}/{title}", content.id)
        }
        Kind::Folder => format!("/spaces/{key}/folder/{}", content.id),
        Kind::Page => {
            let title: String = form_urlencoded::byte_serialize(content.title.as_bytes()).collect();
            format!("/spaces/{key}/pages/{}/{title}", content.id)
        }
    }
}

pub(crate) fn page_links(site: &Site, page: &Content) -> Value {
    let draft = format!("/pages/resumedraft.action?draftId={}", page.id);
    json!({
        "editui": draft,
        "webui": webui(site, page),
        "edituiv2": format!("/spaces/{}/pages/edit-v2/{}", site.space(page.space).map_or("", |space| &space.key), page.id),
        "tinyui": format!("/x/{}", tiny(page.id)),
    })
}

/// Confluence's short form of an id: its little-endian bytes in base64url without what is zero at the end.
pub(crate) fn tiny(id: u64) -> String {
    let bytes = id.to_le_bytes();
    let length = bytes.iter().rposition(|byte| *byte != 0).map_or(1, |last| last + 1);
    URL_SAFE_NO_PAD.encode(&bytes[..length])
}

/// `parentId`, `parentType` and `position`; what is in the trash has none.
pub(crate) fn place(site: &Site, content: &Content, answer: &mut Value) {
    let parent =
        content.parent.and_then(|id| site.contents.get(&id)).filter(|_| content.status != Status::Trashed);
    answer["parentId"] = parent.map_or(Value::Null, |parent| parent.id.to_string().into());
    answer["parentType"] = parent.map_or(Value::Null, |parent| parent.kind.name().into());
    answer["position"] =
        if content.status == Status::Trashed { Value::Null } else { content.position.into() };
}

/// A body in the asked format.
pub(crate) fn body(page: &Content, format: &str) -> Value {
    let value = match format {
        "storage" | "editor" => page.body.to_string(),
        "atlas_doc_format" => document(&page.body),
        _ => crate::wiki::render(&page.body),
    };
    json!({format: {"representation": format, "value": value}})
}

/// The plain text of a body as a document of Atlassian's format: enough to be valid, not a conversion.
fn document(storage: &str) -> String {
    let mut text = String::new();
    for word in crate::wiki::text(storage).split_whitespace() {
        let _ = write!(text, "{}{word}", if text.is_empty() { "" } else { " " });
    }
    let content = if text.is_empty() { json!([]) } else { json!([{"type": "text", "text": text}]) };
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": content}]}).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn tiny_links_are_confluences() {
        // From a recorded answer: id 98400 is not in it, 43947 is "q6s" by the documented algorithm.
        assert_eq!(super::tiny(0xabab), "q6s");
    }
}
