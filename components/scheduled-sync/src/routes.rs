//! The two forms that are posted here, who may post them, and what the other components ask.

use http::{Method, Request, Response, StatusCode};
use identity::{Role, Session, forgery, session};
use knowledge::connections::{Connection, connection};
use knowledge::runs;
use mirror::World;
use screen::{Fields, Notice, sign_in_first};

use crate::config::Config;
use crate::error::{CONNECTIONS, Error};

/// More articles than an answer cites.
const MOST_ARTICLES: usize = 12;

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
    if is_check(request) {
        return Answer::only(check(world, config, request).await);
    }
    match answer(world, config, request, &session, now).await {
        Ok(answer) => answer,
        Err(error) => {
            let (address, notice) = error.notice();
            Answer::only(config.site.redirect_with(&address, &notice, Some(&session)))
        }
    }
}

/// Whether another component asks if articles may still be shown.
pub(crate) fn is_check(request: &Request<Vec<u8>>) -> bool {
    request.method() == Method::GET && request.uri().path() == "/sync/check"
}

/// Has articles checked that somebody is about to read. It tells a reader nothing but that something was hidden, which
/// may be anything that another reader has just asked for too.
async fn check<W: World>(world: &W, config: &Config, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let query = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let articles: Vec<i64> = query
        .filter(|(name, _)| name == "article")
        .filter_map(|(_, id)| id.parse().ok())
        .take(MOST_ARTICLES)
        .collect();
    let (status, word) = match mirror::check(world, &config.settings, &articles).await {
        Ok(true) => (StatusCode::OK, freshness::HIDDEN),
        Ok(false) => (StatusCode::OK, freshness::SAME),
        Err(error) => {
            eprintln!("scheduled-sync: articles {articles:?} were not checked: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, freshness::SAME)
        }
    };
    let mut response = Response::new(word.to_vec());
    *response.status_mut() = status;
    response
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
        sync_now(world, config, session, &connection, now).await
    } else {
        refresh_spaces(world, config, session, connection).await
    }
}

/// Queues a run, or joins the one under way; the work begins when the answer is sent.
async fn sync_now<W: World>(
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
