use askama::Template;
use http::{Response, StatusCode};
use knowledge::article_review::{
    Edit, EditState, Restricting, ReviewedArticle, StatusEvent, article, decide as decide_about, edit,
    restricting, status_events,
};
use knowledge::attachments::{self, Attachment};
use knowledge::categories::categories;
use knowledge::pins::{Pin, pin, pin_of, unpin};
use ports::Database;
use screen::{Frame, Notice};

use super::losses::{LossReport, losses};
use super::{ARTICLES, decision_of, told};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::{Badge, hidden_because, status_badge};

const EVENTS: i64 = 30;

#[derive(Template)]
#[template(path = "article.html")]
struct Detail<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    article: ReviewedArticle,
    badge: Badge,
    hidden_because: Option<String>,
    restricting: Vec<Restricting>,
    /// A version that is held back.
    edit: Option<Edit>,
    here: String,
    categories: Vec<String>,
    losses: LossReport,
    files: Vec<Attachment>,
    events: Vec<EventLine>,
    pin: Option<Pin>,
    is_admin: bool,
    now: i64,
}

impl Detail<'_> {
    fn is_in(&self, category: &str) -> bool {
        self.article.summary.category.as_deref() == Some(category)
    }
}

struct EventLine {
    words: String,
    actor: String,
    at: i64,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let article = find(visit, id)?;
    page(visit, article, StatusCode::OK, None)
}

pub(crate) fn decide<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let article = find(visit, id)?;
    if let Err(notice) = visit.check_form() {
        return page(visit, article, StatusCode::FORBIDDEN, Some(notice));
    }
    if let word @ ("pin" | "unpin") = visit.form.get("decision") {
        return put_first(visit, article, word == "pin");
    }
    let Some(decision) = decision_of(&visit.form) else {
        let notice = Notice::warning("Nothing was changed: choose what to do with the article.");
        return page(visit, article, StatusCode::UNPROCESSABLE_ENTITY, Some(notice));
    };
    let ids = [article.summary.id];
    let decided = decide_about(visit.database, &ids, &decision, &visit.session.email, visit.now)?;
    let back = format!("{ARTICLES}/{}", article.summary.id);
    Ok(visit.redirect_with(&back, &told(&decision, decided, visit.now, &back)))
}

/// Pins an article, or takes its pin away; the order of the Portal is for admins to decide.
fn put_first<D: Database>(
    visit: &Visit<'_, D>,
    article: ReviewedArticle,
    wanted: bool,
) -> Result<Response<Vec<u8>>, Error> {
    if !visit.is_admin() {
        let notice = Notice::failed("Nothing was changed: pinning is for admins. Ask an admin to do it.");
        return page(visit, article, StatusCode::FORBIDDEN, Some(notice));
    }
    let id = article.summary.id;
    let changed = if wanted {
        pin(visit.database, id, &visit.session.email, visit.now)?
    } else {
        unpin(visit.database, id)?
    };
    let back = format!("{ARTICLES}/{id}");
    let (words, undo) = match (changed, wanted) {
        (false, _) => ("It is as you wanted it already.", None),
        (true, true) if article.summary.is_readable() => {
            ("Pinned: it stands first on the Portal’s home page and in its category.", Some("unpin"))
        }
        (true, true) => ("Pinned: it stands first as soon as employees may read it.", Some("unpin")),
        (true, false) => ("No longer pinned.", Some("pin")),
    };
    let notice = match undo {
        Some(undo) => {
            Notice::done(words).with_undo(back.clone(), vec![("decision".to_owned(), undo.to_owned())])
        }
        None => Notice::done(words),
    };
    Ok(visit.redirect_with(&back, &notice))
}

pub(super) fn find<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<ReviewedArticle, Error> {
    let missing = || Error::NoSuchArticle(id.to_owned());
    let number: i64 = id.parse().map_err(|_| missing())?;
    article(visit.database, number)?.ok_or_else(missing)
}

fn page<D: Database>(
    visit: &Visit<'_, D>,
    article: ReviewedArticle,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response<Vec<u8>>, Error> {
    let id = article.summary.id;
    let events = status_events(visit.database, id, EVENTS)?;
    let frame = visit.frame_with(notice);
    let page = Detail {
        frame: &frame,
        trail: vec![("Articles".to_owned(), ARTICLES.to_owned())],
        badge: status_badge(&article.summary),
        hidden_because: hidden_because(&article.summary),
        restricting: restricting(visit.database, id)?,
        edit: edit(visit.database, id)?,
        here: format!("{ARTICLES}/{id}"),
        categories: categories(visit.database)?.into_iter().map(|category| category.name).collect(),
        losses: losses(&article.report),
        files: attachments::of_article_in_review(visit.database, id)?,
        pin: pin_of(visit.database, id)?,
        is_admin: visit.is_admin(),
        events: events.into_iter().map(event_line).collect(),
        article,
        now: visit.now,
    };
    Ok(frame.page(status, &page))
}

fn event_line(event: StatusEvent) -> EventLine {
    let version = event.version.unwrap_or_default();
    let words = match (event.kind.as_str(), event.to) {
        ("review_changed", Some(to)) if to == "1" => "Edits set to wait for approval".to_owned(),
        ("review_changed", Some(_)) => "Edits set to go live at once".to_owned(),
        ("review_changed", None) => "Edits set to follow the category".to_owned(),
        ("edit_approved", _) => format!("Version {version} approved"),
        ("edit_kept", _) => format!("Version {version} turned down"),
        ("edit_reopened", _) => format!("Version {version} put back for review"),
        ("published", _) => "Published".to_owned(),
        ("unpublished", _) => "Moved back to draft".to_owned(),
        ("retired", _) => "Retired".to_owned(),
        ("restored", _) => "Taken out of retirement".to_owned(),
        (_, Some(category)) => format!("Put into {category}"),
        (_, None) => "Taken out of its category".to_owned(),
    };
    EventLine { words, actor: event.actor.unwrap_or_else(|| "someone".to_owned()), at: event.at }
}
