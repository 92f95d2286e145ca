//! What the mirror does at once when an admin asks: it alone holds the grant, and hears of it within the application.

use http::{Request, Response, StatusCode};
use knowledge::connection_settings::{Connection, ConnectionState};
use knowledge::runs;
use ports::{Database, HttpClient};
use screen::Notice;

use super::{CONFLUENCE, find};
use crate::error::Error;
use crate::visit::Visit;

/// The connections, as the mirror's own component has them.
const MIRROR: &str = "http://scheduled-sync.spin.internal/connections";

/// Queues a run, or joins the one under way, and has the mirror begin.
pub(crate) async fn begin<D: Database>(
    visit: &Visit<'_, D>,
    mirror: &impl HttpClient,
    id: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let page = format!("{CONFLUENCE}/{}", connection.id);
    if let Err(notice) = visit.check_form() {
        return Ok(visit.redirect_with(&page, &notice));
    }
    if connection.state != ConnectionState::Connected {
        return Ok(visit.redirect_with(&page, &not_connected(&connection)));
    }
    runs::ask(visit.database, connection.id, &visit.session.email, visit.now)?;
    if let Err(reason) = tell(mirror, &connection, "run").await {
        // The run is queued, and the schedule takes it up within seconds.
        eprintln!("settings: the mirror was not told to begin: {reason}");
    }
    let notice = Notice::done("The sync has started. This page shows how far it is.");
    Ok(visit.redirect_with(&page, &notice))
}

/// Has the list of spaces brought up to date before the picker is shown again.
pub(crate) async fn refresh_spaces<D: Database>(
    visit: &Visit<'_, D>,
    mirror: &impl HttpClient,
    id: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let picker = format!("{CONFLUENCE}/{}/spaces", connection.id);
    if let Err(notice) = visit.check_form() {
        return Ok(visit.redirect_with(&picker, &notice));
    }
    let notice = match tell(mirror, &connection, "spaces").await.as_deref() {
        Ok("0") => Notice::warning(format!(
            "The connected account can see no space of {}. Give it access in Confluence, or reconnect with another account.",
            connection.site_name
        )),
        Ok("1") => Notice::done("The list is up to date: 1 space."),
        Ok(count) => Notice::done(format!("The list is up to date: {count} spaces.")),
        Err(reason) => {
            Notice::failed(format!("The list of spaces could not be brought up to date: {reason}."))
        }
    };
    Ok(visit.redirect_with(&picker, &notice))
}

fn not_connected(connection: &Connection) -> Notice {
    let reason = connection.state_reason.as_deref().unwrap_or("It is not connected.");
    Notice::failed(format!(
        "No sync was started, for the connection does not work: {reason} Reconnect Confluence; the chosen spaces and all articles are kept."
    ))
}

/// What the mirror answers, or why it could not.
async fn tell(mirror: &impl HttpClient, connection: &Connection, what: &str) -> Result<String, String> {
    let request = Request::post(format!("{MIRROR}/{}/{what}", connection.id));
    let request = request.body(Vec::new()).map_err(|error| error.to_string())?;
    let answer = mirror.send(request).await.map_err(|error| error.to_string())?;
    let words = String::from_utf8_lossy(answer.body()).into_owned();
    match answer.status() {
        StatusCode::OK | StatusCode::ACCEPTED => Ok(words),
        _ => Err(words),
    }
}
