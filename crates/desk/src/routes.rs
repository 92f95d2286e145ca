//! Every address of the console, and who may go there.

use http::{Method, Request, Response};
use identity::{Role, session};
use ports::Database;
use screen::{Fields, Frame, sign_in_first};

use crate::config::Config;
use crate::error::{Error, forbidden};
use crate::settings::{
    account, api_token, confluence, connect, connection, disconnect, failures, guide, integrations, people,
    removals, scope, spaces, webhook,
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
    answer(database, config, request, now, Role::Agent, articles_and_categories).await
}

/// Answers a request for the settings, whoever it comes from and whatever it holds.
pub async fn for_admins<D: Database>(
    database: &D,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> Response<Vec<u8>> {
    answer(database, config, request, now, Role::Admin, integrations).await
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

async fn articles_and_categories<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    knowledge::migrations::apply(visit.database).await?;
    let (segments, posted) = place_of(visit);
    match segments.as_slice() {
        [] => overview::show(visit).await,

        ["resources"] => Ok(screen::redirect(articles::ARTICLES)),
        ["resources", "articles"] if posted => articles::bulk::decide(visit).await,
        ["resources", "articles"] => articles::list::show(visit).await,
        ["resources", "articles", "undo"] if posted => articles::bulk::undo(visit).await,
        ["resources", "articles", "undo"] => Ok(screen::redirect(articles::ARTICLES)),
        ["resources", "articles", id] if posted => articles::detail::decide(visit, id).await,
        ["resources", "articles", id] => articles::detail::show(visit, id).await,
        ["resources", "articles", id, "edit"] if posted => articles::edit::decide(visit, id).await,
        ["resources", "articles", id, "edit"] => articles::edit::show(visit, id).await,
        ["resources", "why"] => articles::whereabouts::show(visit).await,
        ["resources", "categories"] if posted => categories::change(visit).await,
        ["resources", "categories"] => categories::show(visit).await,
        ["resources", "categories", "remove"] => categories::confirm_removal(visit).await,
        _ => Err(Error::NoSuchPage),
    }
}

async fn integrations<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    knowledge::migrations::apply(visit.database).await?;
    let (segments, posted) = place_of(visit);
    match segments.as_slice() {
        ["settings"] => Ok(screen::redirect(integrations::INTEGRATIONS)),
        ["settings", "integrations"] => integrations::show(visit).await,
        ["settings", "integrations", "confluence", rest @ ..] => match *rest {
            [] => confluence::show(visit).await,
            ["connect"] if posted => connect::begin(visit).await,
            ["connect"] => connect::show(visit),
            ["token"] => api_token::show(visit),
            ["how-the-sync-works"] => guide::show(visit),
            [id] => connection::show(visit, id).await,
            [id, "spaces"] if posted => spaces::choose(visit, id).await,
            [id, "spaces"] => spaces::show(visit, id).await,
            [id, "people"] if posted => people::decide(visit, id).await,
            [id, "people"] => people::show(visit, id).await,
            [id, "removals"] if posted => removals::decide(visit, id).await,
            [id, "removals"] => removals::show(visit, id).await,
            [id, "scope", space] if posted => scope::change(visit, id, space).await,
            [id, "scope", space] => scope::show(visit, id, space).await,
            [id, "webhook"] if posted => webhook::change(visit, id).await,
            [id, "webhook"] => webhook::show(visit, id).await,
            [id, "account"] => account::show(visit, id).await,
            [id, "failures"] => failures::show(visit, id).await,
            [id, "disconnect"] => disconnect::confirm(visit, id).await,
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
