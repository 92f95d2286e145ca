//! Decisions about many articles at once, and the way back.

use std::collections::BTreeSet;

use http::{Response, StatusCode};
use knowledge::article_review::{decide as decide_about, decide_edits, matching_ids, undo_decision};
use ports::Database;
use screen::{Notice, local_path};

use super::filter_address::filter_of;
use super::list::list;
use super::{ARTICLES, decision_of, edit_decision_of, told, told_of_edits};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::count;

pub(crate) fn decide<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let selected: BTreeSet<i64> = visit.form.all("id").filter_map(|id| id.parse().ok()).collect();
    if let Err(notice) = visit.check_form() {
        return list(visit, StatusCode::FORBIDDEN, Some(notice), &selected);
    }
    let ids: Vec<i64> = if visit.form.get("all_matching") == "1" {
        matching_ids(visit.database, &filter_of(&visit.query))?
    } else {
        selected.iter().copied().collect()
    };
    if let Some(decision) = edit_decision_of(&visit.form).filter(|_| !ids.is_empty()) {
        // What came in after the list was shown was seen by nobody.
        let seen = visit.form.number("seen").unwrap_or_default();
        let actor = &visit.session.email;
        let decided = decide_edits(visit.database, &ids, decision, seen, actor, visit.now)?;
        let back = visit.address();
        let notice = told_of_edits(decision, decided, ids.len(), visit.now, back);
        return Ok(visit.redirect_with(back, &notice));
    }
    let refusal = match decision_of(&visit.form) {
        None if edit_decision_of(&visit.form).is_some() => "Nothing was changed: tick the articles first.",
        None => "Nothing was changed: choose what to do with the articles.",
        Some(_) if ids.is_empty() => "Nothing was changed: tick the articles first.",
        Some(decision) => {
            let actor = &visit.session.email;
            let decided = decide_about(visit.database, &ids, &decision, actor, visit.now)?;
            let back = visit.address();
            return Ok(visit.redirect_with(back, &told(&decision, decided, visit.now, back)));
        }
    };
    list(visit, StatusCode::UNPROCESSABLE_ENTITY, Some(Notice::warning(refusal)), &selected)
}

/// Restores what the articles of one decision were before it.
pub(crate) fn undo<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let back =
        local_path(visit.form.get("back")).filter(|back| back.starts_with(ARTICLES)).unwrap_or(ARTICLES);
    if let Err(notice) = visit.check_form() {
        return list(visit, StatusCode::FORBIDDEN, Some(notice), &BTreeSet::new());
    }
    let at = visit.form.number("at").unwrap_or_default();
    let undone = undo_decision(visit.database, &visit.session.email, at, visit.now)?;
    let notice = match undone {
        0 => Notice::warning("There was nothing to undo: the articles have been changed again since."),
        number => Notice::done(format!(
            "Undone for {}.",
            count(i64::try_from(number).unwrap_or(i64::MAX), "article")
        )),
    };
    Ok(visit.redirect_with(back, &notice))
}
