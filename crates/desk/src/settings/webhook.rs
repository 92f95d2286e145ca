//! The webhook of a connection: what to enter in Confluence, and what came by it.

use askama::Template;
use http::{Response, StatusCode};
use identity::secret;
use knowledge::connection_settings::Connection;
use knowledge::hooks::{self, Hook};
use ports::Database;
use screen::{Frame, Notice};

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;

/// What Confluence's automation sends; the smart value is filled in there.
const BODY: &str = "{\n  \"pageId\": \"{{page.id}}\"\n}";

#[derive(Template)]
#[template(path = "webhook.html")]
struct Webhook<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    connection: Connection,
    here: String,
    hook: Option<Hook>,
    /// Only on the page that made it: the store has its hash alone.
    secret: Option<String>,
    url: String,
    body: &'static str,
    now: i64,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    page(visit, connection, StatusCode::OK, None, None)
}

/// Makes a secret, or ends it.
pub(crate) fn change<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    if let Err(notice) = visit.check_form() {
        return page(visit, connection, StatusCode::FORBIDDEN, Some(notice), None);
    }
    match visit.form.get("do") {
        "renew" => {
            let secret = secret::new();
            let by = &visit.session.email;
            hooks::renew(visit.database, connection.id, &secret.hash, by, visit.now)?;
            page(visit, connection, StatusCode::OK, None, Some(secret.value))
        }
        "remove" => {
            let notice = if hooks::remove(visit.database, connection.id)? {
                Notice::done(
                    "The webhook is gone. Delete the rule in Confluence too: it would only fail now.",
                )
            } else {
                Notice::done("There was no webhook.")
            };
            Ok(visit.redirect_with(&here(&connection), &notice))
        }
        _ => {
            let notice = Notice::warning("Nothing was changed: choose what to do with the webhook.");
            page(visit, connection, StatusCode::UNPROCESSABLE_ENTITY, Some(notice), None)
        }
    }
}

fn here(connection: &Connection) -> String {
    format!("{CONFLUENCE}/{}/webhook", connection.id)
}

fn page<D: Database>(
    visit: &Visit<'_, D>,
    connection: Connection,
    status: StatusCode,
    notice: Option<Notice>,
    secret: Option<String>,
) -> Result<Response<Vec<u8>>, Error> {
    let frame = visit.frame_with(notice);
    let page = Webhook {
        frame: &frame,
        trail: trail_of(&connection),
        here: here(&connection),
        hook: hooks::hook(visit.database, connection.id)?,
        secret,
        url: format!("{}/sync/hooks/{}", visit.config.site.public_url, connection.id),
        body: BODY,
        now: visit.now,
        connection,
    };
    Ok(frame.page(status, &page))
}
