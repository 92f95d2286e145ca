//! Nothing that employees can call brings to light what they may not read.

use std::fmt::Debug;

use answer::{Thresholds, answer, answer_from_article};
use knowledge::samples::{Sample, shelve};
use knowledge::{Library, Reader, audiences, migrations, reading, searching};
use ports::Database;
use ports::native::Sqlite;
use retrieval::{Search, related, search, suggest};

const QUESTION: &str = "How do I request the Zanzibar budget?";

/// Every way in which an article can be hidden, and one that may be read.
fn shelf() -> Sqlite {
    let sample = |id: i64| {
        let text = "Request the Zanzibar budget from the secret controller. It is approved within a day.";
        let mut sample = Sample::new(id, "Request the Zanzibar budget", text).category("Secret");
        sample.labels = "zanzibar".into();
        sample
    };
    let hidden = [
        Sample { status: "draft", ..sample(101) },
        Sample { status: "retired", ..sample(102) },
        Sample { audience: "restricted", ..sample(103) },
        Sample { source_state: "trashed", ..sample(104) },
        Sample { source_state: "archived", ..sample(105) },
        Sample { source_state: "not_visible", ..sample(106) },
        Sample { source_state: "not_chosen", ..sample(107) },
    ];
    let readable = Sample::new(1, "How do I request a budget?", "Request the budget from your manager.")
        .category("Money");
    let database = Sqlite::in_memory().unwrap();
    migrations::apply(&database).unwrap();
    shelve(&database, &hidden).unwrap();
    shelve(&database, &[readable]).unwrap();
    database
}

/// What a caller sees of a result, so that one test looks through all of them.
fn seen(value: impl Debug) -> String {
    format!("{value:?}").to_lowercase()
}

#[test]
fn what_is_hidden_appears_nowhere() {
    let database = &shelf();
    let library = &Library::public(database);
    let wanted = |text, category| Search { text, category, limit: 50, offset: 0 };
    let ids: Vec<i64> = (1..=8).collect();
    let terms = ["zanzibar".to_owned(), "budget".to_owned()];
    let mut results: Vec<(&str, String)> = vec![
        ("search", seen(search(library, &wanted(QUESTION, None)).unwrap())),
        ("search of one word", seen(search(library, &wanted("controller", None)).unwrap())),
        ("search in a category", seen(search(library, &wanted(QUESTION, Some("Secret"))).unwrap())),
        ("suggest", seen(suggest(library, "zanz", 50).unwrap())),
        ("suggest of a shared word", seen(suggest(library, "budg", 50).unwrap())),
        (
            "answer",
            seen(answer(library, "request a budget from your manager", &Thresholds::default()).unwrap()),
        ),
        ("cards", seen(reading::cards(library, &ids).unwrap())),
        ("recently updated", seen(reading::recently_updated(library, 50).unwrap())),
        ("categories", seen(reading::categories(library).unwrap())),
        ("category", seen(reading::category(library, "Secret").unwrap())),
        ("articles in category", seen(reading::articles_in_category(library, "Secret", 50, 0).unwrap())),
        (
            "article of title",
            seen(reading::article_of_title(library, None, "IT", "Request the Zanzibar budget").unwrap()),
        ),
        (
            "best passages",
            seen(searching::best_passages(library, &terms, searching::Within::All { articles: 50 }).unwrap()),
        ),
    ];
    for id in 1..=7 {
        results.push(("article", seen(reading::article(library, id).unwrap())));
        results.push((
            "article of page",
            seen(reading::article_of_page(library, None, &(100 + id).to_string()).unwrap()),
        ));
        results.push(("related", seen(related(library, id, 50).unwrap())));
        results.push((
            "answer from article",
            seen(answer_from_article(library, id, "the secret controller").unwrap()),
        ));
    }
    results.push(("related to what may be read", seen(related(library, 8, 50).unwrap())));

    for (name, result) in results {
        for word in ["zanzibar", "secret", "controller"] {
            assert!(!result.contains(word), "{name} shows «{word}»: {result}");
        }
    }
}

#[test]
fn counts_are_of_what_may_be_read() {
    let database = &shelf();
    let library = &Library::public(database);
    let results = search(library, &Search { text: "budget", category: None, limit: 50, offset: 0 }).unwrap();
    assert_eq!((results.total, results.reachable, results.hits.len()), (1, 1, 1));
    assert_eq!(results.categories.iter().map(|facet| facet.articles).sum::<i64>(), 1);
    assert_eq!(reading::article_count(library).unwrap(), 1);
    let terms = ["zanzibar".to_owned()];
    let statistics = searching::term_statistics(library, &terms).unwrap();
    assert_eq!((statistics.articles, statistics.terms[0].articles), (1, 0));
}

#[test]
fn what_is_published_appears_at_once_and_what_is_retired_disappears_at_once() {
    let database = &shelf();
    let library = &Library::public(database);
    let found = || {
        let wanted = Search { text: "zanzibar", category: None, limit: 50, offset: 0 };
        search(library, &wanted).unwrap().hits.iter().map(|hit| hit.article_id).collect::<Vec<_>>()
    };
    let set = |status: &str| {
        let statement = "update articles set status = ?1 where id = 1";
        database.execute(statement, &[status.into()]).unwrap();
    };
    set("published");
    assert_eq!(found(), [1]);
    set("retired");
    assert!(found().is_empty());
}

#[test]
fn a_restricted_article_appears_to_exactly_those_who_may_read_it() {
    let database = &shelf();
    for statement in [
        "update articles set status = 'published', audience = '[1,\"103\"]' where page_id = '103'",
        "insert into people values ('in', 'Mia', '', 0, 0, 0), ('out', 'Leo', '', 0, 0, 0)",
        "insert into person_accounts values ('in', 1, 'a-mia', 'admin', 'ada', 0), ('out', 1, 'a-leo', 'admin', 'ada', 0)",
        "insert into node_readers values (1, '103', '103', 'user', 'a-mia', '')",
        "insert into audiences values ('[1,\"103\"]', 1)",
    ] {
        database.execute(statement, &[]).unwrap();
    }
    audiences::recompute(database, 1).unwrap();
    let seen_by = |reader: Reader| {
        let library = &Library::of(database, reader);
        let wanted = Search { text: "zanzibar", category: None, limit: 50, offset: 0 };
        let results = search(library, &wanted).unwrap();
        let answered = answer(library, QUESTION, &Thresholds::default()).unwrap();
        (
            (results.total, results.hits.len(), results.categories.len()),
            suggest(library, "zanz", 5).unwrap().len(),
            matches!(answered, answer::Outcome::Answered(_)),
            reading::article(library, 3).unwrap().is_some(),
            reading::article_count(library).unwrap(),
            reading::category(library, "Secret").unwrap().is_some(),
            answer_from_article(library, 3, "the secret controller").unwrap().is_some(),
        )
    };
    assert_eq!(seen_by(Reader::person("in")), ((1, 1, 1), 1, true, true, 2, true, true));
    for reader in
        [Reader::person("out"), Reader::person("nobody knows"), Reader::person("*"), Reader::nobody()]
    {
        assert_eq!(seen_by(reader.clone()), ((0, 0, 0), 0, false, false, 1, false, false), "{reader:?}");
    }
    database.execute("delete from node_readers", &[]).unwrap();
    audiences::narrow(database, 1).unwrap();
    assert_eq!(seen_by(Reader::person("in")).0, (0, 0, 0));
}
