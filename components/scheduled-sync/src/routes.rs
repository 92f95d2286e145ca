//! The two forms that are posted here, and who may post them.

use http::{Method, Request, Response};
use identity::{Role, Session, forgery, session};
use knowledge::connections::{Connection, connection};
use knowledge::runs;
use ports::World;
use screen::{Fields, Notice, sign_in_first};

use crate::config::Config;
use crate::error::{CONNECTIONS, Error};

/// What to answer, and the connection to work for afterwards.
pub(crate) struct Answer {
    pub(crate) response: Response<Vec<u8>>,
    pub(crate) work_on: Option<i64>,
}

impl Answer {
    fn only(response: Response<Vec<u8>>) -> Self {
        Self { response, work_on: None }
    }
}

/// Answers a request, whoever it comes from and whatever it holds.
pub(crate) async fn handle<W: World>(
    world: &W,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> Answer {
    let Some(session) = session::read(request.headers(), &config.site.key, now) else {
        return Answer::only(sign_in_first(CONNECTIONS));
    };
    match answer(world, config, request, &session, now).await {
        Ok(answer) => answer,
        Err(error) => {
            let (address, notice) = error.notice();
            Answer::only(config.site.redirect_with(&address, &notice, Some(&session)))
        }
    }
}

async fn answer<W: World>(
    world: &W,
    config: &Config,
    request: &Request<Vec<u8>>,
    session: &Session,
    now: i64,
) -> Result<Answer, Error> {
    if session.role < Role::Admin {
        return Err(Error::NotAdmin);
    }
    let segments: Vec<&str> = request.uri().path().split('/').filter(|segment| !segment.is_empty()).collect();
    let (["sync", "connections", id, what @ ("now" | "spaces")], &Method::POST) =
        (segments.as_slice(), request.method())
    else {
        return Err(Error::NoSuchPage);
    };
    let token = Fields::of_form(request);
    forgery::check(request.headers(), &config.site.key, session, &config.site.public_url, token.get("csrf"))?;
    knowledge::migrations::apply(world.database())?;
    let found = match id.parse() {
        Ok(id) => connection(world.database(), id)?,
        Err(_) => None,
    };
    let connection = found.ok_or_else(|| Error::NoSuchConnection((*id).to_owned()))?;
    if !connection.is_connected() {
        let reason = connection.state_reason.unwrap_or_else(|| "It is not connected.".to_owned());
        return Err(Error::NotConnected { connection: connection.id, reason });
    }
    if *what == "now" {
        sync_now(world, config, session, &connection, now)
    } else {
        refresh_spaces(world, config, session, connection).await
    }
}

/// Queues a run, or joins the one under way; the work begins when the answer is sent.
fn sync_now<W: World>(
    world: &W,
    config: &Config,
    session: &Session,
    connection: &Connection,
    now: i64,
) -> Result<Answer, Error> {
    runs::ask(world.database(), connection.id, &session.email, now)?;
    let notice = Notice::done("The sync has started. This page shows how far it is.");
    let response = config.site.redirect_with(&address(connection.id), &notice, Some(session));
    Ok(Answer { response, work_on: Some(connection.id) })
}

/// Asks Confluence for the list of spaces before it answers, for the next page shows that list.
async fn refresh_spaces<W: World>(
    world: &W,
    config: &Config,
    session: &Session,
    connection: Connection,
) -> Result<Answer, Error> {
    let picker = format!("{}/spaces", address(connection.id));
    let site_name = connection.site_name.clone();
    let notice = match mirror::refresh_spaces(world, &config.settings, connection).await {
        Ok(0) => Notice::warning(format!(
            "The connected account can see no space of {site_name}. Give it access in Confluence, or reconnect with another account."
        )),
        Ok(1) => Notice::done("The list is up to date: 1 space."),
        Ok(count) => Notice::done(format!("The list is up to date: {count} spaces.")),
        Err(error) => {
            eprintln!("scheduled-sync: the spaces of {site_name} could not be listed: {error}");
            Notice::failed(format!("The list of spaces could not be brought up to date: {error}."))
        }
    };
    Ok(Answer::only(config.site.redirect_with(&picker, &notice, Some(session))))
}

fn address(connection: i64) -> String {
    format!("{CONNECTIONS}/{connection}")
}
