//! A content as v1 describes it, expanded as asked.

use serde_json::{Value, json};

use super::restrictions::{self, Expand};
use super::users;
use crate::clock::iso;
use crate::site::{self, Content, Site};
use crate::v2::{tiny, webui};

/// The parts that a v1 search expands.
pub(super) fn describe(site: &Site, content: &Content, expand: &[&str], url: &str) -> Value {
    let mut expandable = json!({
        "container": space_path(site, content),
        "metadata": "",
        "operations": "",
        "children": format!("/rest/api/content/{}/child", content.id),
        "history": format!("/rest/api/content/{}/history", content.id),
        "body": "",
        "descendants": format!("/rest/api/content/{}/descendant", content.id),
    });
    let mut answer = json!({
        "id": content.id.to_string(),
        "type": content.kind.name(),
        "status": content.status.name(),
        "title": content.title,
        "macroRenderedOutput": {},
        "extensions": {"position": content.position},
        "_links": {
            "self": format!("{url}/wiki/rest/api/content/{}", content.id),
            "webui": webui(site, content),
            "tinyui": format!("/x/{}", tiny(content.id)),
        },
    });
    if wants(expand, "version") {
        answer["version"] = version(content, url);
    } else {
        expandable["version"] = "".into();
    }
    if wants(expand, "space") {
        answer["space"] = space(site, content);
    } else {
        expandable["space"] = space_path(site, content).into();
    }
    if wants(expand, "ancestors") {
        let inner: Vec<_> = expand.iter().filter_map(|name| name.strip_prefix("ancestors.")).collect();
        let mut ancestors: Vec<_> =
            site.ancestors(content).map(|ancestor| describe(site, ancestor, &inner, url)).collect();
        ancestors.reverse();
        answer["ancestors"] = ancestors.into();
    } else {
        expandable["ancestors"] = "".into();
    }
    if wants(expand, "restrictions.read") {
        let lists = Expand {
            user: wants(expand, "restrictions.read.restrictions.user"),
            group: wants(expand, "restrictions.read.restrictions.group"),
        };
        answer["restrictions"] = json!({
            "read": restrictions::operation(content, "read", lists, 0, 200, url),
            "_expandable": {"update": ""},
            "_links": {"self": format!("{url}/wiki/rest/api/content/{}/restriction/byOperation", content.id)},
        });
    } else {
        expandable["restrictions"] =
            format!("/rest/api/content/{}/restriction/byOperation", content.id).into();
    }
    if wants(expand, "metadata.labels") {
        let labels: Vec<_> = content
            .labels
            .iter()
            .zip(1..)
            .map(|(name, number)| {
                let id = (content.id * 10 + number).to_string();
                json!({"prefix": "global", "name": name, "id": id, "label": name})
            })
            .collect();
        answer["metadata"] =
            json!({"labels": {"size": labels.len(), "results": labels, "start": 0, "limit": 200}});
    }
    answer["_expandable"] = expandable;
    answer
}

/// Whether a part, or something inside it, is to be expanded.
fn wants(expand: &[&str], part: &str) -> bool {
    expand
        .iter()
        .any(|name| name.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

fn version(content: &Content, url: &str) -> Value {
    let by = site::account(&content.version.author).map(|account| users::describe(account, url));
    json!({
        "by": by,
        "when": iso(content.version.at),
        "friendlyWhen": content.version.at.strftime("%b %d, %Y").to_string(),
        "message": content.version.message,
        "number": content.version.number,
        "minorEdit": false,
        "ncsStepVersion": content.version.number.to_string(),
        "contentTypeModified": false,
        "_expandable": {"collaborators": "", "content": format!("/rest/api/content/{}", content.id)},
        "_links": {"self": format!("{url}/wiki/rest/api/content/{}/version/{}", content.id, content.version.number)},
    })
}

fn space_path(site: &Site, content: &Content) -> String {
    site.space(content.space).map(|space| format!("/rest/api/space/{}", space.key)).unwrap_or_default()
}

fn space(site: &Site, content: &Content) -> Value {
    site.space(content.space).map_or(Value::Null, |space| {
        json!({
            "id": space.id,
            "key": space.key,
            "alias": space.key,
            "name": space.name,
            "type": space.kind,
            "status": if space.archived { "archived" } else { "current" },
            "_expandable": {"settings": "", "permissions": "", "homepage": ""},
            "_links": {"webui": format!("/spaces/{}", space.key)},
        })
    })
}
