//! Every address of the console, and who may go there.

use http::{Method, Request, Response};
use identity::{Role, session};
use ports::{Database, HttpClient};
use screen::{Fields, Frame, sign_in_first};

use crate::config::Config;
use crate::error::{Error, forbidden};
use crate::settings::{
    account, api_token, confluence, connect, connection, disconnect, failures, guide, integrations, people,
    removals, scope, spaces, sync, webhook,
};
use crate::visit::Visit;
use crate::{articles, categories, overview};

/// Answers a request for the pages that agents and admins share, whoever it comes from and whatever it holds.
pub async fn for_agents<D: Database>(
    database: &D,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> Response<Vec<u8>> {
    let pages = async |visit: &Visit<'_, D>| articles_and_categories(visit);
    answer(database, config, request, now, Role::Agent, pages).await
}

/// Answers a request for the settings, whoever it comes from and whatever it holds.
///
/// The `mirror` is the component that holds the grants, for what it is to do at once.
pub async fn for_admins<D: Database>(
    database: &D,
    mirror: &impl HttpClient,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> Response<Vec<u8>> {
    let pages = async |visit: &Visit<'_, D>| integrations(visit, mirror).await;
    answer(database, config, request, now, Role::Admin, pages).await
}

async fn answer<D: Database>(
    database: &D,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
    least: Role,
    pages: impl AsyncFnOnce(&Visit<'_, D>) -> Result<Response<Vec<u8>>, Error>,
) -> Response<Vec<u8>> {
    let Some(session) = session::read(request.headers(), &config.site.key, now) else {
        return sign_in_first(place(request));
    };
    if session.role < least {
        let is_agent = session.role >= Role::Agent;
        return forbidden(&Frame::new(&config.site, request, Some(&session)), is_agent);
    }
    let form = if request.method() == Method::POST { Fields::of_form(request) } else { Fields::default() };
    let query = Fields::of_query(request.uri());
    let visit = Visit { database, config, request, session: &session, query, form, now };
    match pages(&visit).await {
        Ok(response) => response,
        Err(error) => error.page(&visit.frame()),
    }
}

/// What an address names below `/console`, and whether it was posted to.
fn place_of<'a, D>(visit: &Visit<'a, D>) -> (Vec<&'a str>, bool) {
    let path = visit.request.uri().path();
    let segments = path.split('/').filter(|segment| !segment.is_empty()).skip(1).collect();
    (segments, visit.request.method() == Method::POST)
}

fn articles_and_categories<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    knowledge::migrations::apply(visit.database)?;
    let (segments, posted) = place_of(visit);
    match segments.as_slice() {
        [] => overview::show(visit),

        ["resources"] => Ok(screen::redirect(articles::ARTICLES)),
        ["resources", "articles"] if posted => articles::bulk::decide(visit),
        ["resources", "articles"] => articles::list::show(visit),
        ["resources", "articles", "undo"] if posted => articles::bulk::undo(visit),
        ["resources", "articles", "undo"] => Ok(screen::redirect(articles::ARTICLES)),
        ["resources", "articles", id] if posted => articles::detail::decide(visit, id),
        ["resources", "articles", id] => articles::detail::show(visit, id),
        ["resources", "articles", id, "edit"] if posted => articles::edit::decide(visit, id),
        ["resources", "articles", id, "edit"] => articles::edit::show(visit, id),
        ["resources", "why"] => articles::whereabouts::show(visit),
        ["resources", "categories"] if posted => categories::change(visit),
        ["resources", "categories"] => categories::show(visit),
        ["resources", "categories", "remove"] => categories::confirm_removal(visit),
        _ => Err(Error::NoSuchPage),
    }
}

async fn integrations<D: Database>(
    visit: &Visit<'_, D>,
    mirror: &impl HttpClient,
) -> Result<Response<Vec<u8>>, Error> {
    knowledge::migrations::apply(visit.database)?;
    let (segments, posted) = place_of(visit);
    match segments.as_slice() {
        ["settings"] => Ok(screen::redirect(integrations::INTEGRATIONS)),
        ["settings", "integrations"] => integrations::show(visit),
        ["settings", "integrations", "confluence", rest @ ..] => match *rest {
            [] => confluence::show(visit),
            ["connect"] if posted => connect::begin(visit),
            ["connect"] => connect::show(visit),
            ["token"] => api_token::show(visit),
            ["how-the-sync-works"] => guide::show(visit),
            [id] => connection::show(visit, id),
            [id, "sync"] if posted => sync::begin(visit, mirror, id).await,
            [id, "sync"] => connection::show(visit, id),
            [id, "spaces", "refresh"] if posted => sync::refresh_spaces(visit, mirror, id).await,
            [id, "spaces", "refresh"] => spaces::show(visit, id),
            [id, "spaces"] if posted => spaces::choose(visit, id),
            [id, "spaces"] => spaces::show(visit, id),
            [id, "people"] if posted => people::decide(visit, id),
            [id, "people"] => people::show(visit, id),
            [id, "removals"] if posted => removals::decide(visit, id),
            [id, "removals"] => removals::show(visit, id),
            [id, "scope", space] if posted => scope::change(visit, id, space),
            [id, "scope", space] => scope::show(visit, id, space),
            [id, "webhook"] if posted => webhook::change(visit, id),
            [id, "webhook"] => webhook::show(visit, id),
            [id, "account"] => account::show(visit, id),
            [id, "failures"] => failures::show(visit, id),
            [id, "disconnect"] => disconnect::confirm(visit, id),
            _ => Err(Error::NoSuchPage),
        },
        _ => Err(Error::NoSuchPage),
    }
}

/// Where to come back to after signing in: a form that was sent too late starts from its page again.
fn place(request: &Request<Vec<u8>>) -> &str {
    request.uri().path_and_query().map_or("/console", |path| path.as_str())
}

#[cfg(test)]
mod tests;
