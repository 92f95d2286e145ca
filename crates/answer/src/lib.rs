//! A cited answer from the articles that the asker may open, or an honest refusal.
//!
//! Extractive and deterministic: an answer is passages as they stand, under the article and the
//! heading that they come from. Without enough support there is none ([`Thresholds`]).

mod compose;
mod evidence;
mod outcome;
mod sentences;

use knowledge::reading;
use knowledge::searching::{self, PassageMatch, TermStatistics};
use ports::{Database, DatabaseError};
use retrieval::Query;

pub use evidence::{Evidence, Thresholds};
pub use outcome::{Answer, Citation, Excerpt, Outcome, Reason, Sentence};
pub use retrieval::ArticleCard;

/// How many passages are looked at.
const PASSAGES: i64 = 30;

/// Answers a question from all that may be read.
pub async fn answer(
    database: &impl Database,
    question: &str,
    thresholds: &Thresholds,
) -> Result<Outcome, DatabaseError> {
    let query = Query::read(question);
    if query.content.is_empty() {
        return Ok(Outcome::Unknown { reason: Reason::NothingAsked });
    }
    let statistics = searching::term_statistics(database, &query.content).await?;
    let passages = searching::best_passages(database, &query.content, None, PASSAGES).await?;
    Ok(compose::outcome(&query.content, &statistics, one_for_each_article(passages), thresholds))
}

/// Answers a question from one article; none if it may not be read.
pub async fn answer_from_article(
    database: &impl Database,
    article_id: i64,
    question: &str,
    thresholds: &Thresholds,
) -> Result<Option<Outcome>, DatabaseError> {
    if reading::cards(database, &[article_id]).await?.is_empty() {
        return Ok(None);
    }
    let query = Query::read(question);
    if query.content.is_empty() {
        return Ok(Some(Outcome::Unknown { reason: Reason::NothingAsked }));
    }
    let statistics: TermStatistics = searching::term_statistics(database, &query.content).await?;
    let passages = searching::best_passages(database, &query.content, Some(article_id), PASSAGES).await?;
    Ok(Some(compose::outcome_within(&query.content, &statistics, passages, thresholds)))
}

/// The best passage of each article, in the order of the passages.
fn one_for_each_article(passages: Vec<PassageMatch>) -> Vec<PassageMatch> {
    let mut best: Vec<PassageMatch> = Vec::new();
    for passage in passages {
        if best.iter().all(|kept| kept.article_id != passage.article_id) {
            best.push(passage);
        }
    }
    best
}
