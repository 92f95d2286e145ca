//! Requests that another site makes a browser send: they are told apart by where they come from and
//! by a token that only our own pages hold.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use http::header::ORIGIN;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::{Key, Session};

/// Why a form was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForgeryError {
    #[error("the form was sent from another site; open the page here and send it again")]
    OtherSite,
    #[error("the form belongs to an earlier sign-in; open the page again and repeat what you did")]
    StaleToken,
}

/// The token for the hidden field `csrf` of every form that this session is shown.
#[must_use]
pub fn token(key: &Key, session: &Session) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes a key of any length");
    mac.update(b"form:");
    mac.update(session.id.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Accepts a form that one of our own pages sent in this session.
///
/// `public_url` is our origin, without a slash at the end.
pub fn check(
    headers: &HeaderMap,
    key: &Key,
    session: &Session,
    public_url: &str,
    token: &str,
) -> Result<(), ForgeryError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let same_origin = header(ORIGIN.as_str()).is_none_or(|origin| origin == public_url);
    let same_site = header("sec-fetch-site").is_none_or(|site| site == "same-origin");
    if !(same_origin && same_site) {
        return Err(ForgeryError::OtherSite);
    }
    let expected = self::token(key, session);
    if bool::from(expected.as_bytes().ct_eq(token.as_bytes())) {
        Ok(())
    } else {
        Err(ForgeryError::StaleToken)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::{Role, session};

    fn key() -> Key {
        Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
    }

    #[test]
    fn only_our_own_form_in_the_same_session_is_accepted() {
        let mine = session::start("1", "a@acme.example", "A", Role::Admin, 0);
        let other = session::start("1", "a@acme.example", "A", Role::Admin, 0);
        let url = "https://help.acme.example";
        let good = token(&key(), &mine);
        let check = |headers: &HeaderMap, token: &str| check(headers, &key(), &mine, url, token);
        assert_eq!(check(&HeaderMap::new(), &good), Ok(()));
        assert_eq!(check(&HeaderMap::new(), &token(&key(), &other)), Err(ForgeryError::StaleToken));
        assert_eq!(check(&HeaderMap::new(), ""), Err(ForgeryError::StaleToken));
        let from = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(http::HeaderName::from_static(name), HeaderValue::from_static(value))])
        };
        assert_eq!(check(&from("origin", "https://help.acme.example"), &good), Ok(()));
        assert_eq!(check(&from("origin", "https://evil.example"), &good), Err(ForgeryError::OtherSite));
        assert_eq!(check(&from("origin", "null"), &good), Err(ForgeryError::OtherSite));
        assert_eq!(check(&from("sec-fetch-site", "cross-site"), &good), Err(ForgeryError::OtherSite));
    }
}
