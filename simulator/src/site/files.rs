//! A folder of storage-format files as a space of its own.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;

use super::{Kind, NewContent, Principal, Site, Status, account_by_key};

const EXTENSIONS: [&str; 4] = ["xml", "html", "storage", "xhtml"];
/// Confluence's limit on a title.
const TITLE_CHARACTERS: usize = 255;

impl Site {
    /// Adds every storage-format file under `folder` as a page of the space `key`, flat, under one homepage.
    pub(crate) fn add_files(&mut self, key: &str, folder: &Path, now: Timestamp) -> anyhow::Result<usize> {
        let mut paths = Vec::new();
        collect(folder, &mut paths)
            .with_context(|| format!("cannot read the folder {}", folder.display()))?;
        paths.sort();

        let author = account_by_key("service").expect("the sample site has a service account").id;
        let space = self
            .add_space(key, "Files", author, now, vec![Principal::AllLicensedUsers])
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        let page = |parent, title: String, body: String| NewContent {
            kind: Kind::Page,
            space,
            parent,
            title,
            body: body.into(),
            status: Status::Current,
            author: author.to_owned(),
            created: now,
        };
        let homepage = self.insert(page(None, "Files".to_owned(), format!("<p>{} files.</p>", paths.len())));
        let mut titles = HashSet::from(["files".to_owned()]);
        for path in &paths {
            let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let title = unique(title(path.strip_prefix(folder).unwrap_or(path)), &mut titles);
            self.insert(page(Some(homepage), title, String::from_utf8_lossy(&bytes).into_owned()));
        }
        if let Some(space) = self.spaces.iter_mut().find(|known| known.id == space) {
            space.homepage = Some(homepage);
        }
        Ok(paths.len())
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // Links are not followed: a loop of them would not end.
        if entry.file_type()?.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().and_then(|end| end.to_str()).is_some_and(|end| EXTENSIONS.contains(&end)) {
            paths.push(path);
        }
    }
    Ok(())
}

/// The path's last characters that fit into a title, which tell files apart best.
fn title(path: &Path) -> String {
    let text = path.with_extension("").to_string_lossy().replace('/', " / ");
    let surplus = text.chars().count().saturating_sub(TITLE_CHARACTERS - 8);
    text.chars().skip(surplus).collect()
}

fn unique(title: String, titles: &mut HashSet<String>) -> String {
    let mut candidate = title.clone();
    let mut count = 1;
    while !titles.insert(candidate.to_lowercase()) {
        count += 1;
        candidate = format!("{title} ({count})");
    }
    candidate
}
