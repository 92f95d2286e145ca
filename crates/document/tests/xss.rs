//! Attacks: every payload of `tests/xss/payloads.txt` in every place of the other files that takes words, an address, a
//! title, a language, a colour or an id. What comes out is judged here, and written to `target/xss/articles.json`, which
//! `tests/browser` opens in a real browser with nothing but this crate to protect it.

mod judges;

use std::{fs, path::Path};

use document::{
    Addresses, AttachmentTarget, Format, FoundPage, ImageAddress, ImageTarget, Options, PageTarget, Resolver,
    Source, UserTarget, convert,
};
use serde_json::json;

/// A site whose addresses and names are the page's own words: nothing that it answers is safe by itself.
struct Credulous;

impl Addresses for Credulous {
    fn page(&self, page: &PageTarget<'_>) -> Option<String> {
        page.id.or(page.title).map(str::to_owned)
    }
    fn space(&self, key: &str) -> Option<String> {
        Some(key.to_owned())
    }
    fn user(&self, user: &UserTarget<'_>) -> Option<String> {
        user.account_id.map(str::to_owned)
    }
    fn attachment(&self, attachment: &AttachmentTarget<'_>) -> Option<String> {
        attachment.filename.map(str::to_owned)
    }
    fn image(&self, image: &ImageTarget<'_>) -> ImageAddress {
        match image {
            // Shown from this site; what is elsewhere is linked, so that nobody is watched while reading.
            ImageTarget::Attachment(attachment) => match attachment.filename {
                Some(name) => ImageAddress::Shown(format!("/images/{name}")),
                None => ImageAddress::Unknown,
            },
            ImageTarget::External(url) => ImageAddress::Linked((*url).to_owned()),
        }
    }
    fn issue(&self, key: &str) -> Option<String> {
        Some(key.to_owned())
    }
}

impl Resolver for Credulous {
    fn user_name(&self, user: &UserTarget<'_>) -> Option<String> {
        user.account_id.map(str::to_owned)
    }
    fn page_title(&self, page: &PageTarget<'_>) -> Option<String> {
        page.id.map(str::to_owned)
    }
    fn url_title(&self, url: &str) -> Option<String> {
        Some(url.to_owned())
    }
    fn file_name(&self, media_id: &str) -> Option<String> {
        Some(media_id.to_owned())
    }
    fn children(&self, page: &PageTarget<'_>) -> Option<Vec<FoundPage>> {
        let title = page.title?.to_owned();
        Some(vec![FoundPage { id: title.clone(), title }])
    }
    fn query(&self, cql: &str) -> Option<Vec<FoundPage>> {
        Some(vec![FoundPage { id: cql.to_owned(), title: cql.to_owned() }])
    }
    fn issue(&self, key: &str) -> Option<String> {
        Some(key.to_owned())
    }
}

fn lines(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/xss").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).map(str::to_owned).collect()
}

fn escaped(payload: &str) -> String {
    payload.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn body(format: Format, slot: &str, payload: &str) -> String {
    match format {
        Format::Storage => slot.replace("{raw}", payload).replace("{}", &escaped(payload)),
        Format::AtlasDocFormat => {
            let quoted = serde_json::to_string(payload).expect("a string");
            let node = slot.replace("{}", &quoted[1..quoted.len() - 1]);
            format!("{{\"type\":\"doc\",\"version\":1,\"content\":[{node}]}}")
        }
        Format::Wiki => slot.replace("{}", payload),
    }
}

#[test]
fn no_attack_leaves_anything_for_a_sanitizer() {
    let payloads = lines("payloads.txt");
    let mut articles = Vec::new();
    let mut faults = Vec::new();
    for (format, file) in
        [(Format::Storage, "storage.txt"), (Format::AtlasDocFormat, "adf.txt"), (Format::Wiki, "wiki.txt")]
    {
        for line in lines(file) {
            let (slot, template) =
                line.split_once(" | ").unwrap_or_else(|| panic!("{file}: no ` | ` in {line}"));
            for payload in &payloads {
                let body = body(format, template, payload);
                let options = Options { addresses: &Credulous, resolver: &Credulous, ..Options::default() };
                let html = match convert(&Source { format, body: &body }, &options) {
                    Ok(article) => article.html,
                    Err(error) => panic!("{file}: {slot}: {payload}: {error}"),
                };
                if judges::sanitized(&html) != html || !judges::parse_errors(&html).is_empty() {
                    faults.push(format!("{file}: {slot}: {payload}\n{html}"));
                }
                articles
                    .push(json!({ "place": format!("{file}: {slot}"), "payload": payload, "html": html }));
            }
        }
    }
    println!("{} attacks", articles.len());
    assert!(articles.len() >= 300);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(10)].join("\n"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/xss");
    fs::create_dir_all(&folder).expect("the folder of what is built");
    fs::write(folder.join("articles.json"), serde_json::to_string(&articles).expect("JSON"))
        .expect("a file that can be written");
}
