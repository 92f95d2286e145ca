//! Answers, citations and refusals on real SQLite.

use answer::{Answer, Outcome, Reason, Thresholds, answer, answer_from_article};
use knowledge::samples::{Sample, shelve};
use knowledge::{Library, migrations};
use ports::native::Sqlite;

fn help_desk() -> Sqlite {
    let database = Sqlite::in_memory().unwrap();
    let samples = [
        Sample::new(1, "How do I request VPN access?", "The VPN gives you the office network from anywhere.")
            .section(
                "Ask for it › In the portal",
                "In the portal",
                "Requests are quick. Open the service portal and request VPN access there. \
                 Your manager approves it within one working day.",
            )
            .section("On a phone", "On-a-phone", "Install the app from the store first."),
        Sample::new(
            2,
            "VPN troubleshooting",
            "Restart the client. If it still fails, call the service desk.",
        ),
        Sample::new(3, "Parental leave", "Ask your manager for the policy and agree on the dates."),
        Sample::new(4, "Reset your password", "Choose “Forgot password” on the sign-in page."),
        Sample::new(5, "Printers", "Toner is in the cupboard on each floor."),
        Sample::new(6, "Company car", "Company cars are given to field engineers only."),
        Sample::new(7, "Travel expenses", "Send the receipts within a month."),
        Sample::new(8, "Badges", "Collect yours at the front desk."),
        Sample::new(9, "Meeting rooms", "Book one in the calendar."),
        Sample::new(10, "Bicycles", "Park them behind the building."),
    ];
    migrations::apply(&database).unwrap();
    shelve(&database, &samples).unwrap();
    database
}

fn ask(database: &Sqlite, question: &str) -> Outcome {
    answer(&Library::public(database), question, &Thresholds::default()).unwrap()
}

fn answered(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Answered(answer) => answer,
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn an_answer_quotes_a_passage_and_cites_where_it_stands() {
    let answer = answered(ask(&help_desk(), "How do I request VPN access?"));
    let first = &answer.excerpts[0];
    let text: String = first.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    assert!(text.starts_with("Requests are quick. Open the service portal"), "{text}");
    let marked: Vec<&str> = first
        .sentences
        .iter()
        .filter(|sentence| sentence.marked)
        .map(|sentence| sentence.text.trim())
        .collect();
    assert_eq!(marked, ["Open the service portal and request VPN access there."]);
    let citation = &answer.citations[first.citation - 1];
    assert_eq!((citation.number, citation.title.as_str()), (1, "How do I request VPN access?"));
    assert_eq!(citation.heading, "Ask for it › In the portal");
    assert_eq!(citation.location, "/articles/1/page-1#In%20the%20portal");
    assert_eq!(citation.source_url, "https://sample.atlassian.net/wiki/spaces/IT/pages/1");
    for excerpt in &answer.excerpts {
        assert!(answer.citations.iter().any(|citation| citation.number == excerpt.citation));
    }
}

#[test]
fn a_list_of_links_is_not_quoted_beside_the_article_that_it_leads_to() {
    let database = Sqlite::in_memory().unwrap();
    let mut samples = vec![
        Sample::new(1, "How do I request VPN access?", "The VPN gives you the office network.").section(
            "Steps",
            "Steps",
            "Open the service portal and request VPN access there.",
        ),
        Sample::new(2, "IT Help", "Start here.").section(
            "Asked most often",
            "Asked-most-often",
            "- How do I request VPN access?\n- How do I reset my password?\n- Report a phishing email",
        ),
    ];
    let longer = "Park them behind the building and lock them to the racks. ".repeat(4);
    samples.extend((3..40).map(|id| Sample::new(id, "Bicycles", &longer)));
    migrations::apply(&database).unwrap();
    shelve(&database, &samples).unwrap();
    let answer = answered(ask(&database, "How do I request VPN access?"));
    let cited: Vec<i64> = answer.citations.iter().map(|citation| citation.article_id).collect();
    assert_eq!(cited, [1]);
}

#[test]
fn two_words_are_enough_where_they_are_the_subject() {
    assert_eq!(answered(ask(&help_desk(), "reset password")).citations[0].article_id, 4);
}

#[test]
fn what_is_close_is_offered_and_not_answered() {
    let Outcome::Related { reason, articles } = ask(&help_desk(), "Which company car lease is cheapest?")
    else {
        panic!("neither known nor unknown was expected");
    };
    assert_eq!(articles[0].title, "Company car");
    assert_eq!(reason, Reason::UnknownWords { words: vec!["lease".into(), "cheapest".into()] });
    assert_eq!(reason.to_string(), "No article mentions “lease”, “cheapest”.");
}

#[test]
fn what_is_not_there_is_not_known() {
    let cases = [
        (
            "What is the capital of France?",
            Reason::UnknownWords { words: vec!["capital".into(), "france".into()] },
        ),
        ("", Reason::NothingAsked),
        ("  ?!", Reason::NothingAsked),
        ("what is it?", Reason::NothingAsked),
    ];
    for (question, expected) in cases {
        assert_eq!(ask(&help_desk(), question), Outcome::Unknown { reason: expected }, "{question}");
    }
}

#[test]
fn one_article_is_asked_by_itself() {
    let database = help_desk();
    let ask = |id, question| answer_from_article(&Library::public(&database), id, question).unwrap();
    let answer = answered(ask(1, "Who approves it?").unwrap());
    assert!(answer.citations.iter().all(|citation| citation.article_id == 1));
    assert_eq!(answer.citations[0].heading, "Ask for it › In the portal");
    assert!(matches!(ask(1, "How do I reset my password?"), Some(Outcome::Unknown { .. })));
    assert_eq!(ask(99, "Who approves it?"), None);
}

#[test]
fn the_same_question_gets_the_same_answer() {
    let database = help_desk();
    for question in ["How do I request VPN access?", "vpn fails", "company car lease"] {
        assert_eq!(ask(&database, question), ask(&database, question));
    }
}

#[test]
fn no_question_is_an_error() {
    let database = help_desk();
    for question in [
        "\"",
        "vpn\"*",
        "NEAR(",
        "AND OR NOT",
        "\0vpn\0",
        "🎉",
        "title:vpn",
        "e\u{301}",
        &"vpn \" ( ".repeat(500),
    ] {
        ask(&database, question);
        answer_from_article(&Library::public(&database), 1, question).unwrap();
    }
}
