use answer::{ArticleCard, Citation, Excerpt, Outcome, Thresholds};
use askama::Template;
use freshness::Shown;
use http::{Response, StatusCode};
use knowledge::events::Kind;
use ports::Database;
use screen::{Frame, Time, address, day};
use serde_json::json;

use crate::error::Error;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage<'a> {
    frame: &'a Frame<'a>,
    query: &'a str,
    reply: Option<Reply>,
    search_address: String,
}

/// The outcome of a question, as a page shows it.
pub(crate) enum Reply {
    Answered { excerpts: Vec<Excerpt>, sources: Vec<(Citation, Time)> },
    Related { why: String, articles: Vec<ArticleCard> },
    Unknown { why: String },
}

impl From<Outcome> for Reply {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Answered(answer) => Self::Answered {
                excerpts: answer.excerpts,
                sources: answer
                    .citations
                    .into_iter()
                    .map(|citation| {
                        let updated = day(citation.source_updated_at);
                        (citation, updated)
                    })
                    .collect(),
            },
            Outcome::Related { reason, articles } => Self::Related { why: reason.to_string(), articles },
            Outcome::Unknown { reason } => Self::Unknown { why: reason.to_string() },
        }
    }
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let question = visit.query.get("q");
    let reply = if question.is_empty() {
        None
    } else {
        let answer = || answer::answer(&visit.library(), question, &Thresholds::default());
        let outcome = visit.fresh(Shown::Whole, answer, Outcome::articles).await?;
        record(visit, question, None, &outcome);
        if visit.wants_json() {
            return Ok(json_of(&outcome));
        }
        Some(Reply::from(outcome))
    };
    let frame = visit.frame();
    let search_address = address("/search", &[("q", question)]);
    Ok(frame.page(StatusCode::OK, &AskPage { frame: &frame, query: question, reply, search_address }))
}

/// Records a question, and what came of it.
pub(crate) fn record<D>(visit: &Visit<'_, D>, question: &str, article_id: Option<i64>, outcome: &Outcome) {
    visit.record(Kind::Asked, article_id, json!({ "question": question }));
    match outcome {
        Outcome::Answered(answer) => {
            for citation in &answer.citations {
                let detail = json!({ "question": question, "citation": citation.number });
                visit.record(Kind::Answered, Some(citation.article_id), detail);
            }
        }
        Outcome::Related { reason, .. } | Outcome::Unknown { reason } => {
            visit.record(Kind::Refused, article_id, json!({ "question": question, "reason": reason }));
        }
    }
}

/// The outcome for programs.
pub(crate) fn json_of(outcome: &Outcome) -> Response<Vec<u8>> {
    let mut response = screen::page(StatusCode::OK, String::new());
    *response.body_mut() = serde_json::to_vec(outcome).expect("an outcome is plain data");
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests {
    use identity::Role;
    use knowledge::samples::Sample;
    use serde_json::Value;

    use super::*;
    use crate::sample::Portal;

    fn portal() -> Portal {
        let vpn = Sample::new(1, "VPN access", "Who may work from elsewhere.").section(
            "How to request access",
            "How-to-request-access",
            "Request VPN access in Self Service under Network. Your manager approves the request.",
        );
        let others = ["Lunch menu", "Parking spaces", "Laptop repair", "Badge lost", "Printer toner"];
        let others = others
            .iter()
            .enumerate()
            .map(|(at, title)| Sample::new(at + 2, title, "Read here what to do and whom to call about it."));
        Portal::with(Role::Employee, &std::iter::once(vpn).chain(others).collect::<Vec<_>>())
    }

    #[test]
    fn an_answer_cites_the_heading_and_the_page() {
        let shown = portal().get("/ask?q=How+do+I+request+VPN+access%3F");
        assert!(shown.has("Excerpts, word for word"), "{}", shown.body());
        assert!(shown.has("#How-to-request-access\""));
        assert!(shown.has("Open in Confluence"));
        let kinds: Vec<Kind> = shown.events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [Kind::Asked, Kind::Answered]);
        assert_eq!(shown.events[1].article_id, Some(1));
    }

    #[test]
    fn what_was_restricted_a_moment_ago_is_not_cited() {
        let shown = Portal { restricted: Some(1), ..portal() }.get("/ask?q=How+do+I+request+VPN+access%3F");
        assert!(!shown.has("Self Service") && shown.has("I don’t know"), "{}", shown.body());
    }

    #[test]
    fn what_no_article_answers_is_not_known() {
        let shown = portal().get("/ask?q=How+tall+is+the+Eiffel+tower%3F");
        assert!(shown.has("I don’t know") && !shown.has("Excerpts"), "{}", shown.body());
        assert_eq!(shown.events.last().unwrap().kind, Kind::Refused);
    }

    #[test]
    fn a_program_gets_the_outcome_as_json() {
        let request =
            http::Request::get("/ask?q=How+do+I+request+VPN+access%3F").header("accept", "application/json");
        let shown = portal().send(request.body(Vec::new()).unwrap());
        assert_eq!(shown.header("content-type"), "application/json");
        let outcome: Value = serde_json::from_str(shown.body()).unwrap();
        assert_eq!(outcome["outcome"], "answered");
        assert_eq!(outcome["citations"][0]["heading"], "How to request access");
    }

    #[test]
    fn without_a_question_there_is_only_the_box() {
        let shown = portal().get("/ask");
        assert!(shown.has("Ask a question") && !shown.has("id=\"_answer\""));
        assert!(shown.events.is_empty());
    }
}
