//! The decision about another account: to see through it from now on, to keep the previous one, or to compare on.

use http::{Request, Response};
use identity::Session;
use knowledge::connections::{self, Consent};
use knowledge::reconnections::{self, Decision, Reconnection};
use knowledge::runs;
use mirror::grants;
use ports::{Database, HttpClient, KeyValue};
use screen::Notice;

use crate::config::Config;
use crate::error::Error;
use crate::establish::compare;
use crate::routes::{CONNECTIONS, Ports, asked_about};

pub(crate) async fn decide<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    request: &Request<Vec<u8>>,
    session: &Session,
    id: &str,
    now: i64,
) -> Result<Response<Vec<u8>>, Error> {
    let (form, connection) = asked_about(ports, config, request, session, id).await?;
    let home = format!("{CONNECTIONS}/{}", connection.id);
    let here = format!("{home}/account");
    let to = |place: &str, notice: Notice| Ok(config.site.redirect_with(place, &notice, Some(session)));
    let waiting = reconnections::open(ports.database, connection.id)?;
    let Some(waiting) = waiting.filter(|waiting| form.number("seen") == Some(waiting.id)) else {
        return to(&home, Notice::warning("Nothing was changed: somebody has decided already."));
    };
    // What does not work any more is said on the page of the decision, where the way out is.
    let refused = |error: &dyn std::fmt::Display| {
        let text = format!(
            "Nothing was changed: {error}. Connect the other account again, or keep the previous one."
        );
        to(&here, Notice::failed(text))
    };
    match form.get("decision") {
        "compare" => match aside(ports, config, &waiting, now).await {
            Ok(access) => {
                compare(ports, config, &waiting, &connection.cloud_id, &access).await?;
                Ok(screen::redirect(&here))
            }
            Err(Error::Grant(error)) => refused(&error),
            Err(error) => Err(error),
        },
        "apply" if !waiting.is_compared => {
            to(&here, Notice::warning("Nothing was changed: the comparison is not complete yet."))
        }
        "apply" => match apply(ports, config, session, &waiting, &connection.cloud_id, now).await {
            Ok(()) => to(
                &home,
                Notice::done(format!("The mirror sees through {} from now on.", waiting.account_name)),
            ),
            Err(Error::Grant(error)) => refused(&error),
            Err(Error::Spaces(error)) => refused(&error),
            Err(error) => Err(error),
        },
        "keep" => {
            let decision = Decision::Keep;
            reconnections::decide(ports.database, waiting.id, decision, &session.email, now)?;
            grants::forget_aside(ports.key_value, connection.id, &waiting.account_id)?;
            to(
                &home,
                Notice::done("The previous account is kept, and the other one’s authorisation deleted here."),
            )
        }
        _ => to(&here, Notice::warning("Nothing was changed: choose which account to use.")),
    }
}

async fn aside<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    waiting: &Reconnection,
    now: i64,
) -> Result<grants::Access, Error> {
    let whose = (waiting.connection_id, waiting.account_id.as_str());
    let key = &config.sealing_key;
    Ok(grants::aside(ports.key_value, ports.client, &config.app, key, whose, now).await?)
}

/// Puts the other account in the previous one's place. It is tried first, so that one that works is never lost to
/// one that does not; each step may be repeated, and the decision is recorded last.
async fn apply<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    session: &Session,
    waiting: &Reconnection,
    cloud_id: &str,
    now: i64,
) -> Result<(), Error> {
    let access = aside(ports, config, waiting, now).await?;
    let gateway = access.gateway(&config.api_url, cloud_id);
    let spaces = mirror::list_spaces(ports.client, &gateway, &access.credential()).await?;
    let consent = Consent {
        cloud_id,
        site_url: &waiting.site_url,
        site_name: &waiting.site_name,
        account_id: &waiting.account_id,
        account_name: &waiting.account_name,
        access: waiting.access,
        given_by: &waiting.asked_by,
    };
    let id = waiting.connection_id;
    grants::store(ports.key_value, &config.sealing_key, id, &access)?;
    connections::connected(ports.database, id, &consent, now)?;
    mirror::record_spaces(ports.database, id, &spaces, now).await?;
    reconnections::decide(ports.database, waiting.id, Decision::Apply, &session.email, now)?;
    grants::forget_aside(ports.key_value, id, &waiting.account_id)?;
    runs::ask(ports.database, id, &session.email, now)?;
    Ok(())
}
