use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::{Client, Groups, OpenIdError};
use crate::{Session, session};

/// How far the provider's clock and ours may be apart, in seconds.
const LEEWAY: i64 = 60;
/// Longer names are cut, for the session is a cookie.
const MAX_NAME: usize = 120;

/// Who the identity provider says has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub subject: String,
    pub email: String,
    pub name: String,
    /// All claims, among them the groups.
    pub claims: Map<String, Value>,
}

impl Person {
    /// Whether the provider vouches for the address; some write the word instead of the truth value.
    #[must_use]
    pub fn has_verified_email(&self) -> bool {
        let claim = self.claims.get("email_verified");
        !self.email.is_empty() && claim.is_some_and(|claim| *claim == true || *claim == "true")
    }

    /// Begins this person's session here.
    #[must_use]
    pub fn session(&self, groups: &Groups, now: i64) -> Session {
        session::start(&self.subject, &self.email, &self.name, groups.role(&self.claims), now)
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nonce: String,
    aud: Value,
    azp: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Accepts an ID token that this provider made for us in this sign-in (OpenID Connect Core §3.1.3.7).
pub fn verify(
    token: &str,
    keys: &JwkSet,
    client: &Client,
    nonce: &str,
    now: i64,
) -> Result<Person, OpenIdError> {
    let invalid = |reason: &str| OpenIdError::InvalidToken(reason.to_owned());
    let header = decode_header(token).map_err(|error| OpenIdError::InvalidToken(error.to_string()))?;
    let key =
        signing_key(keys, header.kid.as_deref()).ok_or_else(|| invalid("no key of the provider made it"))?;
    let key = DecodingKey::from_jwk(key).map_err(|error| OpenIdError::InvalidToken(error.to_string()))?;

    // The algorithm is ours to choose, never the token's.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&client.issuer]);
    validation.set_audience(&[&client.id]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // The library would read the clock itself; times are checked below.
    validation.validate_exp = false;
    let claims: Claims = decode(token, &key, &validation)
        .map_err(|error| OpenIdError::InvalidToken(error.to_string()))?
        .claims;

    let seconds = now / 1000;
    if claims.exp <= seconds - LEEWAY {
        return Err(invalid("it has expired; check the clock of this machine"));
    }
    if claims.iat > seconds + LEEWAY {
        return Err(invalid("it is from the future; check the clock of this machine"));
    }
    let several_audiences = claims.aud.as_array().is_some_and(|audiences| audiences.len() > 1);
    let made_for_us = match &claims.azp {
        Some(party) => *party == client.id,
        None => !several_audiences,
    };
    if !made_for_us {
        return Err(invalid("it was made for another application"));
    }
    if !bool::from(claims.nonce.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(invalid("it belongs to another sign-in"));
    }
    Ok(person(claims))
}

/// The RSA key that the token names; one without a name only where there is no choice.
fn signing_key<'a>(keys: &'a JwkSet, id: Option<&str>) -> Option<&'a Jwk> {
    let signs = |key: &&Jwk| {
        let for_signatures =
            key.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
        for_signatures && matches!(key.algorithm, jsonwebtoken::jwk::AlgorithmParameters::RSA(_))
    };
    match id {
        Some(id) => keys.find(id).filter(signs),
        None => {
            let mut candidates = keys.keys.iter().filter(signs);
            candidates.next().filter(|_| candidates.next().is_none())
        }
    }
}

fn person(claims: Claims) -> Person {
    let text = |name: &str| claims.others.get(name).and_then(Value::as_str).unwrap_or_default().trim();
    let names = [text("name"), text("preferred_username"), text("email"), &claims.sub];
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    Person {
        email: text("email").chars().take(MAX_NAME).collect(),
        name: name.chars().take(MAX_NAME).collect(),
        subject: claims.sub,
        claims: claims.others,
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_140_000_000;

    // RSA keys made for these tests alone; PKCS #1, DER.
    fn ours() -> EncodingKey {
        EncodingKey::from_rsa_der(include_bytes!("test_keys/ours.der"))
    }

    fn theirs() -> EncodingKey {
        EncodingKey::from_rsa_der(include_bytes!("test_keys/theirs.der"))
    }

    fn keys(named: &[(&str, &EncodingKey)]) -> JwkSet {
        let keys = named.iter().map(|(name, key)| {
            let mut jwk = Jwk::from_encoding_key(key, Algorithm::RS256).unwrap();
            jwk.common.key_id = Some((*name).to_owned());
            jwk
        });
        JwkSet { keys: keys.collect() }
    }

    fn client() -> Client {
        Client {
            issuer: "https://id.example".into(),
            id: "portal".into(),
            secret: "secret".into(),
            redirect_address: "https://help.example/sign-in/callback".into(),
        }
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "aud": "portal", "sub": "u-1", "nonce": "n-1",
            "iat": NOW / 1000, "exp": NOW / 1000 + 300,
            "email": "ada@acme.example", "name": "Ada Byron", "groups": ["siit-admins"],
        })
    }

    fn signed(claims: &Value, key: &EncodingKey, key_id: Option<&str>) -> String {
        let header = Header { kid: key_id.map(str::to_owned), ..Header::new(Algorithm::RS256) };
        encode(&header, claims, key).unwrap()
    }

    fn verified(token: &str, keys: &JwkSet) -> Result<Person, String> {
        verify(token, keys, &client(), "n-1", NOW).map_err(|error| error.to_string())
    }

    #[test]
    fn a_token_made_for_this_sign_in_says_who_it_is() {
        let keys = keys(&[("other", &theirs()), ("k1", &ours())]);
        let person = verified(&signed(&claims(), &ours(), Some("k1")), &keys).unwrap();
        assert_eq!((person.subject.as_str(), person.name.as_str()), ("u-1", "Ada Byron"));
        let groups =
            Groups { claim: "groups".into(), agent: "siit-agents".into(), admin: "siit-admins".into() };
        let session = person.session(&groups, NOW);
        assert_eq!(session.role, crate::Role::Admin);
        assert_eq!(session.email, "ada@acme.example");
    }

    #[test]
    fn a_token_that_is_not_for_this_sign_in_is_refused() {
        let keys = keys(&[("k1", &ours())]);
        let seconds = NOW / 1000;
        let cases = [
            ("iss", json!("https://evil.example"), "InvalidIssuer"),
            ("iss", Value::Null, "Missing required claim: iss"),
            ("aud", json!("another"), "InvalidAudience"),
            ("aud", json!([]), "InvalidAudience"),
            ("aud", json!(["portal", "another"]), "it was made for another application"),
            ("azp", json!("another"), "it was made for another application"),
            ("exp", json!(seconds - 61), "it has expired"),
            ("exp", Value::Null, "missing field `exp`"),
            ("iat", json!(seconds + 61), "it is from the future"),
            ("nonce", json!("n-2"), "it belongs to another sign-in"),
            ("nonce", Value::Null, "it belongs to another sign-in"),
            ("sub", Value::Null, "missing field `sub`"),
        ];
        for (claim, value, reason) in cases {
            let mut claims = claims();
            match value {
                Value::Null => claims.as_object_mut().unwrap().remove(claim),
                value => claims.as_object_mut().unwrap().insert(claim.to_owned(), value),
            };
            let error = verified(&signed(&claims, &ours(), Some("k1")), &keys).unwrap_err();
            assert!(error.contains(reason), "{claim}: {error}");
        }
    }

    #[test]
    fn several_audiences_are_fine_when_we_are_the_authorised_party() {
        let mut claims = claims();
        claims["aud"] = json!(["portal", "another"]);
        claims["azp"] = json!("portal");
        assert!(verified(&signed(&claims, &ours(), Some("k1")), &keys(&[("k1", &ours())])).is_ok());
    }

    #[test]
    fn only_the_provider_s_own_keys_count() {
        let keys = keys(&[("k1", &ours())]);
        let forged = signed(&claims(), &theirs(), Some("k1"));
        assert!(verified(&forged, &keys).unwrap_err().contains("InvalidSignature"));
        let unknown = signed(&claims(), &ours(), Some("k2"));
        assert!(verified(&unknown, &keys).unwrap_err().contains("no key of the provider made it"));
        assert!(verified(&signed(&claims(), &ours(), None), &keys).is_ok());
        let two = self::keys(&[("k1", &ours()), ("k2", &theirs())]);
        assert!(verified(&signed(&claims(), &ours(), None), &two).is_err());
    }

    #[test]
    fn the_token_does_not_choose_how_it_is_checked() {
        let keys = keys(&[("k1", &ours())]);
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let unsigned = format!("{}.{}.", part(json!({ "alg": "none", "kid": "k1" })), part(claims()));
        assert!(verified(&unsigned, &keys).is_err());
        // The public key as an HMAC secret: the classic confusion of algorithms.
        let secret = EncodingKey::from_secret(include_bytes!("test_keys/ours.der"));
        let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::HS256) };
        let confused = encode(&header, &claims(), &secret).unwrap();
        assert!(verified(&confused, &keys).unwrap_err().contains("InvalidAlgorithm"));
        for garbage in ["", "a.b.c", "....", "eyJhbGciOiJSUzI1NiJ9"] {
            assert!(verified(garbage, &keys).is_err());
        }
    }

    #[test]
    fn a_person_without_a_name_is_called_by_what_there_is() {
        let mut claims = claims();
        claims["name"] = json!("  ");
        claims["preferred_username"] = json!("x".repeat(500));
        let keys = keys(&[("k1", &ours())]);
        let person = verified(&signed(&claims, &ours(), Some("k1")), &keys).unwrap();
        assert_eq!(person.name.len(), MAX_NAME);
    }
}
