//! The way to Atlassian's consent: the site, what is asked for and why, and the link.

use askama::Template;
use confluence::{SiteUrl, oauth};
use http::{Response, StatusCode};
use identity::state;
use knowledge::connection_settings::{Authorisation, CONSENT_MINUTES, start_authorisation};
use ports::Database;
use screen::{Frame, Notice};

use super::trail;
use crate::error::Error;
use crate::visit::Visit;
use crate::words::sentence;

#[derive(Template)]
#[template(path = "connect.html")]
struct Connect<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    site_url: &'a str,
    error: String,
}

/// Without an Atlassian app there is nothing to consent to, so this page says how to make one.
#[derive(Template)]
#[template(path = "connect_setup.html")]
struct Setup<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    callback_url: String,
    scopes: &'static [&'static str],
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    site: &'a SiteUrl,
    authorise_url: String,
    atlassian: &'a str,
    minutes: i64,
    scopes: &'static [&'static str],
}

pub(crate) fn show<D>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    Ok(form(visit, StatusCode::OK, visit.query.get("site_url"), String::new(), None))
}

/// Writes down that this session goes to Atlassian, and shows the link that leads there.
///
/// It is a link and not a redirect, for a form may not end on another site under our content policy.
pub(crate) fn begin<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let typed = visit.form.get("site_url");
    if let Err(notice) = visit.check_form() {
        return Ok(form(visit, StatusCode::FORBIDDEN, typed, String::new(), Some(notice)));
    }
    if visit.config.client_id.is_empty() {
        return show(visit);
    }
    let site = match SiteUrl::parse(typed) {
        Ok(site) => site,
        Err(error) => {
            return Ok(form(visit, StatusCode::UNPROCESSABLE_ENTITY, typed, sentence(&error), None));
        }
    };
    let state = state::new();
    let authorisation = Authorisation {
        state_hash: &state.hash,
        site_url: site.as_str(),
        session_id: &visit.session.id,
        started_by: &visit.session.email,
    };
    start_authorisation(visit.database, &authorisation, visit.now)?;
    let config = visit.config;
    let frame = visit.frame();
    let page = Consent {
        frame: &frame,
        trail: trail(),
        site: &site,
        authorise_url: oauth::authorise_url(
            &config.auth_url,
            &config.client_id,
            &config.callback_url(),
            &state.value,
        ),
        atlassian: config.auth_url.split_once("://").map_or(&*config.auth_url, |(_, host)| host),
        minutes: CONSENT_MINUTES,
        scopes: oauth::SCOPES,
    };
    Ok(frame.page(StatusCode::OK, &page))
}

fn form<D>(
    visit: &Visit<'_, D>,
    status: StatusCode,
    site_url: &str,
    error: String,
    notice: Option<Notice>,
) -> Response<Vec<u8>> {
    let frame = visit.frame_with(notice);
    if visit.config.client_id.is_empty() {
        let callback_url = visit.config.callback_url();
        return frame
            .page(status, &Setup { frame: &frame, trail: trail(), callback_url, scopes: oauth::SCOPES });
    }
    frame.page(status, &Connect { frame: &frame, trail: trail(), site_url, error })
}
