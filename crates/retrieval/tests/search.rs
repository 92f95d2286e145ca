//! Search, suggestions and related articles on real SQLite.

use knowledge::samples::{Sample, shelve};
use knowledge::{Library, migrations};
use ports::native::Sqlite;
use retrieval::{Results, Search, Segment, related, search, suggest};

fn shelf(samples: &[Sample]) -> Sqlite {
    let database = Sqlite::in_memory().unwrap();
    migrations::apply(&database).unwrap();
    shelve(&database, samples).unwrap();
    database
}

fn help_desk() -> Sqlite {
    shelf(&[
        Sample::new(1, "How do I request VPN access?", "Anyone may have it.")
            .section(
                "Ask for it",
                "Ask-for-it",
                "Open the portal and choose VPN. Requests are approved within a day.",
            )
            .section("On a phone", "On-a-phone", "Install the app first.")
            .category("IT"),
        Sample::new(2, "Printers", "Requesting toner: call facilities. The VPN is not needed.")
            .category("IT"),
        Sample::new(3, "Parental leave", "Ask your manager for the policy and request the dates.")
            .category("HR"),
        Sample::new(4, "Who may use the VPN", "Contractors and employees.").category("Security"),
        Sample::new(5, "Café menu", "Crème brûlée on Fridays."),
        Sample::new(6, "Badges", "Collect yours at the front desk."),
        Sample::new(7, "Meeting rooms", "Book one in the calendar."),
        Sample::new(8, "Bicycles", "Park them behind the building."),
        Sample::new(9, "Lockers", "There are lockers on every floor."),
    ])
}

fn look_for(database: &Sqlite, text: &str) -> Results {
    search(&Library::public(database), &Search { text, category: None, limit: 10, offset: 0 }).unwrap()
}

fn ids(results: &Results) -> Vec<i64> {
    results.hits.iter().map(|hit| hit.article_id).collect()
}

fn text(segments: &[Segment]) -> String {
    segments.iter().map(|s| if s.matched { format!("[{}]", s.text) } else { s.text.clone() }).collect()
}

#[test]
fn the_best_match_comes_first_with_its_passage() {
    let results = look_for(&help_desk(), "How do I request VPN access?");
    assert_eq!(ids(&results)[0], 1);
    assert_eq!(results.total, 4);
    let hit = &results.hits[0];
    assert_eq!(text(&hit.title), "How do I [request] [VPN] [access]?");
    assert_eq!(hit.heading, "Ask for it");
    assert_eq!(hit.location(), "/articles/1/page-1#Ask-for-it");
    // What matches follows the stem: «Requests» for «request».
    assert_eq!(text(&hit.snippet), "Open the portal and choose [VPN]. [Requests] are approved within a day.");
}

#[test]
fn categories_count_what_matches_whichever_is_chosen() {
    let database = help_desk();
    let all = look_for(&database, "vpn request");
    let counts: Vec<(&str, i64)> = all.categories.iter().map(|f| (f.category.as_str(), f.articles)).collect();
    assert_eq!(counts, [("IT", 2), ("HR", 1), ("Security", 1)]);
    let of_it = Search { text: "vpn request", category: Some("IT"), limit: 10, offset: 0 };
    let of_it = search(&Library::public(&database), &of_it).unwrap();
    assert_eq!((of_it.total, of_it.reachable, of_it.hits.len()), (2, 2, 2));
    assert_eq!(of_it.categories, all.categories);
    let order: Vec<i64> = ids(&all).into_iter().filter(|id| ids(&of_it).contains(id)).collect();
    assert_eq!(ids(&of_it), order, "a filter does not change the order");
}

#[test]
fn pages_are_parts_of_one_order() {
    let samples: Vec<Sample> = (1..=25).map(|id| Sample::new(id, "VPN", "The same words.")).collect();
    let database = shelf(&samples);
    let mut seen = Vec::new();
    for offset in (0..30).step_by(10) {
        let page = Search { text: "vpn", category: None, limit: 10, offset };
        let page = search(&Library::public(&database), &page).unwrap();
        assert_eq!(page.total, 25);
        seen.extend(ids(&page));
    }
    assert_eq!(seen, (1..=25).collect::<Vec<i64>>());
}

#[test]
fn common_words_help_where_little_else_is_said() {
    let database = help_desk();
    assert_eq!(ids(&look_for(&database, "who may use the VPN"))[0], 4);
    // A lone word that matters decides what matches; the others only help to rank.
    assert_eq!(look_for(&database, "what is a printer").total, 1);
    let results = look_for(&database, "the frobnicator");
    assert!(results.common_words_only && results.total > 0);
    assert_eq!(look_for(&database, "frobnicator").total, 0);
}

#[test]
fn accents_and_case_do_not_matter() {
    for text in ["creme brulee", "CRÈME BRÛLÉE", "cre\u{300}me"] {
        assert_eq!(ids(&look_for(&help_desk(), text)), [5], "{text}");
    }
}

#[test]
fn suggestions_follow_the_typing() {
    let database = help_desk();
    for typed in ["v", "vp", "vpn", "how do i request v", "requestin"] {
        let found = suggest(&Library::public(&database), typed, 5).unwrap();
        assert!(found.iter().any(|suggestion| suggestion.article_id == 1), "{typed}");
    }
    assert_eq!(suggest(&Library::public(&database), "par", 5).unwrap()[0].article_id, 3);
    assert!(suggest(&Library::public(&database), "", 5).unwrap().is_empty());
}

#[test]
fn related_articles_share_the_subject() {
    let database = help_desk();
    let found: Vec<i64> =
        related(&Library::public(&database), 1, 5).unwrap().iter().map(|card| card.id).collect();
    assert_eq!(found, [2, 4, 3], "those that share more of its title come first, itself never");
    assert!(related(&Library::public(&database), 99, 5).unwrap().is_empty());
}

#[test]
fn no_text_is_an_error() {
    let database = help_desk();
    let mut texts: Vec<String> = [
        "\"",
        "\"\"",
        "'",
        "*",
        "vpn*",
        "^vpn",
        "-vpn",
        "vpn -",
        "NEAR(vpn access, 2)",
        "title : vpn",
        "title:",
        "{title text}:x",
        "AND",
        "OR",
        "NOT",
        "vpn AND",
        "OR vpn",
        "NOT vpn",
        "(",
        ")",
        "((vpn",
        "a\0b",
        "\0",
        "\u{1}\u{2}\u{3}",
        "🎉",
        "🎉🎉 vpn",
        "مرحبا بالعالم",
        "日本語のテスト",
        "e\u{301}e\u{301}",
        "\u{301}",
        "\u{200f}vpn\u{200e}",
        "\u{fdd0}",
        "\u{e000}",
        "\u{10ffff}",
        "%",
        "_",
        "\\",
        "\\\"",
        "vpn\nvpn",
        "\t\r\n",
        "1e999",
        "0x00",
        "--",
        "/*",
        ";drop table articles;--",
        "a:b:c",
        "::",
        "…",
        "«»",
        "+",
        "a+b",
        "ﷺ",
        "ß",
        "İ",
        "ǅ",
        "\u{ad}",
        "x\u{ad}y",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("vpn ".repeat(10_000));
    texts.push("é".repeat(10_000));
    texts.push((0..5_000).map(|n| format!("\"{n}* OR ")).collect());
    // Any mixture of what is special to somebody, from a fixed seed.
    let pieces = [
        "\"", "'", "*", "(", ")", "{", "}", ":", "^", "-", "+", ",", " ", "AND", "OR", "NOT", "NEAR", "vpn",
        "é", "\0", "🎉", "title", "\u{301}", "10.0",
    ];
    let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..2_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        texts.push(text);
    }
    for text in &texts {
        let wanted = Search { text, category: Some(text), limit: 10, offset: 0 };
        search(&Library::public(&database), &wanted)
            .unwrap_or_else(|error| panic!("search {text:?}: {error}"));
        look_for(&database, text);
        suggest(&Library::public(&database), text, 5)
            .unwrap_or_else(|error| panic!("suggest {text:?}: {error}"));
    }
}
