use confluence::SiteUrl;
use confluence::oauth::{self, Callback, Grant};
use confluence::sites::{self, Account, Site};
use http::{Request, Response};
use identity::{Session, state};
use knowledge::connections::{self, Consumed};
use mirror::grants::Access;
use ports::{Database, HttpClient, KeyValue};

use crate::config::Config;
use crate::error::Error;
use crate::establish::{Found, establish};
use crate::routes::Ports;

/// Finishes a consent: state, code, site, account, spaces; only when all of them are good is anything kept.
pub(crate) async fn complete<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    request: &Request<Vec<u8>>,
    session: &Session,
    now: i64,
) -> Result<Response<Vec<u8>>, Error> {
    knowledge::migrations::apply(ports.database)?;
    let (code, typed) = accept(ports.database, request, session, now)?;
    let response = ports.client.send(config.app.exchange(&code, &config.callback_url())).await?;
    let grant = oauth::grant(&response, now)?;
    let site = chosen_site(ports.client, config, &grant, &typed).await?;
    let account = account(ports.client, config, &grant).await?;
    let access = Access::Grant(grant);
    let gateway = access.gateway(&config.api_url, &site.cloud_id);
    let spaces = mirror::list_spaces(ports.client, &gateway, &access.credential()).await?;
    let found = Found {
        cloud_id: site.cloud_id,
        site_name: if site.name.is_empty() { typed.host().to_owned() } else { site.name },
        site: typed,
        account,
        spaces,
        access,
    };
    establish(ports, config, session, found, now).await
}

/// The code that came back, and the site that was typed when this session began.
fn accept(
    database: &impl Database,
    request: &Request<Vec<u8>>,
    session: &Session,
    now: i64,
) -> Result<(String, SiteUrl), Error> {
    let callback = Callback::read(request.uri().query().unwrap_or_default());
    let state = match &callback {
        Callback::Granted { state, .. } => Some(state),
        Callback::Declined { state } | Callback::Failed { state, .. } => state.as_ref(),
        Callback::Incomplete => None,
    };
    let state = state.ok_or(Error::Incomplete)?;
    let consumed = connections::consume_authorisation(database, &state::hash(state), &session.id, now)?;
    let Consumed::Accepted { site_url } = consumed else {
        return Err(Error::StateRefused(consumed));
    };
    let site = SiteUrl::parse(&site_url)?;
    match callback {
        Callback::Granted { code, .. } => Ok((code, site)),
        Callback::Declined { .. } => Err(Error::Declined { site: site.host().to_owned() }),
        Callback::Failed { error, .. } => Err(Error::ConsentFailed { error }),
        Callback::Incomplete => Err(Error::Incomplete),
    }
}

/// The site that was typed, if the grant reaches it and it has Confluence.
async fn chosen_site(
    client: &impl HttpClient,
    config: &Config,
    grant: &Grant,
    typed: &SiteUrl,
) -> Result<Site, Error> {
    let response = client.send(sites::request(&config.api_url, &grant.access_token)).await?;
    let sites = sites::response(&response)?;
    if let Some(site) = sites.confluence.iter().find(|site| site.is_at(typed)) {
        return Ok(site.clone());
    }
    let site = typed.host().to_owned();
    if sites.without_confluence.iter().any(|other| other.is_at(typed)) {
        return Err(Error::WithoutConfluence { site });
    }
    Err(Error::OtherSites { site, granted: sites.confluence.into_iter().map(|site| site.url).collect() })
}

async fn account(client: &impl HttpClient, config: &Config, grant: &Grant) -> Result<Account, Error> {
    let response = client.send(sites::account_request(&config.api_url, &grant.access_token)).await?;
    Ok(sites::account(&response)?)
}
