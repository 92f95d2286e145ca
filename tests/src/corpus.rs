//! Bodies of pages: real ones, where they lie beside the repository, and the suite's own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::application::root;
use crate::converter::Format;

/// The body of a page in a file.
#[derive(Debug, Clone)]
pub struct Body {
    pub path: PathBuf,
    pub format: Format,
    pub text: String,
    /// Whether it is known to be well-formed.
    pub is_well_formed: bool,
}

/// The cases of the crate `document`: each element, macro, node and mark, and the oddities.
#[must_use]
pub fn own_cases() -> Vec<Body> {
    files(&root().join("crates/document/tests/pages"))
        .into_iter()
        .filter_map(|path| {
            let format = match path.file_name()?.to_str()? {
                "in.xml" => Format::Storage,
                "in.json" => Format::AtlasDocFormat,
                "in.wiki" => Format::Wiki,
                _ => return None,
            };
            let text = fs::read_to_string(&path).ok()?;
            Some(Body { path, format, text, is_well_formed: true })
        })
        .collect()
}

/// Pages that nobody here wrote, from `../shared/corpus`; none where that folder is absent.
///
/// # Panics
/// If the index of the corpus is none.
#[must_use]
pub fn real_pages() -> Option<Vec<Body>> {
    let folder = root().join("../shared/corpus");
    let index = fs::read_to_string(folder.join("INDEX.json")).ok()?;
    let index: Vec<serde_json::Value> = serde_json::from_str(&index).expect("the index is JSON");
    let mut bodies = Vec::new();
    for entry in &index {
        let path = folder.join(entry["path"].as_str().expect("a path"));
        let Ok(bytes) = fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let is_well_formed = entry["wellformed"] == true;
        bodies.push(Body { path, format: Format::Storage, text, is_well_formed });
    }
    for path in files(&folder) {
        let Some(extension) = path.extension().and_then(|extension| extension.to_str()) else { continue };
        let (format, text) = match extension {
            "json" | "adf" => (Format::AtlasDocFormat, fs::read_to_string(&path).unwrap_or_default()),
            "wiki" | "wikitext" => (Format::Wiki, fs::read_to_string(&path).unwrap_or_default()),
            _ => continue,
        };
        let is_document = format != Format::AtlasDocFormat
            || serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|value| value["type"] == "doc");
        if is_document {
            bodies.push(Body { path, format, text, is_well_formed: true });
        }
    }
    Some(bodies)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
