//! Pages that are made up by a grammar: always well-formed, so that a second reading knows what they say.
//!
//! The fuzz targets make up what is broken; here every page is one that Confluence could have stored, and more is asked
//! of it: no word may be lost without a word, the Markdown must be the same page, and the passages the whole text. A
//! page that breaks a promise is made as small as it can be before it is shown.

mod generated_pages;
mod oracle;
mod properties;

use std::collections::HashMap;

use document::{Article, Format, Options, Source, convert};
use oracle::Oracle;
use properties::judges;
use proptest::{prelude::*, test_runner::RngSeed};

fn article(format: Format, body: &str) -> Article {
    convert(&Source { format, body }, &Options::default()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// Every promise, for one well-formed page.
fn keep(format: Format, body: &str) -> Result<(), TestCaseError> {
    properties::hold(format, body);
    let article = article(format, body);
    let oracle = match format {
        Format::Storage => Oracle::of_storage(body),
        _ => Oracle::of_adf(body),
    };
    let oracle = oracle.ok_or_else(|| TestCaseError::fail("the page is not well-formed"))?;
    no_word_is_lost(&article, &oracle)?;
    if let Err(fault) = judges::read_back(&article.html, &article.markdown) {
        let again = judges::markdown_to_html(&article.markdown);
        return Err(TestCaseError::fail(format!(
            "{fault}\n{}\n{}\nread back:\n{again}",
            article.html, article.markdown
        )));
    }
    the_passages_are_the_text(&article)
}

fn no_word_is_lost(article: &Article, oracle: &Oracle) -> Result<(), TestCaseError> {
    let mut shown = judges::word_counts(&judges::visible_text(&article.html));
    let mut reported: HashMap<String, usize> = HashMap::new();
    for loss in &article.report.losses {
        for (word, count) in judges::word_counts(&loss.words) {
            *reported.entry(word).or_default() += count;
        }
    }
    let mut take = |word: &String, from_report: bool| {
        let counts = if from_report { &mut reported } else { &mut shown };
        counts.get_mut(word).filter(|count| **count > 0).map(|count| *count -= 1).is_some()
    };
    for word in judges::words(&oracle.body).chain(judges::words(&oracle.visible)) {
        prop_assert!(take(&word, false), "{word:?} is not shown: {}", article.html);
    }
    for word in judges::words(&oracle.unshown) {
        prop_assert!(
            take(&word, false) || take(&word, true),
            "{word:?} is neither shown nor reported: {article:?}"
        );
    }
    let out = judges::word_counts(&format!("{} {} {}", article.html, article.markdown, article.text));
    let leak = oracle.hidden.iter().find(|word| out.contains_key(*word));
    prop_assert!(leak.is_none(), "{leak:?} is a setting, and is shown: {}", article.html);
    Ok(())
}

/// Passages follow one another without overlap, and between them stands nothing but headings.
fn the_passages_are_the_text(article: &Article) -> Result<(), TestCaseError> {
    let text = &article.text;
    let mut end = 0;
    for passage in &article.passages {
        let start = passage.offset as usize;
        prop_assert!(start >= end, "{passage:?} overlaps the one before it, which ends at {end}: {text:?}");
        only_headings(article, &text[end..start])?;
        // The first line may be the header row of a table that was cut.
        let after_header = passage.text.split_once('\n').map(|(_, rest)| rest);
        let body = [Some(passage.text.as_str()), after_header]
            .into_iter()
            .flatten()
            .find(|body| text[start..].starts_with(body));
        let Some(body) = body else {
            return Err(TestCaseError::fail(format!(
                "{passage:?} is not what stands at its place: {text:?}"
            )));
        };
        end = start + body.len();
        let at_a_line = text[end..].starts_with('\n') || end == text.len();
        prop_assert!(at_a_line, "{passage:?} ends inside a line: {text:?}");
        let words = passage.text.split_whitespace().count();
        prop_assert!(words == 0 || passage.words > 0, "{passage:?}");
        let anchors: Vec<_> = article
            .outline
            .iter()
            .filter(|heading| Some(&heading.anchor) == passage.anchor.as_ref())
            .collect();
        prop_assert_eq!(anchors.len(), usize::from(passage.anchor.is_some()), "{:?}", passage);
        // Long headings are cut short in paths.
        let path = passage.heading_path.last().map(|last| last.strip_suffix('…').unwrap_or(last));
        let heading = anchors.first().map_or("", |heading| &heading.text);
        prop_assert!(heading.starts_with(path.unwrap_or_default()), "{passage:?} under {heading:?}");
        prop_assert_eq!(path.is_some(), passage.anchor.is_some(), "{:?}", passage);
    }
    only_headings(article, &text[end..])
}

fn only_headings(article: &Article, gap: &str) -> Result<(), TestCaseError> {
    // The text says of an image in a heading that it is one, and numbers the items of a list.
    let words = |text: &str| judges::words(&text.replace("Image: ", "")).collect::<Vec<_>>();
    for line in gap.lines().filter(|line| !line.trim().is_empty()) {
        let line_words = words(line);
        let is_heading = article.outline.iter().any(|heading| {
            let rest = line_words.strip_suffix(words(&heading.text).as_slice());
            rest.is_some_and(|rest| {
                rest.is_empty() || rest == ["x"] || (rest.len() == 1 && rest[0].parse::<u32>().is_ok())
            })
        });
        prop_assert!(is_heading, "{line:?} is in no passage: {:?} {:?}", article.text, article.passages);
    }
    Ok(())
}

/// The same pages on every machine and in every run: what a longer search finds becomes a case of `tests/pages`.
/// `PROPTEST_CASES=20000 PROPTEST_RNG_SEED=…` searches longer and elsewhere.
fn config() -> ProptestConfig {
    let given = ProptestConfig::default();
    let is_set = |name| std::env::var_os(name).is_some();
    let cases = if is_set("PROPTEST_CASES") { given.cases } else { 128 };
    let seed = if is_set("PROPTEST_RNG_SEED") { given.rng_seed } else { RngSeed::Fixed(3) };
    ProptestConfig { cases, rng_seed: seed, failure_persistence: None, max_shrink_iters: 20_000, ..given }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_page_of_storage_format_keeps_every_promise(body in generated_pages::storage()) {
        keep(Format::Storage, &body)?;
    }

    #[test]
    fn a_page_of_adf_keeps_every_promise(body in generated_pages::adf()) {
        keep(Format::AtlasDocFormat, &body)?;
    }
}
