//! What people do in Confluence, drawn at random.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::site::{Content, Simulated};

/// Above so many pages and folders, some go before others come.
const MOST: usize = 90;
const SPACES: [&str; 3] = ["IT", "HR", "SEC"];
const USERS: [&str; 4] = ["mia", "tomas", "hana", "service"];
const GROUPS: [&str; 4] = ["confluence-users", "people-team", "security-team", "integrations"];
const LABELS: [&str; 4] = ["guide", "howto", "vpn", "outdated"];

/// One edit: its method, path and body for the control interface.
pub(super) fn edit(
    random: &mut fastrand::Rng,
    site: &Simulated,
    number: usize,
) -> (&'static str, String, Value) {
    let contents = site.contents();
    let any = |random: &mut fastrand::Rng, wanted: &dyn Fn(&Content) -> bool| -> Option<Content> {
        let found: Vec<&Content> = contents.values().filter(|content| wanted(content)).collect();
        (!found.is_empty()).then(|| found[random.usize(..found.len())].clone())
    };
    let patch = |id: &str, body: Value| ("PATCH", format!("/pages/{id}"), body);
    let live = |content: &Content| content.status == "current";
    let Some(page) = any(random, &|content| live(content) && !content.is_folder) else {
        return create(random, &contents, number);
    };
    if contents.len() > MOST {
        let gone = any(random, &|content| content.status != "current").unwrap_or(page);
        return ("DELETE", format!("/pages/{}", gone.id), Value::Null);
    }
    match random.u32(0..100) {
        0..14 => patch(&page.id, json!({"body": body(number)})),
        // A page that shows another of its space.
        14..20 => {
            let is_plain =
                |title: &str| title.chars().all(|letter| letter.is_alphanumeric() || letter == ' ');
            let other = any(random, &|other| {
                live(other) && !other.is_folder && other.space == page.space && is_plain(&other.title)
            });
            let shown = other.map(|other| include(&other.title)).unwrap_or_default();
            patch(&page.id, json!({"body": body(number) + shown.as_str()}))
        }
        20..24 => patch(&page.id, json!({"title": format!("Renamed {number}")})),
        24..34 => create(random, &contents, number),
        34..40 => {
            let parent = any(random, &|content| live(content) && content.space == page.space);
            patch(&page.id, json!({"parentId": parent.map(|parent| parent.id)}))
        }
        40..46 => {
            let parent = any(random, &live).expect("there is the page itself");
            patch(&page.id, json!({"spaceId": parent.space, "parentId": parent.id}))
        }
        46..60 => {
            let node = any(random, &live).expect("there is the page itself");
            patch(&node.id, json!({"restriction": readers(random)}))
        }
        60..74 => match any(random, &|content| content.is_restricted) {
            Some(node) => patch(&node.id, json!({"restriction": null})),
            None => patch(&page.id, json!({"restriction": readers(random)})),
        },
        74..77 => patch(&page.id, json!({"status": "trashed"})),
        77..80 => patch(&page.id, json!({"status": "archived"})),
        80..86 => match any(random, &|content| matches!(&*content.status, "trashed" | "archived")) {
            Some(node) => patch(&node.id, json!({"status": "current"})),
            None => patch(&page.id, json!({"body": body(number)})),
        },
        86..88 => match any(random, &|content| content.status == "trashed") {
            Some(node) => ("DELETE", format!("/pages/{}", node.id), Value::Null),
            None => patch(&page.id, json!({"status": "trashed"})),
        },
        88..92 => {
            let labels: Vec<&str> = LABELS.into_iter().filter(|_| random.bool()).collect();
            patch(&page.id, json!({"labels": labels}))
        }
        // An edit of what is hidden, and then the two at once.
        92..95 => patch(&page.id, json!({"restriction": readers(random), "body": body(number)})),
        // Files come, are replaced and go, and their pages stay as they are.
        95..98 => {
            let name = format!("file-{}.png", random.u32(0..3));
            if site.files_of(&page.id).contains_key(&name) && random.bool() {
                return ("DELETE", format!("/pages/{}/attachments/{name}", page.id), Value::Null);
            }
            ("POST", format!("/pages/{}/attachments", page.id), json!({"name": name, "text": "pixels"}))
        }
        _ => {
            let folder = any(random, &|content| live(content) && content.is_folder);
            match folder {
                Some(folder) => ("DELETE", format!("/pages/{}", folder.id), Value::Null),
                None => create(random, &contents, number),
            }
        }
    }
}

fn create(
    random: &mut fastrand::Rng,
    contents: &BTreeMap<String, Content>,
    number: usize,
) -> (&'static str, String, Value) {
    let parents: Vec<&Content> = contents.values().filter(|content| content.status == "current").collect();
    let is_folder = random.u32(0..5) == 0;
    let mut new = json!({"title": format!("New {number}"), "body": body(number), "folder": is_folder});
    match parents.get(random.usize(..=parents.len())) {
        Some(parent) => {
            new["space"] = json!(parent.space);
            new["parent"] = json!(parent.id);
        }
        None => new["space"] = json!(SPACES[random.usize(..SPACES.len())]),
    }
    if random.u32(0..5) == 0 {
        new["restriction"] = readers(random);
    }
    if random.u32(0..10) == 0 {
        new["status"] = json!("draft");
    }
    ("POST", "/pages".to_owned(), new)
}

/// Mostly the mirror's account is among the readers; where it is not, the page is gone for the mirror.
fn readers(random: &mut fastrand::Rng) -> Value {
    let mut some = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().copied().filter(|_| random.u32(0..3) == 0).collect()
    };
    let (mut users, groups) = (some(&USERS), some(&GROUPS));
    if users.is_empty() && groups.is_empty() || random.bool() {
        users.push("service");
    }
    users.dedup();
    json!({"users": users, "groups": groups})
}

/// A body that says which edit it is.
fn body(number: usize) -> String {
    format!("<h2>Edition {number}</h2><p>What edit {number} said.</p>")
}

fn include(title: &str) -> String {
    format!(
        "<ac:structured-macro ac:name=\"include\"><ac:parameter ac:name=\"\"><ac:link><ri:page \
         ri:content-title=\"{title}\" /></ac:link></ac:parameter></ac:structured-macro>"
    )
}

/// The edits whose words stand in a text, its own and those that it shows of others.
pub(super) fn editions(text: &str) -> impl Iterator<Item = usize> {
    text.split("What edit ").skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok())
}

/// The edit that a body of ours says it is; none for the sample's bodies.
pub(super) fn edition(body: &str) -> Option<&str> {
    body.strip_prefix("<h2>Edition ")?.split('<').next()
}
