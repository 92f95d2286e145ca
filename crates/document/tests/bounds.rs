//! What comes from elsewhere, and what is repeated, is bounded, and the report says what was left out.

use std::cell::Cell;

use document::{
    Article, Format, FoundPage, Included, Limits, Options, Outcome, Owner, PageTarget, Resolver, Source,
    convert,
};

const LIMITS: Limits = Limits { included: 100_000, ..DEFAULT };
const DEFAULT: Limits = Limits {
    bytes: 16 << 20,
    elements: 2_000_000,
    depth: 48,
    includes: 4,
    included: 4 << 20,
    steps: 1 << 26,
};

fn include(title: &str) -> String {
    format!(
        "<ac:structured-macro ac:name=\"include\"><ac:parameter ac:name=\"\">{title}</ac:parameter></ac:structured-macro>"
    )
}

fn convert_with(body: &str, resolver: &dyn Resolver, limits: Limits) -> Article {
    let options = Options { resolver, limits, ..Options::default() };
    convert(&Source { format: Format::Storage, body }, &options).expect("an article")
}

/// How often something became a link or words.
fn count(article: &Article, name: &str) -> u32 {
    let losses = article.report.losses.iter();
    losses.filter(|loss| loss.name == name && loss.outcome != Outcome::Dropped).map(|loss| loss.count).sum()
}

#[test]
fn the_limits_are_those_that_the_tests_assume() {
    assert_eq!(Limits::default(), DEFAULT);
}

/// A page that has one body, whatever it is called.
struct Same {
    body: String,
    owner: Option<Owner>,
    asked: Cell<usize>,
}

impl Resolver for Same {
    fn included(&self, _page: &PageTarget<'_>) -> Option<Included> {
        self.asked.set(self.asked.get() + 1);
        Some(Included { format: Format::Storage, body: self.body.clone(), owner: self.owner.clone() })
    }
}

#[test]
fn a_page_that_includes_itself_many_times_is_shown_as_often_as_fits() {
    let text = format!("<p>{}</p>", "words ".repeat(1_600));
    let body = format!("{text}{}", include("Itself").repeat(15));
    let same = Same { body: body.clone(), owner: None, asked: Cell::new(0) };
    let article = convert_with(&body, &same, LIMITS);
    // The page, its 15 copies as far as they fit, and what each copy asks for in vain.
    assert!(article.text.len() < body.len() + LIMITS.included, "{} bytes", article.text.len());
    assert!(same.asked.get() <= LIMITS.included / body.len() + 1, "asked {} times", same.asked.get());
    assert!(count(&article, "include") >= 14, "{:?}", article.report);
    assert!(article.text.contains("Included page: Itself"), "what is left out is named");
}

#[test]
fn pages_that_include_many_others_end_at_the_limit() {
    // Each page has another name, so that no page includes itself: 15 pages that include 15 each, and so on.
    struct Many(Cell<usize>);
    impl Resolver for Many {
        fn included(&self, page: &PageTarget<'_>) -> Option<Included> {
            self.0.set(self.0.get() + 1);
            let title = page.title?;
            let includes: String = (0..15).map(|at| include(&format!("{title}.{at}"))).collect();
            Some(Included { format: Format::Storage, body: format!("<p>words</p>{includes}"), owner: None })
        }
    }
    let many = Many(Cell::new(0));
    let article = convert_with(&include("0"), &many, LIMITS);
    assert!(article.text.len() < 2 * LIMITS.included, "{} bytes", article.text.len());
    assert!(many.0.get() < LIMITS.included / 1_000, "asked {} times", many.0.get());
    assert!(count(&article, "include") > 0, "{:?}", article.report);
}

#[test]
fn what_fits_is_shown_whole_and_the_report_is_empty() {
    let same = Same { body: "<p>Shared words.</p>".to_owned(), owner: None, asked: Cell::new(0) };
    let article = convert_with(&include("Shared").repeat(100), &same, LIMITS);
    assert_eq!(article.text.matches("Shared words.").count(), 100);
    assert!(article.report.is_empty(), "{:?}", article.report);
}

#[test]
fn lists_of_pages_end_at_the_limit() {
    struct Children;
    impl Resolver for Children {
        fn children(&self, _page: &PageTarget<'_>) -> Option<Vec<FoundPage>> {
            Some((0..100).map(|id| FoundPage { id: id.to_string(), title: format!("Page {id}") }).collect())
        }
        fn attachments(&self) -> Option<Vec<String>> {
            Some((0..100).map(|id| format!("file-{id}.pdf")).collect())
        }
    }
    for name in ["children", "attachments"] {
        let body = format!("<ac:structured-macro ac:name=\"{name}\"/>").repeat(1_000);
        let article = convert_with(&body, &Children, LIMITS);
        assert!(article.text.len() < body.len() + LIMITS.included, "{} bytes", article.text.len());
        let is_counted = article.report.losses.iter().any(|loss| loss.name == name && loss.count > 900);
        assert!(is_counted, "{:?}", article.report);
        assert!(
            article.text.contains("Page 99") || article.text.contains("file-99"),
            "those that fit are shown"
        );
    }
}

#[test]
fn a_long_heading_is_cut_in_paths_and_whole_elsewhere() {
    let heading = "long words ".repeat(1_000);
    let section = format!("<p>{}</p>", "text ".repeat(100));
    let body = format!("<h1>{heading}</h1>{}<ac:structured-macro ac:name=\"gliffy\"/>", section.repeat(50));
    let article = convert_with(&body, &document::Unknown, DEFAULT);
    assert!(article.passages.len() >= 25, "{} passages", article.passages.len());
    for path in article
        .passages
        .iter()
        .map(|passage| &passage.heading_path)
        .chain(article.report.losses.iter().map(|loss| &loss.place))
    {
        assert_eq!(path.len(), 1);
        assert!(path[0].starts_with("long words long") && path[0].ends_with('…'), "{path:?}");
        assert!(path[0].len() < 170, "{} bytes", path[0].len());
    }
    assert_eq!(article.outline[0].text, heading.trim());
    // Each of them repeats the anchor, so that a long one would make an article of the square of its page.
    let anchor = &article.outline[0].anchor;
    assert!(anchor.starts_with("long-words-long") && anchor.len() <= 300, "{anchor}");
    assert!(article.passages.iter().all(|passage| passage.anchor.as_ref() == Some(anchor)));
    assert!(article.report.losses.iter().all(|loss| loss.anchor.as_ref() == Some(anchor)));
    let link = format!("<p><a href=\"#{}\">there</a></p>{body}", heading.trim().replace(' ', "-"));
    assert_eq!(convert_with(&link, &document::Unknown, DEFAULT).links[0].address, format!("#{anchor}"));
}

#[test]
fn paths_are_no_longer_than_the_page() {
    // Five levels of long headings, and then nothing but short sections under them.
    let above: String =
        (1..6).map(|level| format!("<h{level}>{}</h{level}>", "Heading words ".repeat(10))).collect();
    let sections = 20_000;
    let body = format!("{above}{}", "<h6>a</h6><p>x</p>".repeat(sections));
    let article = convert_with(&body, &document::Unknown, DEFAULT);
    assert!(article.passages.len() > 1_000, "{} passages", article.passages.len());
    let bytes: usize =
        article.passages.iter().flat_map(|passage| &passage.heading_path).map(String::len).sum();
    assert!(bytes < (64 << 10) + 2 * body.len(), "{bytes} bytes of paths for {}", body.len());
    assert_eq!(article.passages[0].heading_path.len(), 6);
    assert!(article.passages.iter().all(|passage| passage.anchor.is_some()));
    assert_eq!(article.text.matches('x').count(), sections);
}

/// Each line break ends the link and begins it again, so that a long address could be as many times in the article.
#[test]
fn a_link_over_many_lines_repeats_its_address_no_longer_than_there_is_room() {
    let lines = 20_000;
    let body = format!("<p><a href=\"/{}\">{}</a></p>", "x".repeat(100_000), "word<br/>".repeat(lines));
    let article = convert_with(&body, &document::Unknown, DEFAULT);
    assert!(article.html.len() < 12 * body.len(), "{} bytes", article.html.len());
    assert_eq!(article.text.matches("word").count(), lines);
    assert!(count(&article, "structure") > 0, "{:?}", article.report);
}
