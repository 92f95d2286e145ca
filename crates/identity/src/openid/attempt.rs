use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::OpenIdError;
use crate::session::cookie_value;
use crate::{Key, open, random_token, seal, set_cookie};

const NAME: &str = "sign_in";
const PURPOSE: &str = "sign-in";
const PATH: &str = "/sign-in";
const LIFETIME: i64 = 10 * 60 * 1000;

/// A sign-in that is under way, kept in a sealed cookie of the browser that began it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Ties the answer to this browser (RFC 6749 §10.12).
    pub state: String,
    /// Ties the ID token to this sign-in (OpenID Connect Core §3.1.2.1).
    pub nonce: String,
    /// Ties the code to whoever began (RFC 7636 §4.1).
    pub verifier: String,
    /// Where to go afterwards.
    pub next: String,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

impl Attempt {
    #[must_use]
    pub fn begin(next: &str, now: i64) -> Self {
        Self {
            state: random_token(),
            nonce: random_token(),
            verifier: random_token(),
            next: next.to_owned(),
            expires_at: now + LIFETIME,
        }
    }

    /// The challenge of the verifier, by the method `S256` (RFC 7636 §4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// The attempt that a request carries, if the answer's `state` belongs to it and there is still time.
    pub fn check(headers: &HeaderMap, key: &Key, state: &str, now: i64) -> Result<Self, OpenIdError> {
        let sealed = cookie_value(headers, NAME).ok_or(OpenIdError::NoAttempt)?;
        let plain = open(key, PURPOSE, &sealed).map_err(|_| OpenIdError::NoAttempt)?;
        let attempt: Self = serde_json::from_slice(&plain).map_err(|_| OpenIdError::NoAttempt)?;
        if attempt.expires_at <= now {
            return Err(OpenIdError::NoAttempt);
        }
        if !bool::from(attempt.state.as_bytes().ct_eq(state.as_bytes())) {
            return Err(OpenIdError::StateMismatch);
        }
        Ok(attempt)
    }

    /// The `Set-Cookie` header that carries the attempt to the callback.
    #[must_use]
    pub fn cookie(&self, key: &Key, secure: bool) -> HeaderValue {
        let plain = serde_json::to_vec(self).expect("an attempt is plain data");
        set_cookie(NAME, &seal(key, PURPOSE, &plain), PATH, LIFETIME, secure)
    }

    /// The `Set-Cookie` header that ends the attempt, so that no answer is used twice.
    #[must_use]
    pub fn cleared_cookie(secure: bool) -> HeaderValue {
        set_cookie(NAME, "", PATH, 0, secure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
    }

    fn carried(header: &HeaderValue) -> HeaderMap {
        let pair = header.to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(http::header::COOKIE, HeaderValue::from_str(pair).unwrap())])
    }

    #[test]
    fn only_the_browser_that_began_can_go_on_and_only_for_ten_minutes() {
        let attempt = Attempt::begin("/articles/1/vpn", 1_000);
        let headers = carried(&attempt.cookie(&key(), false));
        let check = |headers: &HeaderMap, state: &str, now| Attempt::check(headers, &key(), state, now);
        assert_eq!(check(&headers, &attempt.state, 2_000), Ok(attempt.clone()));
        assert_eq!(check(&headers, "another", 2_000), Err(OpenIdError::StateMismatch));
        assert_eq!(check(&headers, "", 2_000), Err(OpenIdError::StateMismatch));
        assert_eq!(check(&headers, &attempt.state, 1_000 + LIFETIME), Err(OpenIdError::NoAttempt));
        assert_eq!(check(&HeaderMap::new(), &attempt.state, 2_000), Err(OpenIdError::NoAttempt));
        let forged = carried(&HeaderValue::from_static("sign_in=Zm9yZ2Vk"));
        assert_eq!(check(&forged, &attempt.state, 2_000), Err(OpenIdError::NoAttempt));
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let attempt = Attempt { verifier, ..Attempt::begin("/", 0) };
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn no_two_attempts_share_a_secret() {
        let (one, other) = (Attempt::begin("/", 0), Attempt::begin("/", 0));
        assert_ne!(one.state, other.state);
        assert_ne!(one.nonce, other.nonce);
        assert_ne!(one.verifier, other.verifier);
        assert!((43..=128).contains(&one.verifier.len()), "RFC 7636 §4.1");
    }
}
