use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Request, Response, StatusCode, Uri};
use jsonwebtoken::jwk::JwkSet;
use ports::HttpClient;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Attempt, Client, OpenIdError};

/// What we use of a provider's metadata (OpenID Connect Discovery §3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Provider {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default = "basic")]
    token_endpoint_auth_methods_supported: Vec<String>,
}

fn basic() -> Vec<String> {
    vec!["client_secret_basic".to_owned()]
}

/// Asks the issuer for its metadata (OpenID Connect Discovery §4).
pub async fn discover(http: &impl HttpClient, issuer: &str) -> Result<Provider, OpenIdError> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let provider: Provider = get(http, &address).await?;
    // §4.3: or a provider could speak for another one.
    if provider.issuer != issuer {
        return Err(OpenIdError::Discovery(format!("its issuer is `{}`, not `{issuer}`", provider.issuer)));
    }
    let scheme = issuer.split("://").next();
    for address in [&provider.authorization_endpoint, &provider.token_endpoint, &provider.jwks_uri] {
        let known = address.parse::<Uri>().ok().filter(|uri| uri.host().is_some());
        // A provider on HTTPS may not lead anything over plain HTTP.
        if known.is_none_or(|uri| uri.scheme_str() != Some("https") && uri.scheme_str() != scheme) {
            return Err(OpenIdError::Discovery(format!("its endpoint `{address}` is not a safe address")));
        }
    }
    Ok(provider)
}

impl Provider {
    /// Where the person goes to sign in (OpenID Connect Core §3.1.2.1).
    #[must_use]
    pub fn authorize_address(&self, client: &Client, attempt: &Attempt) -> String {
        let query = serde_urlencoded::to_string([
            ("response_type", "code"),
            ("scope", "openid profile email"),
            ("client_id", &client.id),
            ("redirect_uri", &client.redirect_address),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &attempt.challenge()),
            ("code_challenge_method", "S256"),
        ])
        .expect("pairs of strings are a query");
        let joint = if self.authorization_endpoint.contains('?') { '&' } else { '?' };
        format!("{}{joint}{query}", self.authorization_endpoint)
    }

    /// Trades the code for an ID token (OpenID Connect Core §3.1.3).
    pub async fn redeem(
        &self,
        http: &impl HttpClient,
        client: &Client,
        attempt: &Attempt,
        code: &str,
    ) -> Result<String, OpenIdError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &client.redirect_address),
            ("code_verifier", &attempt.verifier),
        ];
        let mut request = Request::post(&self.token_endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json");
        if self.token_endpoint_auth_methods_supported.iter().any(|method| method == "client_secret_basic") {
            request = request.header(AUTHORIZATION, basic_credentials(client));
        } else {
            form.extend([("client_id", client.id.as_str()), ("client_secret", client.secret.as_str())]);
        }
        let form = serde_urlencoded::to_string(form).expect("pairs of strings are a form");
        let request =
            request.body(form.into_bytes()).map_err(|error| OpenIdError::Discovery(error.to_string()))?;
        id_token(&http.send(request).await?)
    }

    /// The keys that the provider signs with at present.
    pub async fn keys(&self, http: &impl HttpClient) -> Result<JwkSet, OpenIdError> {
        get(http, &self.jwks_uri).await
    }
}

fn id_token(response: &Response<Vec<u8>>) -> Result<String, OpenIdError> {
    #[derive(Deserialize)]
    struct Granted {
        id_token: String,
    }
    // RFC 6749 §5.2.
    #[derive(Deserialize)]
    struct Refused {
        error: String,
    }
    if response.status() == StatusCode::OK {
        let granted: Granted = serde_json::from_slice(response.body())
            .map_err(|_| OpenIdError::InvalidToken("the provider sent none".to_owned()))?;
        return Ok(granted.id_token);
    }
    let refused = serde_json::from_slice(response.body()).map(|Refused { error }| error);
    let reason = refused.unwrap_or_else(|_| format!("status {}", response.status().as_u16()));
    Err(match reason.as_str() {
        "invalid_client" | "unauthorized_client" => OpenIdError::ClientRefused(reason),
        _ => OpenIdError::CodeRefused(reason),
    })
}

/// Both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic_credentials(client: &Client) -> String {
    let encoded = |text: &str| {
        let pair = serde_urlencoded::to_string([("", text)]).expect("a string is a form value");
        pair.trim_start_matches('=').to_owned()
    };
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(&client.id), encoded(&client.secret))))
}

async fn get<T: DeserializeOwned>(http: &impl HttpClient, address: &str) -> Result<T, OpenIdError> {
    let request = Request::get(address)
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| OpenIdError::Discovery(format!("`{address}` is not an address")))?;
    let response = http.send(request).await?;
    if response.status() != StatusCode::OK {
        let status = response.status().as_u16();
        return Err(OpenIdError::Discovery(format!("{address} answered with status {status}")));
    }
    serde_json::from_slice(response.body())
        .map_err(|error| OpenIdError::Discovery(format!("{address} is not what it should be: {error}")))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use ports::HttpError;
    use serde_json::{Value, json};

    use super::*;

    /// Answers with what it was given, and remembers what it was asked.
    struct Answers {
        status: u16,
        body: Value,
        asked: RefCell<Vec<Request<Vec<u8>>>>,
    }

    impl Answers {
        fn new(status: u16, body: Value) -> Self {
            Self { status, body, asked: RefCell::default() }
        }
    }

    impl HttpClient for Answers {
        async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
            self.asked.borrow_mut().push(request);
            Ok(Response::builder().status(self.status).body(self.body.to_string().into_bytes()).unwrap())
        }
    }

    fn metadata() -> Value {
        json!({
            "issuer": "https://id.example/tenant",
            "authorization_endpoint": "https://id.example/authorize?tenant=1",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
            "extra": true,
        })
    }

    fn client() -> Client {
        Client {
            issuer: "https://id.example/tenant".into(),
            id: "por tal".into(),
            secret: "s:ß".into(),
            redirect_address: "https://help.example/sign-in/callback".into(),
        }
    }

    fn discovered(metadata: Value) -> Result<Provider, OpenIdError> {
        pollster::block_on(discover(&Answers::new(200, metadata), "https://id.example/tenant"))
    }

    #[test]
    fn a_provider_speaks_only_for_itself_and_only_over_safe_addresses() {
        assert!(discovered(metadata()).is_ok());
        let cases = [
            ("issuer", "https://id.example/other", "its issuer is"),
            ("issuer", "https://id.example/tenant/", "its issuer is"),
            ("token_endpoint", "http://id.example/token", "is not a safe address"),
            ("jwks_uri", "/keys", "is not a safe address"),
            ("authorization_endpoint", "javascript:alert(1)", "is not a safe address"),
        ];
        for (field, value, reason) in cases {
            let mut metadata = metadata();
            metadata[field] = value.into();
            let error = discovered(metadata).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_wrong_issuer_address_is_named() {
        let answers = Answers::new(404, json!({}));
        let error = pollster::block_on(discover(&answers, "https://id.example")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the identity provider is not set up as expected: \
             https://id.example/.well-known/openid-configuration answered with status 404; \
             check the variable `oidc_issuer`"
        );
    }

    #[test]
    fn the_authorize_address_carries_state_nonce_and_challenge_and_never_the_verifier() {
        let provider = discovered(metadata()).unwrap();
        let attempt = Attempt::begin("/", 0);
        let address = provider.authorize_address(&client(), &attempt);
        assert!(
            address.starts_with("https://id.example/authorize?tenant=1&response_type=code&"),
            "{address}"
        );
        for part in [&attempt.state, &attempt.nonce, &attempt.challenge(), "code_challenge_method=S256"] {
            assert!(address.contains(part), "{part}");
        }
        assert!(!address.contains(&attempt.verifier));
        assert!(address.contains("redirect_uri=https%3A%2F%2Fhelp.example%2Fsign-in%2Fcallback"));
    }

    #[test]
    fn the_code_is_redeemed_with_the_verifier_and_basic_credentials() {
        let provider = discovered(metadata()).unwrap();
        let attempt = Attempt::begin("/", 0);
        let answers = Answers::new(200, json!({ "id_token": "a.b.c", "access_token": "x" }));
        let token = pollster::block_on(provider.redeem(&answers, &client(), &attempt, "code 1")).unwrap();
        assert_eq!(token, "a.b.c");
        let asked = answers.asked.borrow();
        let body = std::str::from_utf8(asked[0].body()).unwrap();
        assert!(body.contains("code=code+1") && body.contains(&attempt.verifier), "{body}");
        assert!(!body.contains("client_secret"));
        let expected = format!("Basic {}", STANDARD.encode("por+tal:s%3A%C3%9F"));
        assert_eq!(asked[0].headers()[AUTHORIZATION], expected);
    }

    #[test]
    fn a_provider_without_basic_gets_the_secret_in_the_form() {
        let mut metadata = metadata();
        metadata["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
        let answers = Answers::new(200, json!({ "id_token": "a.b.c" }));
        let provider = discovered(metadata).unwrap();
        pollster::block_on(provider.redeem(&answers, &client(), &Attempt::begin("/", 0), "1")).unwrap();
        let asked = answers.asked.borrow();
        assert!(std::str::from_utf8(asked[0].body()).unwrap().contains("client_secret=s%3A%C3%9F"));
        assert!(asked[0].headers().get(AUTHORIZATION).is_none());
    }

    #[test]
    fn a_refusal_says_whose_fault_it_is() {
        let provider = discovered(metadata()).unwrap();
        let cases = [
            (400, json!({ "error": "invalid_grant" }), OpenIdError::CodeRefused("invalid_grant".into())),
            (401, json!({ "error": "invalid_client" }), OpenIdError::ClientRefused("invalid_client".into())),
            (502, json!("<html>"), OpenIdError::CodeRefused("status 502".into())),
            (200, json!({}), OpenIdError::InvalidToken("the provider sent none".into())),
        ];
        for (status, body, expected) in cases {
            let answers = Answers::new(status, body);
            let (client, attempt) = (client(), Attempt::begin("/", 0));
            let redeemed = pollster::block_on(provider.redeem(&answers, &client, &attempt, "1"));
            assert_eq!(redeemed, Err(expected));
        }
    }
}
