//! A cited answer from the articles that the asker may open, or an honest refusal.
//!
//! Extractive and deterministic: an answer is passages as they stand, under the article and the
//! heading that they come from. Without enough support there is none ([`Thresholds`]).

mod compose;
mod evidence;
mod outcome;
mod sentences;
mod terms;

use knowledge::Library;
use knowledge::reading;
use knowledge::searching::{self, Within};
use ports::{Database, DatabaseError};
use retrieval::Query;

pub use evidence::{Evidence, Thresholds};
pub use outcome::{Answer, Citation, Excerpt, Outcome, Reason, Sentence};
pub use retrieval::ArticleCard;

/// How many articles are looked at.
const ARTICLES: i64 = 10;

/// How many passages of an article that is asked are looked at.
const PASSAGES: i64 = 5;

/// Answers a question from all that may be read.
pub fn answer(
    library: &Library<'_, impl Database>,
    question: &str,
    thresholds: &Thresholds,
) -> Result<Outcome, DatabaseError> {
    let query = Query::read(question);
    if query.content.is_empty() {
        return Ok(Outcome::Unknown { reason: Reason::NothingAsked });
    }
    let statistics = searching::term_statistics(library, &query.content)?;
    let passages = searching::best_passages(library, &query.content, Within::All { articles: ARTICLES })?;
    Ok(compose::outcome(&query.content, &statistics, passages, thresholds))
}

/// Answers a question from one article; none if it may not be read.
pub fn answer_from_article(
    library: &Library<'_, impl Database>,
    article_id: i64,
    question: &str,
) -> Result<Option<Outcome>, DatabaseError> {
    if reading::cards(library, &[article_id])?.is_empty() {
        return Ok(None);
    }
    let query = Query::read(question);
    if query.content.is_empty() {
        return Ok(Some(Outcome::Unknown { reason: Reason::NothingAsked }));
    }
    let statistics = searching::term_statistics(library, &query.content)?;
    let passages = searching::best_passages(
        library,
        &query.content,
        Within::Article { id: article_id, passages: PASSAGES },
    )?;
    Ok(Some(compose::outcome_within(&query.content, &statistics, passages)))
}
