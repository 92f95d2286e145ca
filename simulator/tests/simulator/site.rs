//! A simulated site without a port, and the application that talks to it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use simulator::Options;
use tower::ServiceExt;
use url::Url;

pub(crate) const URL: &str = "http://site.test";
pub(crate) const CLOUD: &str = "/ex/confluence/5e6c1f0a-7b2d-4c3e-9f10-acce00000001";
pub(crate) const SCOPES: &str = "offline_access read:me read:space:confluence read:page:confluence \
    read:attachment:confluence read:hierarchical-content:confluence read:content.metadata:confluence \
    read:folder:confluence read:user:confluence read:configuration:confluence search:confluence \
    read:confluence-content.all read:confluence-content.permission readonly:content.attachment:confluence \
    read:confluence-user read:confluence-groups read:content-details:confluence";
pub(crate) const CALLBACK: &str = "http://127.0.0.1:3000/oauth/callback";

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Where a redirect leads.
    pub(crate) fn location(&self) -> Url {
        assert!(self.status.is_redirection(), "{} {}", self.status, self.text);
        Url::parse(self.headers["location"].to_str().unwrap()).unwrap()
    }
}

pub(crate) struct Site {
    router: Router,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self { router: simulator::router(Options::default(), URL).unwrap() }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Answer {
        self.send("GET", path, &[("authorization", &format!("Bearer {token}"))], String::new()).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[("authorization", &format!("Bearer {token}"))], body.to_string()).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], body).await
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Answer {
        let answer = self.send(method, &format!("/control{path}"), &[], body.to_string()).await;
        assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.text);
        answer
    }

    /// The answer of the token endpoint after `account` has consented.
    pub(crate) async fn connect(&self, account: &str, scopes: &str) -> Value {
        let code = self.code(account, scopes).await;
        let answer = self
            .token(json!({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    pub(crate) async fn code(&self, account: &str, scopes: &str) -> String {
        let fields = [
            ("client_id", "siit-confluence"),
            ("scope", scopes),
            ("redirect_uri", CALLBACK),
            ("state", "s"),
            ("account", account),
            ("decision", "accept"),
        ];
        let location = self.form("/authorize/decision", &fields).await.location();
        location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    }

    pub(crate) async fn token(&self, mut body: Value) -> Answer {
        body["client_id"] = "siit-confluence".into();
        body["client_secret"] = "simulated-client-secret".into();
        self.send("POST", "/oauth/token", &[("content-type", "application/json")], body.to_string()).await
    }

    pub(crate) async fn access(&self, account: &str) -> String {
        self.connect(account, SCOPES).await["access_token"].as_str().unwrap().to_owned()
    }

    /// The id of the page with this title.
    pub(crate) async fn page(&self, title: &str) -> String {
        let query = serde_urlencoded::to_string([("title", title)]).unwrap();
        let found = self.control("GET", &format!("/pages?{query}"), Value::Null).await.json();
        found[0]["id"].as_str().unwrap_or_else(|| panic!("no page {title:?}")).to_owned()
    }
}
