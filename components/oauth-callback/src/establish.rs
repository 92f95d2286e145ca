//! From an access that was tried and found good to a connection that works.

use confluence::SiteUrl;
use confluence::sites::Account;
use http::Response;
use identity::Session;
use knowledge::connections::{self, AccessKind, Consent};
use knowledge::reconnections::{self, Reconnection};
use knowledge::runs;
use knowledge::spaces::SourceSpace;
use mirror::grants::{self, Access};
use ports::{Database, HttpClient, KeyValue};
use screen::Notice;

use crate::config::Config;
use crate::error::Error;
use crate::routes::{CONNECTIONS, Ports};

/// A site, as whom it is seen, and what of it.
pub(crate) struct Found {
    pub(crate) cloud_id: String,
    pub(crate) site: SiteUrl,
    pub(crate) site_name: String,
    pub(crate) account: Account,
    pub(crate) spaces: Vec<SourceSpace>,
    pub(crate) access: Access,
}

/// Keeps what was found; the connection says that it works only when everything that it needs is in its place.
pub(crate) async fn establish<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    session: &Session,
    found: Found,
    now: i64,
) -> Result<Response<Vec<u8>>, Error> {
    if found.spaces.is_empty() {
        return Err(Error::NoSpaces { site: found.site.host().to_owned(), account: found.account.name });
    }
    let account_name =
        if found.account.name.is_empty() { "an account that hides its name" } else { &found.account.name };
    let consent = Consent {
        cloud_id: &found.cloud_id,
        site_url: found.site.as_str(),
        site_name: &found.site_name,
        account_id: &found.account.account_id,
        account_name,
        access: match found.access {
            Access::Grant(_) => AccessKind::Consent,
            Access::Token(_) => AccessKind::ApiToken,
        },
        given_by: &session.email,
    };
    if let Some((id, known)) = connections::account_in_use(ports.database, consent.cloud_id)?
        && known != consent.account_id
    {
        return set_aside(ports, config, session, (id, &consent), &found, now).await;
    }
    let id = connections::reserve(ports.database, &consent, now)?;
    mirror::record_spaces(ports.database, id, &found.spaces, now).await?;
    grants::store(ports.key_value, &config.sealing_key, id, &found.access)?;
    connections::connected(ports.database, id, &consent, now)?;
    withdraw(ports, id, now).await?;
    let is_known = !knowledge::spaces::chosen(ports.database, id)?.is_empty();
    if is_known {
        // A site that is connected again is brought up to date at once.
        runs::ask(ports.database, id, &session.email, now)?;
    }
    let notice = Notice::done(if is_known {
        format!("{} is connected again. The chosen spaces and all articles were kept.", consent.site_name)
    } else {
        format!(
            "{} is connected as {}. Choose the spaces to import.",
            consent.site_name, consent.account_name
        )
    });
    Ok(config.site.redirect_with(&format!("{CONNECTIONS}/{id}/spaces"), &notice, Some(session)))
}

/// Keeps another account's access beside the one that works, and compares what the two see.
async fn set_aside<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    session: &Session,
    (id, consent): (i64, &Consent<'_>),
    found: &Found,
    now: i64,
) -> Result<Response<Vec<u8>>, Error> {
    withdraw(ports, id, now).await?;
    reconnections::begin(ports.database, id, consent, &found.spaces, now)?;
    let key = &config.sealing_key;
    grants::store_aside(ports.key_value, key, id, consent.account_id, &found.access)?;
    if let Some(waiting) = reconnections::open(ports.database, id)? {
        compare(ports, config, &waiting, &found.cloud_id, &found.access).await?;
    }
    let notice = Notice::warning(format!(
        "You authorised {}, another account than before. Nothing has changed yet: look at what would.",
        consent.account_name
    ));
    Ok(config.site.redirect_with(&format!("{CONNECTIONS}/{id}/account"), &notice, Some(session)))
}

/// Ends what waits for a decision, and deletes what it would reach the site with.
pub(crate) async fn withdraw<D: Database, K: KeyValue, C>(
    ports: &Ports<'_, D, K, C>,
    connection: i64,
    now: i64,
) -> Result<(), Error> {
    if let Some(waiting) = reconnections::open(ports.database, connection)? {
        reconnections::replace(ports.database, connection, now)?;
        grants::forget_aside(ports.key_value, connection, &waiting.account_id)?;
    }
    Ok(())
}

/// How long a request may compare; what is left is gone on with by another press.
const COMPARING: i64 = 15_000;

pub(crate) async fn compare<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    waiting: &Reconnection,
    cloud_id: &str,
    access: &Access,
) -> Result<(), Error> {
    let gateway = access.gateway(&config.api_url, cloud_id);
    let clock = || (ports.clock)();
    let (database, client) = (ports.database, ports.client);
    let until = clock() + COMPARING;
    Ok(mirror::compare(database, client, &gateway, &access.credential(), waiting, clock, until).await?)
}
