use http::{Request, Response, header};
use identity::openid::{Attempt, OpenIdError, Person, discover, verify};
use identity::session;
use knowledge::people::{SignedIn, signed_in};
use ports::{Database, DatabaseError, HttpClient};
use screen::{Fields, Frame, local_path, redirect};

use crate::config::Config;
use crate::error::Error;

/// Turns the provider's answer into a session; whatever comes of it, the answer works only once.
pub(crate) async fn finish<C: HttpClient, D: Database>(
    provider: &C,
    database: &D,
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
        Ok(person) => {
            // Whoever cannot be noted is signed in all the same, and sees what everyone may see.
            if let Err(error) = note(database, &person, now) {
                eprintln!("sign-in: who signed in could not be noted: {error}");
            }
            let session = person.session(&config.groups, now);
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
) -> Result<Person, OpenIdError> {
    let refused = answer.get("error");
    if !refused.is_empty() {
        let description = answer.get("error_description").chars().take(300).collect();
        return Err(OpenIdError::Declined { code: refused.chars().take(60).collect(), description });
    }
    let metadata = discover(provider, &config.client.issuer).await?;
    let token = metadata.redeem(provider, &config.client, attempt, answer.get("code")).await?;
    let keys = metadata.keys(provider).await?;
    verify(&token, &keys, &config.client, &attempt.nonce, now)
}

/// Notes who has signed in, so that their account in Confluence can be found.
fn note(database: &impl Database, person: &Person, now: i64) -> Result<(), DatabaseError> {
    knowledge::migrations::apply(database)?;
    let person = SignedIn {
        subject: &person.subject,
        name: &person.name,
        email: &person.email,
        email_verified: person.has_verified_email(),
    };
    signed_in(database, person, now)
}
