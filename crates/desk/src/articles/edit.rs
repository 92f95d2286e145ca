//! An edit of a published article beside what is published, and the decision between the two.

use askama::Template;
use http::{Response, StatusCode};
use knowledge::article_review::{Edit, EditState, ReviewedArticle, decide_edits, edit};
use ports::Database;
use screen::{Frame, Notice};

use super::detail::find;
use super::diff::{Row, Span, compare, compare_line};
use super::losses::{LossReport, losses};
use super::{ARTICLES, edit_decision_of, told_of_edits};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::hidden_because;

#[derive(Template)]
#[template(path = "edit.html")]
struct Review<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    article: ReviewedArticle,
    edit: Edit,
    /// The old and the new title, if they differ.
    titles: Option<(Vec<Span>, Vec<Span>)>,
    rows: Vec<Row>,
    losses: LossReport,
    hidden_because: Option<String>,
    here: String,
    now: i64,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    page(visit, find(visit, id)?, StatusCode::OK, None)
}

pub(crate) fn decide<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let article = find(visit, id)?;
    if let Err(notice) = visit.check_form() {
        return page(visit, article, StatusCode::FORBIDDEN, Some(notice));
    }
    let Some(decision) = edit_decision_of(&visit.form) else {
        let notice = Notice::warning("Nothing was changed: choose whether to approve the edit.");
        return page(visit, article, StatusCode::UNPROCESSABLE_ENTITY, Some(notice));
    };
    let ids = [article.summary.id];
    let seen = visit.form.number("seen").unwrap_or_default();
    let decided = decide_edits(visit.database, &ids, decision, seen, &visit.session.email, visit.now)?;
    if decided == 0 {
        let notice = Notice::warning(
            "Nothing was changed: another edit has come in, or somebody has decided already. This is how things stand now.",
        );
        return page(visit, article, StatusCode::CONFLICT, Some(notice));
    }
    let back = format!("{ARTICLES}/{}", article.summary.id);
    Ok(visit.redirect_with(&back, &told_of_edits(decision, decided, 1, visit.now, &back)))
}

/// The comparison; where no edit is held back any more, the article.
fn page<D: Database>(
    visit: &Visit<'_, D>,
    article: ReviewedArticle,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response<Vec<u8>>, Error> {
    let id = article.summary.id;
    let address = format!("{ARTICLES}/{id}");
    let Some(edit) = edit(visit.database, id)? else {
        let notice = notice.unwrap_or_else(|| {
            Notice::warning("There is no edit to review: employees read the latest version.")
        });
        return Ok(visit.redirect_with(&address, &notice));
    };
    let title = &article.summary.title;
    let frame = visit.frame_with(notice);
    let page = Review {
        frame: &frame,
        trail: vec![("Articles".to_owned(), ARTICLES.to_owned()), (title.clone(), address.clone())],
        titles: (*title != edit.title).then(|| compare_line(title, &edit.title)),
        rows: compare(&edit.live_markdown, &edit.markdown),
        losses: losses(&edit.report),
        hidden_because: hidden_because(&article.summary),
        here: format!("{address}/edit"),
        article,
        edit,
        now: visit.now,
    };
    Ok(frame.page(status, &page))
}
