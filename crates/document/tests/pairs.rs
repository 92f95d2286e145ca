//! Pages that exist in both formats give the same article.
//!
//! The pages are in `../shared/corpus`, beside the repository; where they are absent, this test says so and passes.

use std::{collections::HashMap, fs, path::Path};

use document::{
    Addresses, AttachmentTarget, Format, ImageAddress, ImageTarget, Options, PageTarget, Resolver, Source,
    UserTarget, convert,
};

/// Knows every address by the words of its link alone: the formats name the same target differently.
struct SameEverywhere {
    files: HashMap<String, String>,
    titles: HashMap<String, String>,
}

impl Addresses for SameEverywhere {
    fn page(&self, _page: &PageTarget<'_>) -> Option<String> {
        Some("/page".to_owned())
    }
    fn space(&self, _key: &str) -> Option<String> {
        Some("/page".to_owned())
    }
    fn attachment(&self, _attachment: &AttachmentTarget<'_>) -> Option<String> {
        Some("/file".to_owned())
    }
    fn image(&self, _image: &ImageTarget<'_>) -> ImageAddress {
        ImageAddress::Shown("/image".to_owned())
    }
    fn url(&self, url: &str) -> Option<String> {
        // A page of the site itself, which storage format names by its title.
        url.contains("/wiki/").then(|| "/page".to_owned())
    }
}

impl Resolver for SameEverywhere {
    fn user_name(&self, _user: &UserTarget<'_>) -> Option<String> {
        Some("A person".to_owned())
    }
    fn url_title(&self, url: &str) -> Option<String> {
        url.split("/pages/").nth(1).and_then(|id| self.titles.get(id.split('/').next()?)).cloned()
    }
    fn file_name(&self, media_id: &str) -> Option<String> {
        self.files.get(media_id).cloned()
    }
}

#[test]
fn storage_format_and_adf_give_the_same_article() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/corpus/querypie+querypie-docs/files/confluence-mdx/tests");
    if !root.exists() {
        eprintln!("skipped: there is no ../shared/corpus beside the repository");
        return;
    }
    let titles = listing(&root.join("testcases/pages.yaml"), "page_id", "title_orig");
    let mut folders = vec![root];
    let (mut pairs, mut equal) = (0, 0);
    let mut faults = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            }
        }
        let (storage, adf) = (folder.join("page.xhtml"), folder.join("page.adf"));
        let (Ok(storage), Ok(adf)) = (fs::read_to_string(storage), fs::read_to_string(adf)) else { continue };
        pairs += 1;
        let site = SameEverywhere {
            files: listing(&folder.join("attachments.v1.yaml"), "fileId", "title"),
            titles: with_shown_titles(&folder, &titles),
        };
        let options = Options { addresses: &site, resolver: &site, ..Options::default() };
        let article = |format, body: &str| convert(&Source { format, body }, &options).expect("an article");
        let (from_storage, from_adf) =
            (article(Format::Storage, &storage), article(Format::AtlasDocFormat, &adf));
        // The formats keep different sizes of an image: the one that it has, and the one that it is shown in.
        let (left, right) = (without_sizes(&from_storage.html), without_sizes(&from_adf.html));
        if left == right && from_storage.text == from_adf.text {
            equal += 1;
            continue;
        }
        let difference = left
            .lines()
            .zip(right.lines())
            .find(|(left, right)| left != right)
            .map(|(left, right)| format!("\n  storage {left}\n  adf     {right}"))
            .unwrap_or_default();
        faults.push(format!("{}{difference}", folder.display()));
    }
    println!("{equal} of {pairs} pairs are the same article");
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
}

fn without_sizes(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = [" width=\"", " height=\""].iter().filter_map(|name| rest.find(name)).min() {
        out.push_str(&rest[..at]);
        let value = rest[at..].find('"').map_or(rest.len(), |quote| at + quote + 1);
        let end = rest[value..].find('"').map_or(rest.len(), |quote| value + quote + 1);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Values by keys from a listing of records; each record has one of each, in any order.
fn listing(path: &Path, key: &str, value: &str) -> HashMap<String, String> {
    let listing = fs::read_to_string(path).unwrap_or_default();
    let mut found = HashMap::new();
    let (mut last_key, mut last_value) = (None, None);
    for line in listing.lines() {
        let Some((name, content)) = line.trim().trim_start_matches("- ").split_once(':') else { continue };
        let content = content.trim().trim_matches('"').replace("\\\"", "\"");
        match name.trim_matches('"') {
            name if name == key => last_key = Some(content),
            name if name == value => last_value = Some(content),
            _ => continue,
        }
        if let (Some(key), Some(value)) = (&last_key, &last_value) {
            found.insert(key.clone(), value.clone());
            (last_key, last_value) = (None, None);
        }
    }
    found
}

/// The titles that Confluence itself showed for links to pages of other spaces.
fn with_shown_titles(folder: &Path, titles: &HashMap<String, String>) -> HashMap<String, String> {
    let mut titles = titles.clone();
    let view = fs::read_to_string(folder.join("page.html")).unwrap_or_default();
    for link in view.split("data-linked-resource-id=\"").skip(1) {
        let id = link.split('"').next().unwrap_or_default();
        let words = link.split_once('>').and_then(|(_, after)| after.split('<').next()).unwrap_or_default();
        titles.entry(id.to_owned()).or_insert_with(|| words.to_owned());
    }
    titles
}
