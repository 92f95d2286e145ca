//! A signed-in person's session: a sealed cookie, so that no request waits for a store.

use cookie::Cookie;
use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::{Key, Role, open, random_token, seal, set_cookie};

const PURPOSE: &str = "session";
const LIFETIME: i64 = 12 * 60 * 60 * 1000;

/// Who is signed in, since when, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Random; form tokens and authorisations under way are bound to it.
    pub id: String,
    /// The identity provider's `sub`.
    pub subject: String,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

/// Begins a session of twelve hours.
#[must_use]
pub fn start(subject: &str, email: &str, name: &str, role: Role, now: i64) -> Session {
    Session {
        id: random_token(),
        subject: subject.to_owned(),
        email: email.to_owned(),
        name: name.to_owned(),
        role,
        expires_at: now + LIFETIME,
    }
}

/// The session that a request carries, if it carries one that we sealed and that has not expired.
#[must_use]
pub fn read(headers: &HeaderMap, key: &Key, now: i64) -> Option<Session> {
    // The name with the prefix is looked for first, for a plain one can be planted by a sibling domain.
    let sealed = cookie_value(headers, name(true)).or_else(|| cookie_value(headers, name(false)))?;
    let session: Session = serde_json::from_slice(&open(key, PURPOSE, &sealed).ok()?).ok()?;
    (session.expires_at > now).then_some(session)
}

/// The `Set-Cookie` header that carries the session; `secure` wherever the site is served over HTTPS.
#[must_use]
pub fn cookie(session: &Session, key: &Key, secure: bool) -> HeaderValue {
    let sealed = seal(key, PURPOSE, &serde_json::to_vec(session).expect("a session is plain data"));
    set_cookie(name(secure), &sealed, "/", LIFETIME, secure)
}

/// The `Set-Cookie` header that ends the session in this browser.
#[must_use]
pub fn cleared_cookie(secure: bool) -> HeaderValue {
    set_cookie(name(secure), "", "/", 0, secure)
}

/// The value of the request's cookie `name`.
#[must_use]
pub fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// `__Host-` binds the cookie to this host and to HTTPS (RFC 6265bis §4.1.3.2).
fn name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
    }

    fn request(cookies: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookies).unwrap())])
    }

    fn sent_back(header: &HeaderValue) -> HeaderMap {
        request(&format!("theme=dark; {}", header.to_str().unwrap().split(';').next().unwrap()))
    }

    #[test]
    fn a_session_returns_until_it_expires() {
        let session = start("sub-1", "ada@acme.example", "Ada", Role::Admin, 1_000);
        for secure in [true, false] {
            let headers = sent_back(&cookie(&session, &key(), secure));
            assert_eq!(read(&headers, &key(), 2_000), Some(session.clone()));
            assert_eq!(read(&headers, &key(), 1_000 + LIFETIME), None);
        }
    }

    #[test]
    fn a_foreign_or_missing_cookie_is_no_session() {
        assert_eq!(read(&request("session=abc"), &key(), 0), None);
        assert_eq!(read(&HeaderMap::new(), &key(), 0), None);
    }

    #[test]
    fn the_cookie_is_kept_from_scripts_and_other_sites() {
        let session = start("s", "e", "n", Role::Employee, 0);
        let header = cookie(&session, &key(), true);
        let text = header.to_str().unwrap();
        assert!(text.starts_with("__Host-session="));
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
