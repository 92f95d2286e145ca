use answer::{ArticleCard, Citation, Evidence, Excerpt, Outcome, Reason, Sentence, Thresholds};
use freshness::Shown;
use http::Response;
use knowledge::events::Kind;
use ports::Database;
use serde::Serialize;
use serde_json::json;

use crate::error::Error;
use crate::reply::{json, time};
use crate::visit::Visit;

/// What `/api/answer` answers: `outcome` is `answered`, `related` or `unknown`.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum Reply<'a> {
    Answered { question: &'a str, excerpts: Vec<Passage>, citations: Vec<Source>, evidence: Evidence },
    Related { question: &'a str, reason: Refusal, articles: Vec<Offer> },
    Unknown { question: &'a str, reason: Refusal },
}

/// A passage as it stands in its article; joined, the sentences are `text`.
#[derive(Serialize)]
struct Passage {
    /// The number of its citation.
    citation: usize,
    text: String,
    sentences: Vec<Sentence>,
}

#[derive(Serialize)]
struct Source {
    number: usize,
    article_id: i64,
    title: String,
    heading: String,
    category: String,
    /// The Portal's page, at the heading.
    url: String,
    source: &'static str,
    /// The page in Confluence.
    source_url: String,
    updated_at: String,
}

#[derive(Serialize)]
struct Refusal {
    #[serde(flatten)]
    reason: Reason,
    /// The same, for people.
    message: String,
}

#[derive(Serialize)]
struct Offer {
    id: i64,
    title: String,
    summary: String,
    category: String,
    url: String,
    updated_at: String,
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let question = visit.parameters.text()?;
    if question.is_empty() {
        return Err(Error::Parameter {
            name: "q",
            reason: "It is missing. Put the question into it.".to_owned(),
        });
    }
    let answer = || answer::answer(&visit.library(), question, &Thresholds::default());
    let outcome = visit.fresh(Shown::Whole, answer, Outcome::articles).await?;
    visit.record(Kind::Asked, None, json!({ "question": question }));
    let reply = match outcome {
        Outcome::Answered(answer) => {
            for citation in &answer.citations {
                let detail = json!({ "question": question, "citation": citation.number });
                visit.record(Kind::Answered, Some(citation.article_id), detail);
            }
            Reply::Answered {
                question,
                excerpts: answer.excerpts.into_iter().map(passage).collect(),
                citations: answer.citations.into_iter().map(|citation| source(visit, citation)).collect(),
                evidence: answer.evidence,
            }
        }
        Outcome::Related { reason, articles } => {
            visit.record(Kind::Refused, None, json!({ "question": question, "reason": reason }));
            let articles = articles.into_iter().map(|article| offer(visit, article)).collect();
            Reply::Related { question, reason: refusal(reason), articles }
        }
        Outcome::Unknown { reason } => {
            visit.record(Kind::Refused, None, json!({ "question": question, "reason": reason }));
            Reply::Unknown { question, reason: refusal(reason) }
        }
    };
    Ok(json(&reply))
}

fn passage(excerpt: Excerpt) -> Passage {
    Passage {
        citation: excerpt.citation,
        text: excerpt.sentences.iter().map(|sentence| sentence.text.as_str()).collect(),
        sentences: excerpt.sentences,
    }
}

fn source<D>(visit: &Visit<'_, D>, citation: Citation) -> Source {
    Source {
        number: citation.number,
        article_id: citation.article_id,
        title: citation.title,
        heading: citation.heading,
        category: citation.category,
        url: visit.url(&citation.location),
        source: "Confluence",
        source_url: citation.source_url,
        updated_at: time(citation.source_updated_at),
    }
}

fn refusal(reason: Reason) -> Refusal {
    Refusal { message: reason.to_string(), reason }
}

fn offer<D>(visit: &Visit<'_, D>, article: ArticleCard) -> Offer {
    Offer {
        url: visit.url(&article.location()),
        id: article.id,
        title: article.title,
        summary: article.summary,
        category: article.category,
        updated_at: time(article.source_updated_at),
    }
}
