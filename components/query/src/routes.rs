//! Every address of the API.

use std::cell::RefCell;

use freshness::Freshness;
use http::{Method, Request, Response};
use identity::session;
use knowledge::events::Event;
use ports::{Database, HttpClient};

use crate::config::Config;
use crate::error::Error;
use crate::parameters::Parameters;
use crate::visit::Visit;
use crate::{answering, article, search, suggest};

/// Answers a request, and says what is to be recorded of it.
pub(crate) async fn handle<D: Database, C: HttpClient>(
    database: &D,
    client: &C,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> (Response<Vec<u8>>, Vec<Event>) {
    let headers = request.headers();
    let Some(session) = session::read(headers, &config.key, now) else {
        return (Error::NotSignedIn.problem(&config.public_url), Vec::new());
    };
    let parameters = Parameters::of(request.uri());
    let events = RefCell::default();
    let freshness = Freshness::through(client);
    let visit = Visit { database, config, headers, session: &session, parameters, now, freshness, events };
    let response = match answer(&visit, request).await {
        Ok(response) => response,
        Err(error) => error.problem(&config.public_url),
    };
    (response, visit.events.into_inner())
}

async fn answer<D: Database>(
    visit: &Visit<'_, D>,
    request: &Request<Vec<u8>>,
) -> Result<Response<Vec<u8>>, Error> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Error::Method(request.method().clone()));
    }
    knowledge::migrations::apply(visit.database)?;
    let segments: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    match segments.as_slice() {
        ["api", "search"] => search::show(visit).await,
        ["api", "suggest"] => suggest::show(visit).await,
        ["api", "answer"] => answering::show(visit).await,
        ["api", "articles", id] => article::show(visit, id).await,
        _ => Err(Error::NoSuchAddress),
    }
}

#[cfg(test)]
mod tests {
    use http::header::IF_NONE_MATCH;
    use knowledge::events::Kind;
    use knowledge::samples::Sample;
    use serde_json::json;

    use super::*;
    use crate::sample::Api;

    fn api() -> Api {
        Api::with(&[
            Sample::new(1, "How do I request VPN access?", "The VPN connects you.")
                .section("In the portal", "In-the-portal", "Request VPN access in the service portal.")
                .category("IT"),
            Sample::new(2, "Parental leave", "Ask your manager."),
            Sample { status: "draft", ..Sample::new(3, "VPN secrets", "Request VPN access in secret.") },
            Sample::new(4, "Badges", "At the front desk."),
            Sample::new(5, "Printers", "On each floor."),
            Sample::new(6, "Bicycles", "Behind the building."),
        ])
    }

    #[test]
    fn what_was_restricted_a_moment_ago_is_neither_given_nor_cited() {
        let mut api = api();
        api.restricted = Some(1);
        assert_eq!(api.get("/api/articles/1").status(), 404);
        let mut api = self::api();
        api.restricted = Some(1);
        assert_ne!(api.get("/api/answer?q=request+vpn+access").json()["outcome"], "answered");
    }

    #[test]
    fn search_answers_results_with_marks() {
        let answer = api().get("/api/search?q=request+vpn&limit=5");
        assert_eq!((answer.status(), answer.header("content-type")), (200, "application/json"));
        let found = answer.json();
        assert_eq!((&found["total"], &found["limit"], &found["offset"]), (&json!(1), &json!(5), &json!(0)));
        assert_eq!(found["categories"], json!([{ "category": "IT", "articles": 1 }]));
        let first = &found["results"][0];
        assert_eq!(first["title"], "How do I request VPN access?");
        assert_eq!(first["url"], "https://help.acme.example/articles/1/page-1#In-the-portal");
        assert_eq!(first["updated_at"], "1970-01-01T00:00:00Z");
        assert_eq!(first["snippet"][0], json!({ "text": "Request", "matched": true }));
        assert_eq!(answer.events[0].kind, Kind::Searched);
    }

    #[test]
    fn suggest_answers_titles_and_addresses() {
        let found = api().get("/api/suggest?q=vp").json();
        assert_eq!(found["suggestions"][0]["title"], "How do I request VPN access?");
        assert_eq!(found["suggestions"][0]["url"], "https://help.acme.example/articles/1/page-1");
        assert_eq!(found["suggestions"][0]["category"], "IT");
        assert_eq!(api().get("/api/suggest?q=").json(), json!({ "suggestions": [] }));
    }

    #[test]
    fn answer_answers_with_citations_or_says_why_not() {
        let answer = api().get("/api/answer?q=How+do+I+request+VPN+access%3F");
        let reply = answer.json();
        assert_eq!(reply["outcome"], "answered");
        assert_eq!(reply["excerpts"][0]["text"], "Request VPN access in the service portal.");
        assert_eq!(reply["citations"][0]["url"], "https://help.acme.example/articles/1/page-1#In-the-portal");
        assert_eq!(
            reply["citations"][0]["source_url"],
            "https://sample.atlassian.net/wiki/spaces/IT/pages/1"
        );
        let kinds: Vec<Kind> = answer.events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [Kind::Asked, Kind::Answered]);

        let answer = api().get("/api/answer?q=What+is+the+capital+of+France%3F");
        let reply = answer.json();
        assert_eq!(reply["outcome"], "unknown");
        assert_eq!(reply["reason"]["message"], "No article mentions “capital”, “france”.");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.events[1].kind, Kind::Refused);
    }

    #[test]
    fn an_article_comes_in_three_formats() {
        let api = api();
        let whole = api.get("/api/articles/1").json();
        assert_eq!(whole["source"]["space_key"], "IT");
        assert_eq!(whole["outline"][0]["anchor"], "In-the-portal");
        let markdown = api.get("/api/articles/1?format=markdown");
        assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
        assert!(markdown.text().starts_with("# How do I request VPN access?\n\nThe VPN connects you."));
        let html = api.get("/api/articles/1?format=html");
        assert!(html.header("content-security-policy").contains("default-src 'none'"));
        assert!(html.text().starts_with("<p>"));
    }

    #[test]
    fn a_known_answer_is_not_sent_again() {
        let api = api();
        for path in ["/api/articles/1", "/api/search?q=vpn", "/api/suggest?q=vpn"] {
            let first = api.get(path);
            let again =
                Request::get(path).header(IF_NONE_MATCH, first.header("etag")).body(Vec::new()).unwrap();
            let again = api.send(again);
            assert_eq!((again.status(), again.text()), (304, ""), "{path}");
            assert_eq!(again.header("cache-control"), "private, no-cache");
        }
    }

    #[test]
    fn a_failure_names_the_thing_and_the_cure() {
        let long = format!("/api/search?q={}", "a".repeat(600));
        let cases = [
            ("/api/articles/3", 404, "This article is not available"),
            ("/api/articles/99", 404, "This article is not available"),
            ("/api/articles/x", 404, "This article is not available"),
            ("/api/articles/1?format=pdf", 400, "“pdf” is none of json, markdown and html."),
            ("/api/search?q=a&limit=many", 400, "Give a whole number from 0 to 50."),
            ("/api/search?q=a&offset=-1", 400, "Give a whole number from 0 to 200."),
            (&long, 400, "It has 600 bytes. Shorten it to 512."),
            ("/api/answer", 400, "Put the question into it."),
            ("/api", 404, "There is nothing at this address"),
        ];
        for (path, status, words) in cases {
            let answer = api().get(path);
            assert_eq!(
                (answer.status(), answer.header("content-type")),
                (status, "application/problem+json"),
                "{path}"
            );
            assert!(answer.text().contains(words), "{path}: {}", answer.text());
            assert!(answer.events.is_empty());
        }
    }

    #[test]
    fn nothing_is_told_without_a_session() {
        let request =
            Request::get("/api/search?q=vpn").header("cookie", "session=forged").body(Vec::new()).unwrap();
        let answer = api().send_as_it_is(&request);
        assert_eq!(answer.status(), 401);
        assert!(answer.text().contains("https://help.acme.example/sign-in"));
        let post = Request::post("/api/search").body(Vec::new()).unwrap();
        assert_eq!(api().send(post).header("allow"), "GET, HEAD");
    }

    #[test]
    fn a_hidden_article_is_in_no_answer() {
        for path in [
            "/api/search?q=secret",
            "/api/suggest?q=secr",
            "/api/answer?q=vpn+secrets+in+secret",
            "/api/search?q=vpn",
        ] {
            let text = api().get(path).text().to_lowercase();
            assert!(!text.contains("vpn secrets\""), "{path}: {text}");
        }
        assert_eq!(api().get("/api/search?q=secret").json()["total"], 0);
    }
}
