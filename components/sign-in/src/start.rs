use http::{Response, header};
use identity::openid::{Attempt, discover};
use ports::HttpClient;
use screen::found;

use crate::config::Config;
use crate::error::Error;

/// Sends the person to the identity provider, and remembers in their browser that it did.
pub(crate) async fn begin<C: HttpClient>(
    provider: &C,
    config: &Config,
    next: &str,
    now: i64,
) -> Result<Response<Vec<u8>>, Error> {
    let attempt = Attempt::begin(next, now);
    let address =
        discover(provider, &config.client.issuer).await?.authorize_address(&config.client, &attempt);
    let mut response = found(&address);
    let cookie = attempt.cookie(&config.site.key, config.site.is_secure());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
