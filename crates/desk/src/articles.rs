//! Resources → Articles: find, look through, publish, categorise, retire.

pub(crate) mod bulk;
pub(crate) mod detail;
mod filter_address;
pub(crate) mod list;
mod losses;
pub(crate) mod whereabouts;

use knowledge::article_review::{Decided, Decision, Status};
use screen::{Fields, Notice};

use crate::words::count;

pub(crate) const ARTICLES: &str = "/console/resources/articles";
pub(crate) const UNDO: &str = "/console/resources/articles/undo";

/// The decision that a form's button and fields name.
fn decision_of(form: &Fields) -> Option<Decision> {
    match form.get("decision") {
        "categorise" => {
            let category = form.get("category");
            Some(Decision::Category((!category.is_empty()).then(|| category.to_owned())))
        }
        word => Status::parse(word).map(Decision::Status),
    }
}

/// What came of a decision, with the way back.
fn told(decision: &Decision, decided: Decided, at: i64, back: &str) -> Notice {
    let articles = count(i64::try_from(decided.changed).unwrap_or(i64::MAX), "article");
    if decided.changed == 0 {
        return Notice::warning(match decision {
            Decision::Status(Status::Published) => {
                "Nothing was changed: what you chose is published already."
            }
            Decision::Status(Status::Draft) => "Nothing was changed: what you chose is a draft already.",
            Decision::Status(Status::Retired) => "Nothing was changed: what you chose is retired already.",
            Decision::Category(_) => {
                "Nothing was changed: what you chose is in that category already, or the category is gone."
            }
        });
    }
    let done = match decision {
        Decision::Status(Status::Published) if decided.hidden == decided.changed => {
            format!("{articles} published, but hidden: see the reason at the lock.")
        }
        Decision::Status(Status::Published) if decided.hidden > 0 => {
            format!(
                "{articles} published. {} of them stay hidden: see the reason at the lock.",
                decided.hidden
            )
        }
        Decision::Status(Status::Published) => format!("{articles} published."),
        Decision::Status(Status::Draft) => format!("{articles} moved back to draft."),
        Decision::Status(Status::Retired) => format!("{articles} retired."),
        Decision::Category(Some(category)) => format!("{articles} put into {category}."),
        Decision::Category(None) => format!("{articles} taken out of their category."),
    };
    let fields = vec![("at".to_owned(), at.to_string()), ("back".to_owned(), back.to_owned())];
    Notice::done(done).with_undo(UNDO, fields)
}

#[cfg(test)]
mod tests;
