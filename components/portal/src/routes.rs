//! Every address of the Portal.

use std::cell::RefCell;

use freshness::Freshness;
use http::{Method, Request, Response};
use identity::session;
use knowledge::events::Event;
use percent_encoding::percent_decode_str;
use ports::{Database, HttpClient};
use screen::{Fields, sign_in_first};

use crate::config::Config;
use crate::error::Error;
use crate::visit::Visit;
use crate::{article, ask, category, confluence_page, helpful, home, search, theme};

/// Answers a request, and says what is to be recorded of it.
pub(crate) async fn handle<D: Database, C: HttpClient>(
    database: &D,
    client: &C,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> (Response<Vec<u8>>, Vec<Event>) {
    let site = &config.site;
    if request.uri().path() == "/theme" && request.method() == Method::POST {
        return (theme::remember(site, request), Vec::new());
    }
    let Some(session) = session::read(request.headers(), &site.key, now) else {
        return (sign_in_first(place(request)), Vec::new());
    };
    let query = Fields::of_query(request.uri());
    let freshness = Freshness::through(client);
    let events = RefCell::default();
    let visit = Visit { database, site, request, session: &session, query, now, freshness, events };
    let response = match answer(&visit).await {
        Ok(response) => response,
        Err(error) => error.page(&visit.frame()),
    };
    (response, visit.events.into_inner())
}

async fn answer<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    knowledge::migrations::apply(visit.database)?;
    let segments: Vec<String> = visit
        .request
        .uri()
        .path()
        .split('/')
        .skip(1)
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (visit.request.method(), segments.as_slice()) {
        (&Method::POST, ["articles", id, "helpful"]) => helpful::vote(visit, id),
        (method, _) if !matches!(*method, Method::GET | Method::HEAD) => Err(Error::Method(method.clone())),

        (_, [""]) => home::show(visit).await,
        (_, ["search"]) => search::show(visit).await,
        (_, ["ask"]) => ask::show(visit).await,
        (_, ["categories", name]) => category::show(visit, name).await,
        (_, ["articles", id, "helpful"]) => helpful::back(visit, id),
        (_, ["articles", id]) => article::show(visit, id, "").await,
        (_, ["articles", id, slug]) => article::show(visit, id, slug).await,
        (_, ["pages", "by-title"]) => confluence_page::by_title(visit).await,
        (_, ["pages", id]) => confluence_page::by_id(visit, id).await,
        _ => Err(Error::NoSuchPage),
    }
}

/// Where to come back to after signing in; a form that came too late starts from the home page.
fn place(request: &Request<Vec<u8>>) -> &str {
    match request.uri().path_and_query() {
        Some(path) if request.method().is_safe() => path.as_str(),
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use identity::Role;

    use crate::sample::Portal;

    #[test]
    fn whoever_is_not_signed_in_sees_nothing_and_comes_back_here() {
        let portal = Portal { session: None, ..Portal::with(Role::Employee, &[]) };
        for path in ["/", "/articles/1/x", "/pages/7", "/nowhere"] {
            assert_eq!(portal.get(path).status(), 303, "{path}");
        }
        assert_eq!(portal.get("/search?q=vpn").header("location"), "/sign-in?next=%2Fsearch%3Fq%3Dvpn");
        assert_eq!(portal.post("/articles/1/helpful", "value=yes").header("location"), "/sign-in?next=%2F");
    }

    #[test]
    fn an_unknown_address_or_method_is_a_page_with_a_way_on() {
        let portal = Portal::with(Role::Employee, &[]);
        let unknown = portal.get("/nowhere/at/all");
        assert_eq!(unknown.status(), 404);
        assert!(unknown.has("This page does not exist") && unknown.has("href=\"/search\""));
        assert_eq!(portal.post("/search", "q=x").status(), 405);
        assert_eq!(portal.get("/%FF%00/..").status(), 404);
    }
}
