//! The identity provider, by the code flow with PKCE.

use crate::site::{Site, URL};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use sha2::{Digest, Sha256};

const CALLBACK: &str = "http://127.0.0.1:3000/sign-in/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn request(challenge: &str) -> Vec<(&'static str, String)> {
    vec![
        ("response_type", "code".to_owned()),
        ("client_id", "siit-portal".to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
        ("scope", "openid profile email groups".to_owned()),
        ("state", "state-1".to_owned()),
        ("nonce", "nonce-1".to_owned()),
        ("code_challenge", challenge.to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ]
}

async fn code(site: &Site, person: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut fields = request(&challenge);
    fields.push(("person", person.to_owned()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let location = site.form("/oidc/authorize/decision", &fields).await.location();
    location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}

#[tokio::test]
async fn a_person_signs_in_and_the_id_token_verifies() {
    let site = Site::new();
    let get = |path: &'static str| site.send("GET", path, &[], String::new());
    let discovery = get("/oidc/.well-known/openid-configuration").await.json();
    assert_eq!(discovery["issuer"], format!("{URL}/oidc"));
    let code = code(&site, "alex").await;
    let basic = format!("Basic {}", STANDARD.encode("siit-portal:simulated-oidc-secret"));
    let form = serde_urlencoded::to_string([
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ])
    .unwrap();
    let headers = [("authorization", basic.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let answer = site.send("POST", "/oidc/token", &headers, form.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let tokens = answer.json();

    let keys: JwkSet = serde_json::from_str(&get("/oidc/jwks").await.text).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["siit-portal"]);
    validation.set_issuer(&[format!("{URL}/oidc")]);
    let key = DecodingKey::from_jwk(&keys.keys[0]).unwrap();
    let claims = jsonwebtoken::decode::<Value>(tokens["id_token"].as_str().unwrap(), &key, &validation)
        .unwrap()
        .claims;
    assert_eq!(claims["email"], "alex@acme.example");
    assert_eq!(claims["groups"], serde_json::json!(["siit-agents"]));
    assert_eq!(claims["nonce"], "nonce-1");
    let info = site.get(tokens["access_token"].as_str().unwrap(), "/oidc/userinfo").await.json();
    assert_eq!(info["sub"], claims["sub"]);

    let again = site.send("POST", "/oidc/token", &headers, form).await;
    assert_eq!(
        (again.status, again.json()["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_grant"))
    );
}

#[tokio::test]
async fn a_wrong_verifier_secret_or_callback_is_refused() {
    let site = Site::new();
    let exchange = async |verifier: &str, secret: &str| {
        let code = code(&site, "mia").await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
            ("client_id", "siit-portal"),
            ("client_secret", secret),
        ];
        site.form("/oidc/token", &fields).await.json()["error"].as_str().map(str::to_owned)
    };
    assert_eq!(exchange("wrong", "simulated-oidc-secret").await.as_deref(), Some("invalid_grant"));
    assert_eq!(exchange(VERIFIER, "wrong").await.as_deref(), Some("invalid_client"));

    let ask = async |name: &str, value: &str| {
        let mut fields = request(&"x".repeat(43));
        fields.iter_mut().find(|(known, _)| *known == name).unwrap().1 = value.to_owned();
        let query = serde_urlencoded::to_string(fields).unwrap();
        site.send("GET", &format!("/oidc/authorize?{query}"), &[], String::new()).await
    };
    assert_eq!(ask("redirect_uri", "http://evil.example").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask("client_id", "other").await.status, StatusCode::BAD_REQUEST);
    for (name, value) in
        [("code_challenge_method", "plain"), ("scope", "email"), ("nonce", ""), ("response_type", "token")]
    {
        let query = ask(name, value).await.location().query().unwrap().to_owned();
        assert!(query.contains("error=") && query.contains("state=state-1"), "{name}: {query}");
    }
    assert!(ask("state", "other").await.text.contains("Mia Employee"));
}
