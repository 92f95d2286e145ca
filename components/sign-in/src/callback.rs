use http::{Request, Response, header};
use identity::openid::{Attempt, OpenIdError, discover, verify};
use identity::{Session, session};
use ports::HttpClient;
use screen::{Fields, Frame, local_path, redirect};

use crate::config::Config;
use crate::error::Error;

/// Turns the provider's answer into a session; whatever comes of it, the answer works only once.
pub(crate) async fn finish<C: HttpClient>(
    provider: &C,
    config: &Config,
    request: &Request<Vec<u8>>,
    frame: &Frame<'_>,
    now: i64,
) -> Response<Vec<u8>> {
    let site = &config.site;
    let answer = Fields::of_query(request.uri());
    let mut next = "/".to_owned();
    let outcome = match Attempt::check(request.headers(), &site.key, answer.get("state"), now) {
        Ok(attempt) => {
            next = local_path(&attempt.next).unwrap_or("/").to_owned();
            sign_in(provider, config, &attempt, &answer, now).await
        }
        Err(error) => Err(error),
    };
    // An answer with a foreign state must not end the sign-in that this browser has under way.
    let foreign = matches!(outcome, Err(OpenIdError::StateMismatch));
    let mut response = match outcome {
        Ok(session) => {
            let mut response = redirect(&next);
            let cookie = session::cookie(&session, &site.key, site.is_secure());
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Err(error) => Error::from(error).page(frame, &next),
    };
    if !foreign {
        let cookie = Attempt::cleared_cookie(site.is_secure());
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn sign_in<C: HttpClient>(
    provider: &C,
    config: &Config,
    attempt: &Attempt,
    answer: &Fields,
    now: i64,
) -> Result<Session, OpenIdError> {
    let refused = answer.get("error");
    if !refused.is_empty() {
        let description = answer.get("error_description").chars().take(300).collect();
        return Err(OpenIdError::Declined { code: refused.chars().take(60).collect(), description });
    }
    let metadata = discover(provider, &config.client.issuer).await?;
    let token = metadata.redeem(provider, &config.client, attempt, answer.get("code")).await?;
    let keys = metadata.keys(provider).await?;
    let person = verify(&token, &keys, &config.client, &attempt.nonce, now)?;
    Ok(person.session(&config.groups, now))
}
