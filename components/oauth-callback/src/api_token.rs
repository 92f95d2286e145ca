//! Connecting with an API token instead of a consent: it is tried at once, and kept only if it works.

use confluence::sites::{self, Account};
use confluence::{
    ApiError, ApiToken, ApiTokenError, SiteError, SiteUrl, checked_email, checked_token, takes_tokens,
};
use http::{Request, Response, StatusCode};
use identity::{Session, forgery};
use mirror::SpaceListError;
use mirror::grants::Access;
use ports::{Database, HttpClient, HttpError, KeyValue};
use screen::{Fields, Notice, address};

use crate::config::Config;
use crate::error::Error;
use crate::establish::{Found, establish};
use crate::routes::{CONNECTIONS, Ports};

/// Why a token was not taken.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Site(#[from] SiteError),
    #[error(transparent)]
    Form(#[from] ApiTokenError),
    #[error(
        "API tokens are only sent to Atlassian's own addresses, and {0} is none; enter the one that ends in .atlassian.net"
    )]
    OtherHost(String),
    #[error("{0} did not answer; check the site URL, and whether this application may reach it")]
    NoAnswer(String),
    #[error("there is no Confluence at {0}; check the site URL")]
    NoConfluence(String),
    #[error(
        "{0} did not accept the email address and the token; check both, copy the token whole, and make sure that it has not expired and that its account may use Confluence"
    )]
    WrongToken(String),
    #[error(
        "the token was made with scopes that are too few: {what} could not be read; make a token without scopes, or give it those that are listed here"
    )]
    TooFewScopes { what: String },
    #[error("{site} knows the account but does not allow it to read {what}; ask a site admin why")]
    NotAllowed { site: String, what: String },
}

/// Why nothing was connected.
#[derive(Debug)]
enum Failure {
    /// The form is to be sent again.
    Refused(Refusal),
    /// What every connecting can fail with.
    Other(Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<SiteError> for Failure {
    fn from(error: SiteError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<ApiTokenError> for Failure {
    fn from(error: ApiTokenError) -> Self {
        Self::Refused(error.into())
    }
}

/// Takes the form, tries the token and keeps it if it works. The token is shown by no page and is in no address.
pub(crate) async fn connect<D: Database, K: KeyValue, C: HttpClient>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    request: &Request<Vec<u8>>,
    session: &Session,
    now: i64,
) -> Result<Response<Vec<u8>>, Error> {
    let form = Fields::of_form(request);
    forgery::check(request.headers(), &config.site.key, session, &config.site.public_url, form.get("csrf"))?;
    knowledge::migrations::apply(ports.database)?;
    match try_out(ports.client, config, &form).await {
        Ok(found) => establish(ports, config, session, found, now).await,
        Err(Failure::Other(error)) => Err(error),
        Err(Failure::Refused(refusal)) => {
            let back = address(&format!("{CONNECTIONS}/token"), &[("site_url", form.get("site_url"))]);
            let notice = Notice::failed(format!("Nothing was connected: {refusal}."));
            Ok(config.site.redirect_with(&back, &notice, Some(session)))
        }
    }
}

async fn try_out(client: &impl HttpClient, config: &Config, form: &Fields) -> Result<Found, Failure> {
    let site = SiteUrl::parse(form.get("site_url"))?;
    let (email, token) = (checked_email(form.get("email"))?, checked_token(form.get("token"))?);
    let host = site.host().to_owned();
    if !takes_tokens(&site) {
        return Err(Refusal::OtherHost(host).into());
    }
    let cloud_id = cloud_id(client, &site).await?;
    let mut token = ApiToken { site: site.as_str().to_owned(), email, token, is_scoped: false };
    let account = match account(client, config, &cloud_id, &token, &host).await? {
        Some(account) => account,
        None => {
            // A token with scopes is not taken by the site, only by Atlassian's gateway.
            token.is_scoped = true;
            account(client, config, &cloud_id, &token, &host)
                .await?
                .ok_or(Refusal::WrongToken(host.clone()))?
        }
    };
    let gateway = token.gateway(&config.api_url, &cloud_id);
    let spaces = mirror::list_spaces(client, &gateway, &token.credential()).await;
    let spaces = match spaces {
        Err(SpaceListError::Api(error)) => return Err(read(error, &host)),
        Err(error) => return Err(Failure::Other(error.into())),
        Ok(spaces) => spaces,
    };
    Ok(Found { cloud_id, site_name: host, site, account, spaces, access: Access::Token(token) })
}

async fn cloud_id(client: &impl HttpClient, site: &SiteUrl) -> Result<String, Failure> {
    let host = || site.host().to_owned();
    let response = match client.send(sites::tenant_request(site)).await {
        Ok(response) => response,
        Err(HttpError::TooLarge { .. }) => return Err(Refusal::NoConfluence(host()).into()),
        Err(_) => return Err(Refusal::NoAnswer(host()).into()),
    };
    match sites::tenant(&response) {
        Ok(cloud_id) => Ok(cloud_id),
        Err(ApiError::Unavailable { .. }) => Err(Refusal::NoAnswer(host()).into()),
        Err(_) => Err(Refusal::NoConfluence(host()).into()),
    }
}

/// Whose token it is; none if it is nobody's on this way.
async fn account(
    client: &impl HttpClient,
    config: &Config,
    cloud_id: &str,
    token: &ApiToken,
    host: &str,
) -> Result<Option<Account>, Failure> {
    let gateway = token.gateway(&config.api_url, cloud_id);
    let request = gateway.request(&sites::current_user(), &token.credential());
    let response = match client.send(request).await {
        Ok(response) => response,
        Err(_) => return Err(Refusal::NoAnswer(host.to_owned()).into()),
    };
    // In front of Confluence stands a page for people.
    if response.status() == StatusCode::NOT_FOUND && !token.is_scoped {
        return Err(Refusal::NoConfluence(host.to_owned()).into());
    }
    match sites::current_user_account(&response) {
        Ok(account) => Ok(account),
        Err(ApiError::TokenRejected { .. } | ApiError::CallerUnknown { .. } | ApiError::NotJson { .. }) => {
            Ok(None)
        }
        Err(error) => Err(read(error, host)),
    }
}

fn read(error: ApiError, host: &str) -> Failure {
    match error {
        ApiError::ScopeMissing { what } => Refusal::TooFewScopes { what }.into(),
        ApiError::Forbidden { what, .. } => Refusal::NotAllowed { site: host.to_owned(), what }.into(),
        ApiError::TokenRejected { .. } | ApiError::CallerUnknown { .. } => {
            Refusal::WrongToken(host.to_owned()).into()
        }
        error => Failure::Other(error.into()),
    }
}
