//! An identity provider in memory, for the tests.

use std::cell::RefCell;

use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use http::{Request, Response};
use identity::Key;
use identity::openid::{Client, Groups};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ports::native::Sqlite;
use ports::{Database, HttpClient, HttpError};
use screen::{Fields, Site};
use serde_json::{Value, json};

use crate::config::Config;
use crate::routes::handle;

pub(crate) const NOW: i64 = 1_795_140_000_000;
const ISSUER: &str = "https://id.example";

pub(crate) fn config() -> Config {
    let key = Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let public_url = "https://help.example".to_owned();
    Config {
        client: Client {
            issuer: ISSUER.into(),
            id: "portal".into(),
            secret: "secret".into(),
            redirect_address: format!("{public_url}/sign-in/callback"),
        },
        groups: Groups { claim: "groups".into(), agent: "agents".into(), admin: "admins".into() },
        site: Site { public_url, portal_name: "Acme Help".into(), key },
    }
}

/// A provider that signs for the nonce of the sign-in that it was last asked to begin.
pub(crate) struct Provider {
    pub(crate) reachable: bool,
    pub(crate) claims: Value,
    /// The code that it gave and will take, once.
    code: RefCell<Option<String>>,
    key: EncodingKey,
}

impl Provider {
    pub(crate) fn new(groups: &[&str]) -> Self {
        let claims = json!({
            "iss": ISSUER, "aud": "portal", "sub": "u-1", "iat": NOW / 1000, "exp": NOW / 1000 + 300,
            "email": "ada@acme.example", "name": "Ada Byron", "groups": groups,
        });
        let key = include_bytes!("../../../crates/identity/src/openid/test_keys/ours.der");
        Self { reachable: true, claims, code: RefCell::default(), key: EncodingKey::from_rsa_der(key) }
    }

    /// The person agrees: gives the query that the browser brings to the callback.
    pub(crate) fn agree(&mut self, authorize_address: &str) -> String {
        let asked = Fields::of_query(&authorize_address.parse().unwrap());
        assert_eq!(asked.get("redirect_uri"), "https://help.example/sign-in/callback");
        self.claims["nonce"] = asked.get("nonce").into();
        *self.code.borrow_mut() = Some("code-1".to_owned());
        format!("code=code-1&state={}", asked.get("state"))
    }
}

impl HttpClient for Provider {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        if !self.reachable {
            return Err(HttpError::Unreachable { host: "id.example".into(), reason: "refused".into() });
        }
        let (status, body) = match request.uri().path() {
            "/.well-known/openid-configuration" => (
                200,
                json!({
                    "issuer": ISSUER,
                    "authorization_endpoint": "https://id.example/authorize",
                    "token_endpoint": "https://id.example/token",
                    "jwks_uri": "https://id.example/keys",
                }),
            ),
            "/keys" => {
                let mut key = Jwk::from_encoding_key(&self.key, Algorithm::RS256).unwrap();
                key.common.key_id = Some("k1".into());
                (200, serde_json::to_value(JwkSet { keys: vec![key] }).unwrap())
            }
            "/token" if Fields::of_form(&request).get("code") == self.code.take().unwrap_or_default() => {
                let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::RS256) };
                (200, json!({ "id_token": encode(&header, &self.claims, &self.key).unwrap() }))
            }
            "/token" => (400, json!({ "error": "invalid_grant" })),
            _ => (404, json!({})),
        };
        Ok(Response::builder().status(status).body(body.to_string().into_bytes()).unwrap())
    }
}

/// A browser: it keeps cookies and does not follow redirects.
pub(crate) struct Browser {
    cookies: Vec<(String, String)>,
    /// The application's store, which is this browser's alone.
    database: Sqlite,
}

impl Default for Browser {
    fn default() -> Self {
        Self { cookies: Vec::new(), database: Sqlite::in_memory().unwrap() }
    }
}

impl Browser {
    pub(crate) fn get(&mut self, provider: &Provider, path: &str) -> Response<Vec<u8>> {
        self.send(provider, Request::get(path).body(Vec::new()).unwrap())
    }

    pub(crate) fn send(&mut self, provider: &Provider, mut request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(COOKIE, HeaderValue::from_str(&cookies.join("; ")).unwrap());
        let response = pollster::block_on(handle(provider, &self.database, &config(), &request, NOW));
        for header in response.headers().get_all(SET_COOKIE) {
            let (name, value) = header.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        response
    }

    /// Who is known to have signed in: the address, and whether the provider vouches for it.
    pub(crate) fn noted(&self) -> (String, bool) {
        let query = "select email, email_verified from people where subject = 'u-1'";
        let rows = self.database.execute(query, &[]).unwrap();
        let row = rows.first().unwrap();
        (row.get("email").unwrap(), row.get("email_verified").unwrap())
    }

    pub(crate) fn session(&self) -> Option<identity::Session> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let header = HeaderValue::from_str(&cookies.join("; ")).unwrap();
        identity::session::read(&http::HeaderMap::from_iter([(COOKIE, header)]), &config().site.key, NOW)
    }
}

pub(crate) fn location(response: &Response<Vec<u8>>) -> &str {
    response.headers().get("location").map_or("", |location| location.to_str().unwrap())
}

pub(crate) fn words(response: &Response<Vec<u8>>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}
