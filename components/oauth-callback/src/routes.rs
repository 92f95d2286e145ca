//! The addresses of this component, and who may go there.

use http::{Method, Request, Response};
use identity::{Role, Session, forgery, session};
use knowledge::connections::{self, Connection};
use ports::{Database, HttpClient, KeyValue};
use screen::{Fields, Frame, sign_in_first};

use crate::config::Config;
use crate::error::Error;
use crate::{account, api_token, callback, disconnect};

/// Where the admin manages connections.
pub(crate) const CONNECTIONS: &str = "/console/settings/integrations/confluence";

/// What the handlers work with.
pub(crate) struct Ports<'a, D, K, C> {
    pub(crate) database: &'a D,
    pub(crate) key_value: &'a K,
    pub(crate) client: &'a C,
    /// What time it is, where a request works for more than a moment.
    pub(crate) clock: fn() -> i64,
}

/// The connection that a form of ours is about, with the form.
pub(crate) async fn asked_about<D: Database, K, C>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    request: &Request<Vec<u8>>,
    session: &Session,
    id: &str,
) -> Result<(Fields, Connection), Error> {
    let form = Fields::of_form(request);
    forgery::check(request.headers(), &config.site.key, session, &config.site.public_url, form.get("csrf"))?;
    knowledge::migrations::apply(ports.database)?;
    let found = match id.parse() {
        Ok(id) => connections::connection(ports.database, id)?,
        Err(_) => None,
    };
    Ok((form, found.ok_or_else(|| Error::NoSuchConnection(id.to_owned()))?))
}

/// Answers a request, whoever it comes from and whatever it holds.
pub(crate) async fn handle<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> Response<Vec<u8>> {
    let Some(session) = session::read(request.headers(), &config.site.key, now) else {
        // The code is worth nothing without the session that began, so there is no way back to it.
        return sign_in_first(&format!("{CONNECTIONS}/connect"));
    };
    let segments: Vec<&str> = request.uri().path().split('/').filter(|segment| !segment.is_empty()).collect();
    let answer = if session.role < Role::Admin {
        Err(Error::NotAdmin)
    } else {
        match (segments.as_slice(), request.method()) {
            (["oauth", "callback"], &Method::GET) => {
                callback::complete(ports, config, request, &session, now).await
            }
            (["oauth", "api-token"], &Method::POST) => {
                api_token::connect(ports, config, request, &session, now).await
            }
            (["oauth", "connections", id, "disconnect"], &Method::POST) => {
                disconnect::disconnect(ports, config, request, &session, id, now).await
            }
            (["oauth", "connections", id, "account"], &Method::POST) => {
                account::decide(ports, config, request, &session, id, now).await
            }
            _ => Err(Error::NoSuchPage),
        }
    };
    match answer {
        Ok(response) => response,
        Err(error) => error.page(&Frame::new(&config.site, request, Some(&session))),
    }
}
