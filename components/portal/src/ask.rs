use answer::{ArticleCard, Citation, Excerpt, Outcome, Thresholds};
use askama::Template;
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
        let outcome = answer::answer(visit.database, question, &Thresholds::default()).await?;
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
