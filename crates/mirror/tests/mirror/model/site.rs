//! The simulated Confluence without a port: what the mirror asks of it, what is done to it, and what it would show.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::{Body, to_bytes};
use confluence::oauth::{App, Grant};
use http::{Request, Response};
use ports::{HttpClient, HttpError};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(super) const URL: &str = "https://atlassian.test";
const CALLBACK: &str = "http://127.0.0.1:3000/oauth/callback";
/// The account whose grant the mirror uses.
const ACCOUNT: &str = "service";
const SCOPES: &str = "offline_access read:me read:space:confluence read:page:confluence \
    read:attachment:confluence read:hierarchical-content:confluence read:content.metadata:confluence \
    read:folder:confluence read:user:confluence read:space.permission:confluence read:configuration:confluence \
    search:confluence read:confluence-content.all readonly:content.attachment:confluence \
    read:confluence-user read:confluence-groups read:content-details:confluence";

/// The group that Confluence gives to everybody.
const EVERYBODY: &str = "a0c0ffee-0000-4000-8000-00000000c001";

/// A page or folder as the site has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) id: String,
    pub(super) is_folder: bool,
    pub(super) space: String,
    pub(super) parent: Option<String>,
    pub(super) status: String,
    pub(super) title: String,
    pub(super) version: i64,
    pub(super) is_restricted: bool,
    /// Whether the restriction, if there is one, names the group of everybody.
    pub(super) names_everyone: bool,
    pub(super) labels: Vec<String>,
}

/// A request that breaks on the way: how many pass before it, and what is told of it.
pub(super) type Break = (u32, HttpError);

/// The simulator's routes, called in this process.
pub(super) struct Simulated {
    router: Router,
    /// How many items a list gives at most, so that small lists have several parts.
    pub(super) part: Cell<usize>,
    pub(super) breaks: RefCell<Vec<Break>>,
}

impl HttpClient for Simulated {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        if let Some(error) = self.broken() {
            return Err(error);
        }
        let (mut parts, body) = request.into_parts();
        assert!(
            parts.method == "GET" || parts.uri.path() == "/oauth/token",
            "nothing but GET goes to Confluence"
        );
        let target = parts.uri.path_and_query().expect("a request has a path").as_str();
        let target = target
            .replace("limit=250", &format!("limit={}", self.part.get()))
            .replace("limit=200", &format!("limit={}", self.part.get()))
            .replace("limit=100", &format!("limit={}", self.part.get()));
        parts.uri = target.parse().expect("another limit leaves it an address");
        Ok(self.call(Request::from_parts(parts, body)).await)
    }
}

impl Simulated {
    pub(super) fn new() -> Self {
        let options = simulator::Options::default();
        let site = Self {
            router: simulator::router(options, URL).expect("the sample site is whole"),
            part: Cell::new(7),
            breaks: RefCell::default(),
        };
        site.control("POST", "/clock", &json!({"hold_at": "2027-01-15T08:00:00Z"}));
        site
    }

    pub(super) fn app() -> App {
        let client = simulator::Options::default().atlassian;
        App { auth_url: URL.into(), client_id: client.id, client_secret: client.secret }
    }

    /// Counts a request for the break that is next, and gives it when its turn has come.
    fn broken(&self) -> Option<HttpError> {
        let mut breaks = self.breaks.borrow_mut();
        let first = breaks.first_mut()?;
        if first.0 == 0 {
            return Some(breaks.remove(0).1);
        }
        first.0 -= 1;
        None
    }

    async fn call(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let response = self.router.clone().oneshot(request.map(Body::from)).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("an answer in memory is whole");
        Response::from_parts(parts, body.to_vec())
    }

    fn ask(&self, method: &str, path: &str, kind: &str, body: String) -> Response<Vec<u8>> {
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        pollster::block_on(self.call(request.body(body.into_bytes()).expect("a request")))
    }

    /// Does something to the site; an edit that it refuses (a title that is taken) is an error.
    pub(super) fn change(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let answer = self.ask(method, &format!("/control{path}"), "application/json", body.to_string());
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        if answer.status().is_success() {
            Ok(serde_json::from_str(&text).unwrap_or_default())
        } else {
            Err(text)
        }
    }

    pub(super) fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        self.change(method, path, body).unwrap_or_else(|error| panic!("{method} {path} {body}: {error}"))
    }

    /// A consent of the account, as an admin gives it in the browser.
    pub(super) fn consent(&self, now: i64) -> Grant {
        let client = Self::app();
        let form = [
            ("client_id", client.client_id.as_str()),
            ("scope", SCOPES),
            ("redirect_uri", CALLBACK),
            ("state", "s"),
            ("account", ACCOUNT),
            ("decision", "accept"),
        ];
        let form = serde_urlencoded::to_string(form).expect("a form of text");
        let answer = self.ask("POST", "/authorize/decision", "application/x-www-form-urlencoded", form);
        let location = answer.headers()["location"].to_str().expect("an address").to_owned();
        let location = url::Url::parse(&location).expect("an address");
        let code = location.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
        let exchange = json!({
            "grant_type": "authorization_code", "client_id": client.client_id,
            "client_secret": client.client_secret, "code": code, "redirect_uri": CALLBACK,
        });
        let answer = self.ask("POST", "/oauth/token", "application/json", exchange.to_string());
        confluence::oauth::grant(&answer, now).expect("the code is good")
    }

    /// Every page and folder by its id.
    pub(super) fn contents(&self) -> BTreeMap<String, Content> {
        let listed = self.control("GET", "/pages", &Value::Null);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let listed = listed.as_array().expect("a list").iter();
        // Blog posts are left out of the model's spaces.
        let rows = listed.filter(|row| row["type"] != "blogpost").map(|row| {
            let content = Content {
                id: text(&row["id"]).expect("an id"),
                is_folder: row["type"] == "folder",
                space: text(&row["spaceId"]).expect("a space"),
                parent: text(&row["parentId"]),
                status: text(&row["status"]).expect("a status"),
                title: text(&row["title"]).expect("a title"),
                version: row["version"].as_i64().expect("a version"),
                is_restricted: !row["restriction"].is_null(),
                names_everyone: row["restriction"]["groups"]
                    .as_array()
                    .is_some_and(|groups| groups.iter().any(|group| group == EVERYBODY)),
                labels: row["labels"].as_array().into_iter().flatten().filter_map(&text).collect(),
            };
            (content.id.clone(), content)
        });
        rows.collect()
    }

    /// The current pages that an account sees in Confluence.
    pub(super) fn seen_by(&self, account: &str) -> BTreeSet<String> {
        let seen = self.control("GET", &format!("/visible?account={account}"), &Value::Null);
        let pages = seen["pages"].as_array().expect("a list");
        pages.iter().map(|page| page["id"].as_str().expect("an id").to_owned()).collect()
    }

    pub(super) fn body_of(&self, id: &str) -> String {
        let page = self.control("GET", &format!("/pages/{id}"), &Value::Null);
        page["body"].as_str().expect("a body").to_owned()
    }

    /// The files of a page: their names and versions.
    pub(super) fn files_of(&self, id: &str) -> BTreeMap<String, i64> {
        let listed = self.control("GET", &format!("/pages/{id}/attachments"), &Value::Null);
        let files = listed.as_array().expect("a list").iter().map(|file| {
            let name = file["name"].as_str().expect("a name").to_owned();
            (name, file["version"].as_i64().expect("a version"))
        });
        files.collect()
    }

    /// Ids of the spaces by their keys.
    pub(super) fn spaces(&self) -> BTreeMap<String, String> {
        let listed = self.control("GET", "/spaces", &Value::Null);
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        listed.as_array().expect("a list").iter().map(|row| (text(&row["key"]), text(&row["id"]))).collect()
    }

    /// Ids of the spaces that everybody views, by their permissions.
    pub(super) fn spaces_for_everyone(&self) -> BTreeSet<String> {
        let listed = self.control("GET", "/spaces", &Value::Null);
        let names_everyone = |row: &&Value| {
            let viewers = row["viewers"].as_array().expect("a list");
            viewers.iter().any(|viewer| viewer == "everyone" || *viewer == format!("group:{EVERYBODY}"))
        };
        let spaces = listed.as_array().expect("a list").iter().filter(names_everyone);
        spaces.map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
    }

    /// Ids of the spaces that the mirror's account sees.
    pub(super) fn spaces_seen_by_mirror(&self) -> BTreeSet<String> {
        let seen = self.control("GET", &format!("/visible?account={ACCOUNT}"), &Value::Null);
        let keys = seen["spaces"].as_array().expect("a list").iter().filter_map(Value::as_str);
        let spaces = self.spaces();
        keys.map(|key| spaces[key].clone()).collect()
    }

    /// What the mirror can learn of the site: the current pages that its account sees.
    pub(super) fn seen_by_mirror(&self) -> BTreeSet<String> {
        self.seen_by(ACCOUNT)
    }
}
