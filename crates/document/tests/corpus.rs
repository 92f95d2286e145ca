//! The gate: what the crate promises, measured on pages that nobody here wrote.
//!
//! The pages are in `../shared/corpus`, beside the repository; where they are absent, these tests say so and pass.

mod judges;
mod oracle;

use std::{
    fs,
    path::{Path, PathBuf},
};

use document::{Article, Format, Options, Source, convert};
use oracle::Oracle;

struct Page {
    path: PathBuf,
    format: Format,
    body: String,
}

fn corpus() -> Option<Vec<Page>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(index) = fs::read_to_string(root.join("INDEX.json")) else {
        eprintln!("skipped: there is no ../shared/corpus beside the repository");
        return None;
    };
    let index: Vec<serde_json::Value> = serde_json::from_str(&index).expect("the index is JSON");
    let mut pages = Vec::new();
    for entry in &index {
        let path = root.join(entry["path"].as_str().expect("a path"));
        let Ok(bytes) = fs::read(&path) else { continue };
        let body = String::from_utf8_lossy(&bytes).into_owned();
        // A few files of the index are documents of ADF, or templates of another language.
        pages.push(Page { path, format: Format::Storage, body });
    }
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json" || extension == "adf") {
                let body = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
                let is_document = serde_json::from_str::<serde_json::Value>(&body)
                    .is_ok_and(|value| value.get("type").is_some_and(|kind| kind == "doc"));
                if is_document {
                    pages.push(Page { path, format: Format::AtlasDocFormat, body });
                }
            }
        }
    }
    Some(pages)
}

fn article(page: &Page) -> Article {
    convert(&Source { format: page.format, body: &page.body }, &Options::default())
        .unwrap_or_else(|error| panic!("{}: {error}", page.path.display()))
}

#[test]
fn html_is_valid_and_leaves_a_sanitizer_nothing_to_do() {
    let Some(pages) = corpus() else { return };
    let mut faults = Vec::new();
    for page in &pages {
        let html = article(page).html;
        let errors = judges::parse_errors(&html);
        if !errors.is_empty() {
            faults.push(format!("{}: {errors:?}", page.path.display()));
        }
        let sanitized = judges::sanitized(&html);
        if sanitized != html {
            let at = sanitized.bytes().zip(html.bytes()).take_while(|(a, b)| a == b).count();
            let around = |text: &str| {
                let from =
                    (0..=at.saturating_sub(40)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
                text[from..].chars().take(120).collect::<String>()
            };
            faults.push(format!(
                "{}:\n  ours      {:?}\n  sanitized {:?}",
                page.path.display(),
                around(&html),
                around(&sanitized)
            ));
        }
        let mut level = 1;
        let mut ids = std::collections::HashSet::new();
        judges::elements(&html, |name, attributes| {
            if let Some(id) = attributes.get("id")
                && (!ids.insert(id.clone()) || id.is_empty() || id.contains(char::is_whitespace))
            {
                faults.push(format!("{}: the id {id:?} is not an id of its own", page.path.display()));
            }
            if name.len() == 2 && name.starts_with('h') && name != "hr" {
                let next: u8 = name[1..].parse().expect("a heading");
                if next > level + 1 {
                    faults.push(format!("{}: a heading skips from {level} to {next}", page.path.display()));
                }
                level = next;
            }
        });
    }
    println!("{} pages", pages.len());
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[derive(Default)]
struct Kept {
    wanted: usize,
    kept: usize,
}

impl Kept {
    fn add(&mut self, wanted: usize, kept: usize) {
        self.wanted += wanted;
        self.kept += kept.min(wanted);
    }
}

impl std::fmt::Display for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = if self.wanted == 0 { 100.0 } else { 100.0 * self.kept as f64 / self.wanted as f64 };
        write!(f, "{share:6.2} %  ({} of {})", self.kept, self.wanted)
    }
}

/// The room for structure is for pages that nobody wrote.
#[test]
fn no_page_is_too_crowded() {
    let Some(pages) = corpus() else { return };
    for page in &pages {
        let article = article(page);
        let is_crowded = article.report.losses.iter().any(|loss| loss.name == "structure");
        assert!(!is_crowded, "{}: {} bytes", page.path.display(), page.body.len());
    }
}

#[test]
fn every_word_is_kept_or_reported_and_nothing_leaks() {
    let Some(pages) = corpus() else { return };
    let (mut body, mut visible, mut reported) = (Kept::default(), Kept::default(), Kept::default());
    let (mut code, mut tasks, mut images, mut callouts) =
        (Kept::default(), Kept::default(), Kept::default(), Kept::default());
    let (mut documents, mut leaking) = (0, 0);
    let mut faults = Vec::new();
    for page in &pages {
        let oracle = match page.format {
            Format::Storage => Oracle::of_storage(&page.body),
            _ => Oracle::of_adf(&page.body),
        };
        // What is not well-formed has no second opinion; other tests hold it to its safety.
        let Some(oracle) = oracle else { continue };
        documents += 1;
        let article = article(page);
        let text = judges::visible_text(&article.html);
        let mut have = judges::word_counts(&text);
        let mut have_in_report = std::collections::HashMap::new();
        for loss in &article.report.losses {
            for (word, count) in judges::word_counts(&loss.words) {
                *have_in_report.entry(word).or_insert(0) += count;
            }
        }
        let mut missing = Vec::new();
        let before = (body.wanted - body.kept, visible.wanted - visible.kept);
        for (words, is_body, is_shown) in
            [(&oracle.body, true, true), (&oracle.visible, false, true), (&oracle.unshown, true, false)]
        {
            for word in judges::words(words) {
                let in_article =
                    have.get_mut(&word).filter(|count| **count > 0).map(|count| *count -= 1).is_some();
                let in_report = !in_article
                    && have_in_report
                        .get_mut(&word)
                        .filter(|count| **count > 0)
                        .map(|count| *count -= 1)
                        .is_some();
                match (is_shown, is_body) {
                    (true, true) => body.add(1, usize::from(in_article)),
                    (true, false) => visible.add(1, usize::from(in_article)),
                    (false, _) => {}
                }
                reported.add(1, usize::from(in_article || in_report));
                if !in_article && !in_report {
                    missing.push(word);
                }
            }
        }
        let lost_from_sight = (body.wanted - body.kept, visible.wanted - visible.kept);
        if lost_from_sight != before {
            faults.push(format!(
                "{}: shown by Confluence, but only reported: {lost_from_sight:?}",
                page.path.display()
            ));
        }
        if !missing.is_empty() {
            faults.push(format!(
                "{}: neither kept nor reported: {}",
                page.path.display(),
                missing.iter().take(12).cloned().collect::<Vec<_>>().join(" ")
            ));
        }
        let everything = format!("{text} {} {}", article.markdown, article.text);
        let leaks: Vec<_> = {
            let out = judges::word_counts(&everything);
            oracle.hidden.iter().filter(|word| out.contains_key(*word)).cloned().collect()
        };
        if !leaks.is_empty() {
            leaking += 1;
            faults.push(format!("{}: leaked {leaks:?}", page.path.display()));
        }
        for (counter, wanted, found, what) in [
            (&mut code, oracle.code, article.html.matches("<pre ").count(), "code"),
            (&mut tasks, oracle.tasks, article.html.matches("<li class=\"task ").count(), "tasks"),
            (
                &mut images,
                oracle.images,
                article.html.matches("Image: ").count() + article.html.matches("<img ").count(),
                "images",
            ),
            (
                &mut callouts,
                oracle.callouts,
                article.html.matches("<div class=\"callout ").count(),
                "callouts",
            ),
        ] {
            counter.add(wanted, found);
            if found < wanted {
                faults.push(format!("{}: {what}: {found} of {wanted}", page.path.display()));
            }
        }
    }
    println!("documents          {documents}");
    println!("body words kept    {body}");
    println!("visible parameters {visible}");
    println!("kept or reported   {reported}");
    println!("leaking documents  {leaking}");
    println!("code               {code}");
    println!("task boxes         {tasks}");
    println!("images             {images}");
    println!("admonitions        {callouts}");
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.iter().take(60).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn markdown_is_read_back_as_the_same_page() {
    let Some(pages) = corpus() else { return };
    let mut faults = Vec::new();
    for page in &pages {
        let article = article(page);
        if let Err(fault) = judges::read_back(&article.html, &article.markdown) {
            faults.push(format!("{}: {fault}", page.path.display()));
        }
    }
    println!("{} pages, {} differ in Markdown", pages.len(), faults.len());
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.iter().take(25).cloned().collect::<Vec<_>>().join("\n")
    );
}
