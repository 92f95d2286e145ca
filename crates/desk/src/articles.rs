//! Resources → Articles: find, look through, publish, categorise, retire.

pub(crate) mod bulk;
pub(crate) mod detail;
mod diff;
pub(crate) mod edit;
mod filter_address;
pub(crate) mod list;
mod losses;
pub(crate) mod whereabouts;

use knowledge::article_review::{Decided, Decision, EditDecision, Status};
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
        "review" => match form.get("review") {
            "always" => Some(Decision::Review(Some(true))),
            "never" => Some(Decision::Review(Some(false))),
            "category" => Some(Decision::Review(None)),
            _ => None,
        },
        word => Status::parse(word).map(Decision::Status),
    }
}

/// The decision about edits that a form's button names.
fn edit_decision_of(form: &Fields) -> Option<EditDecision> {
    match form.get("decision") {
        "approve" => Some(EditDecision::Approve),
        "keep" => Some(EditDecision::Keep),
        _ => None,
    }
}

/// What came of a decision about edits, with the way back; `chosen` is about how many it was.
fn told_of_edits(decision: EditDecision, decided: usize, chosen: usize, at: i64, back: &str) -> Notice {
    if decided == 0 {
        return Notice::warning(
            "Nothing was changed: no edit of what you chose waits, or a newer one came in after you opened this page.",
        );
    }
    let edits = count(i64::try_from(decided).unwrap_or(i64::MAX), "edit");
    let done = match decision {
        EditDecision::Approve => format!("{edits} approved: employees read the new version now."),
        EditDecision::Keep => format!("{edits} turned down: what was published stays, until the next edit."),
    };
    let rest = if decided < chosen {
        " The others have no edit that waits, or a newer one that nobody has seen."
    } else {
        ""
    };
    let fields = vec![("at".to_owned(), at.to_string()), ("back".to_owned(), back.to_owned())];
    Notice::done(format!("{done}{rest}")).with_undo(UNDO, fields)
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
            Decision::Review(_) => "Nothing was changed: edits of what you chose are handled so already.",
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
        Decision::Review(Some(true)) => {
            format!("From now on, edits of {articles} wait for approval before employees see them.")
        }
        Decision::Review(Some(false)) => {
            format!(
                "From now on, edits of {articles} go live by themselves. What waits already still wants a decision."
            )
        }
        Decision::Review(None) => format!("Edits of {articles} are handled as their category says."),
    };
    let fields = vec![("at".to_owned(), at.to_string()), ("back".to_owned(), back.to_owned())];
    Notice::done(done).with_undo(UNDO, fields)
}

#[cfg(test)]
mod tests;
