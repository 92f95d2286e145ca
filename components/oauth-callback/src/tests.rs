//! The callback with real SQLite, and an Atlassian that answers what a test gives it.

use std::cell::RefCell;
use std::collections::VecDeque;

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use identity::{Key, Role, Session, forgery, session, state};
use knowledge::connection_settings::{Authorisation, start_authorisation};
use ports::native::{Memory, Sqlite};
use ports::{Database, HttpClient, HttpError, KeyValue};
use screen::{Frame, Site};

use crate::config::Config;
use crate::routes::{self, Ports};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NOW: i64 = 1_800_000_000_000;
const GRANT: &str = r#"{"access_token":"at-1","refresh_token":"rt-1","expires_in":3600,"scope":"read:me"}"#;
const SITES: &str = r#"[{"id":"cloud-1","name":"acme","url":"https://acme.atlassian.net","scopes":["read:page:confluence"]}]"#;
const ACCOUNT: &str = r#"{"account_id":"712020:1","name":"Sync"}"#;
const SPACES: &str =
    r#"{"results":[{"id":"10","key":"IT","name":"IT Help","type":"global","status":"current"}],"_links":{}}"#;
const WHOLE: [(u16, &str); 4] = [(200, GRANT), (200, SITES), (200, ACCOUNT), (200, SPACES)];

/// Answers requests in their order.
struct Atlassian(RefCell<VecDeque<(u16, &'static str)>>);

impl HttpClient for Atlassian {
    async fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let (status, body) =
            self.0.borrow_mut().pop_front().expect("no more requests are made than expected");
        let response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
        Ok(response.body(body.as_bytes().to_vec()).unwrap())
    }
}

struct Test {
    database: Sqlite,
    key_value: Memory,
    config: Config,
    session: Session,
}

impl Test {
    fn new() -> Self {
        let key = || Key::from_base64(KEY).unwrap();
        let site = Site { public_url: "https://kb.example".into(), portal_name: "Help".into(), key: key() };
        let app = confluence::oauth::App {
            auth_url: "https://auth.invalid".into(),
            client_id: "client".into(),
            client_secret: "hush".into(),
        };
        Self {
            database: Sqlite::in_memory().unwrap(),
            key_value: Memory::default(),
            config: Config { site, app, api_url: "https://api.invalid".into(), sealing_key: key() },
            session: session::start("1", "ada@acme.example", "Ada", Role::Admin, NOW),
        }
    }

    /// Begins an authorisation for acme and gives the state that its redirect would carry.
    fn begin(&self) -> String {
        knowledge::migrations::apply(&self.database).unwrap();
        let state = state::new();
        let authorisation = Authorisation {
            state_hash: &state.hash,
            site_url: "https://acme.atlassian.net",
            session_id: &self.session.id,
            started_by: &self.session.email,
        };
        start_authorisation(&self.database, &authorisation, NOW).unwrap();
        state.value
    }

    async fn get(
        &self,
        path: &str,
        session: &Session,
        answers: &[(u16, &'static str)],
    ) -> (StatusCode, String) {
        self.request("GET", path, String::new(), session, answers).await
    }

    async fn request(
        &self,
        method: &str,
        path: &str,
        body: String,
        session: &Session,
        answers: &[(u16, &'static str)],
    ) -> (StatusCode, String) {
        let response = self.respond(method, path, body, session, answers).await;
        let location =
            response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        (status, location.unwrap_or_else(|| String::from_utf8(response.into_body()).unwrap()))
    }

    /// What the next page will say.
    async fn notice(
        &self,
        method: &str,
        path: &str,
        body: String,
        answers: &[(u16, &'static str)],
    ) -> (StatusCode, String) {
        let response = self.respond(method, path, body, &self.session, answers).await;
        let mut cookies =
            response.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        let notice = cookies.rfind(|cookie| cookie.starts_with("notice=")).unwrap().to_owned();
        let request = Request::get("/").header(header::COOKIE, notice.split(';').next().unwrap());
        let request = request.body(Vec::new()).unwrap();
        let text =
            Frame::new(&self.config.site, &request, Some(&self.session)).notice.expect("a notice").text;
        (response.status(), text)
    }

    async fn respond(
        &self,
        method: &str,
        path: &str,
        body: String,
        session: &Session,
        answers: &[(u16, &'static str)],
    ) -> Response<Vec<u8>> {
        let cookie = session::cookie(session, &self.config.site.key, true);
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut request = Request::builder().method(method).uri(path).body(body.into_bytes()).unwrap();
        *request.headers_mut() =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&cookie).unwrap())]);
        let client = Atlassian(RefCell::new(answers.iter().copied().collect()));
        let ports =
            Ports { database: &self.database, key_value: &self.key_value, client: &client, clock: || NOW };
        routes::handle(&ports, &self.config, &request, NOW).await
    }

    fn count(&self, table: &str) -> i64 {
        let rows = self.database.execute(&format!("select count(*) as n from {table}"), &[]).unwrap();
        rows.first().unwrap().get("n").unwrap()
    }
}

#[test]
fn a_consent_becomes_a_sealed_grant_and_leads_to_the_picker() {
    pollster::block_on(async {
        let test = Test::new();
        let path = format!("/oauth/callback?code=c&state={}", test.begin());
        let (status, location) = test.get(&path, &test.session, &WHOLE).await;
        assert_eq!(
            (status, location.as_str()),
            (StatusCode::SEE_OTHER, "/console/settings/integrations/confluence/1/spaces")
        );
        let sealed = test.key_value.get("grant:1").unwrap().unwrap();
        assert!(!String::from_utf8(sealed).unwrap().contains("rt-1"));
        let rows = test.database.execute("select * from connections", &[]).unwrap();
        let row = rows.first().unwrap();
        assert_eq!(row.get::<String>("state").unwrap(), "connected");
        assert_eq!(row.get::<String>("account_name").unwrap(), "Sync");
        assert_eq!(test.count("spaces"), 1);

        // The same address again, as by a press of Reload.
        let (status, page) = test.get(&path, &test.session, &[]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(page.contains("already used"), "{page}");
    });
}

#[test]
fn connected_again_the_choice_and_the_number_stay() {
    pollster::block_on(async {
        let test = Test::new();
        for _ in 0..2 {
            let path = format!("/oauth/callback?code=c&state={}", test.begin());
            test.get(&path, &test.session, &WHOLE).await;
            test.database.execute("update spaces set chosen = 1", &[]).unwrap();
        }
        assert_eq!(test.count("connections"), 1);
        assert_eq!(test.count("spaces where chosen = 1"), 1);
        assert_eq!(test.count("runs where state = 'queued'"), 1);
    });
}

#[test]
fn every_failure_names_the_thing_and_the_cure_and_keeps_nothing() {
    type Case = (&'static str, &'static [(u16, &'static str)], u16, &'static [&'static str]);
    const CASES: [Case; 11] = [
        (
            "error=access_denied&state={}",
            &[],
            400,
            &["consent was declined", "acme.atlassian.net", "Connect again"],
        ),
        ("error=invalid_scope&state={}", &[], 502, &["invalid_scope", "scopes of the Atlassian app"]),
        ("code=c", &[], 400, &["incomplete"]),
        ("code=c&state=forged", &[], 400, &["not begun here"]),
        (
            "code=c&state={}",
            &[(403, r#"{"error":"invalid_grant"}"#)],
            400,
            &["no longer accepts this consent", "Connect again"],
        ),
        (
            "code=c&state={}",
            &[(401, r#"{"error":"access_denied","error_description":"Unauthorized"}"#)],
            500,
            &["misconfigured", "confluence_client_secret"],
        ),
        (
            "code=c&state={}",
            &[(200, GRANT), (200, "[]")],
            409,
            &["reaches no Confluence site", "acme.atlassian.net"],
        ),
        (
            "code=c&state={}",
            &[
                (200, GRANT),
                (
                    200,
                    r#"[{"id":"c2","url":"https://other.atlassian.net","scopes":["read:page:confluence"]}]"#,
                ),
            ],
            409,
            &["for another site", "https://other.atlassian.net"],
        ),
        (
            "code=c&state={}",
            &[
                (200, GRANT),
                (200, r#"[{"id":"c1","url":"https://acme.atlassian.net","scopes":["read:jira-work"]}]"#),
            ],
            409,
            &["has no Confluence"],
        ),
        (
            "code=c&state={}",
            &[(200, GRANT), (200, SITES), (200, ACCOUNT), (200, r#"{"results":[],"_links":{}}"#)],
            409,
            &["sees no space", "read access to the spaces"],
        ),
        ("code=c&state={}", &[(200, GRANT), (503, "{}")], 502, &["status 503"]),
    ];
    pollster::block_on(async {
        for (query, answers, expected, words) in CASES {
            let test = Test::new();
            let query = query.replace("{}", &test.begin());
            let (status, page) = test.get(&format!("/oauth/callback?{query}"), &test.session, answers).await;
            assert_eq!(status.as_u16(), expected, "{query}: {page}");
            for word in words {
                assert!(page.contains(word), "{query}: `{word}` is missing in {page}");
            }
            for secret in ["at-1", "rt-1", "hush"] {
                assert!(!page.contains(secret));
            }
            assert_eq!(test.count("connections") + test.count("spaces"), 0, "{query}");
            assert_eq!(test.key_value.get("grant:1").unwrap(), None);
        }
    });
}

#[test]
fn only_the_admin_who_began_may_finish() {
    pollster::block_on(async {
        let test = Test::new();
        let path = format!("/oauth/callback?code=c&state={}", test.begin());
        let other = session::start("2", "bob@acme.example", "Bob", Role::Admin, NOW);
        let (status, page) = test.get(&path, &other, &[]).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(page.contains("begun by somebody else"), "{page}");
        let agent = session::start("3", "eve@acme.example", "Eve", Role::Agent, NOW);
        assert_eq!(test.get(&path, &agent, &[]).await.0, StatusCode::FORBIDDEN);
        let expired = Session { expires_at: NOW, ..test.session.clone() };
        assert_eq!(test.get(&path, &expired, &[]).await.1.split('?').next(), Some("/sign-in"));
        // Nobody spent it, so the admin still can.
        assert_eq!(test.get(&path, &test.session, &WHOLE).await.0, StatusCode::SEE_OTHER);
    });
}

#[test]
fn disconnecting_deletes_the_grant_and_needs_our_own_form() {
    pollster::block_on(async {
        let test = Test::new();
        let path = format!("/oauth/callback?code=c&state={}", test.begin());
        test.get(&path, &test.session, &WHOLE).await;
        let disconnect = "/oauth/connections/1/disconnect";
        let (status, _) = test.request("POST", disconnect, "csrf=forged".into(), &test.session, &[]).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(test.key_value.get("grant:1").unwrap().is_some());
        let form = format!("csrf={}", forgery::token(&test.config.site.key, &test.session));
        let (status, location) = test.request("POST", disconnect, form.clone(), &test.session, &[]).await;
        assert_eq!(
            (status, location.as_str()),
            (StatusCode::SEE_OTHER, "/console/settings/integrations/confluence/1")
        );
        assert_eq!(test.key_value.get("grant:1").unwrap(), None);
        assert_eq!(test.count("connections where state = 'disconnected'"), 1);
        let unknown = test.request("POST", "/oauth/connections/9/disconnect", form, &test.session, &[]).await;
        assert_eq!(unknown.0, StatusCode::NOT_FOUND);
    });
}

const TENANT: &str = r#"{"cloudId":"cloud-1"}"#;
const USER: &str = r#"{"type":"known","accountId":"712020:1","displayName":"Sync"}"#;
const REFUSED: (u16, &str) =
    (403, r#"{"statusCode":403,"message":"Current user not permitted to use Confluence"}"#);

fn token_form(test: &Test, fields: &str) -> String {
    format!("{fields}&csrf={}", forgery::token(&test.config.site.key, &test.session))
}

const GOOD: &str = "site_url=acme.atlassian.net&email=sync%40acme.example&token=secret-token-1";

#[test]
fn an_api_token_that_works_is_sealed_and_leads_to_the_picker() {
    pollster::block_on(async {
        type Answers = &'static [(u16, &'static str)];
        const PLAIN: Answers = &[(200, TENANT), (200, USER), (200, SPACES)];
        // One with scopes is refused by the site, with a page or in words, and taken by the gateway.
        const SCOPED: Answers = &[(200, TENANT), REFUSED, (200, USER), (200, SPACES)];
        for (answers, is_scoped) in [(PLAIN, false), (SCOPED, true)] {
            let test = Test::new();
            let form = token_form(&test, GOOD);
            let (status, location) =
                test.request("POST", "/oauth/api-token", form, &test.session, answers).await;
            assert_eq!(
                (status, location.as_str()),
                (StatusCode::SEE_OTHER, "/console/settings/integrations/confluence/1/spaces")
            );
            let sealed = String::from_utf8(test.key_value.get("grant:1").unwrap().unwrap()).unwrap();
            assert!(!sealed.contains("secret-token-1"));
            let plain = identity::open(&test.config.sealing_key, "grant:1", &sealed).unwrap();
            let mirror::grants::Access::Token(kept) = serde_json::from_slice(&plain).unwrap() else {
                panic!("it is a token")
            };
            assert_eq!((kept.site.as_str(), kept.is_scoped), ("https://acme.atlassian.net", is_scoped));
            assert_eq!(test.count("connections where state = 'connected' and access = 'api_token'"), 1);
        }
    });
}

#[test]
fn an_api_token_that_does_not_work_is_explained_and_not_kept() {
    type Case = (&'static str, &'static [(u16, &'static str)], &'static str);
    const FEW: (u16, &str) = (401, r#"{"code":401,"message":"Unauthorized; scope does not match"}"#);
    const CASES: [Case; 12] = [
        ("site_url=&email=a%40b.example&token=x", &[], "the site URL is empty"),
        ("site_url=acme.atlassian.net&email=ada&token=x", &[], "not an email address"),
        ("site_url=acme.atlassian.net&email=a%40b.example&token=", &[], "enter the API token"),
        ("site_url=acme.atlassian.net&email=a%40b.example&token=two+words", &[], "not an API token"),
        ("site_url=wiki.acme.example&email=a%40b.example&token=x", &[], "Atlassian's own addresses"),
        (GOOD, &[(404, "{}")], "there is no Confluence at acme.atlassian.net"),
        (GOOD, &[(200, "[]")], "there is no Confluence at acme.atlassian.net"),
        (GOOD, &[(503, "{}")], "did not answer"),
        (GOOD, &[(200, TENANT), (404, "{}")], "there is no Confluence at acme.atlassian.net"),
        (GOOD, &[(200, TENANT), REFUSED, REFUSED], "did not accept the email address and the token"),
        (
            GOOD,
            &[(200, TENANT), (200, r#"{"type":"anonymous"}"#), REFUSED],
            "did not accept the email address",
        ),
        (GOOD, &[(200, TENANT), REFUSED, FEW], "scopes that are too few"),
    ];
    pollster::block_on(async {
        for (fields, answers, words) in CASES {
            let test = Test::new();
            let form = token_form(&test, fields);
            let (status, notice) = test.notice("POST", "/oauth/api-token", form, answers).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{fields}");
            assert!(notice.contains(words), "{fields}: {notice}");
            assert!(!notice.contains("secret-token-1"));
            assert_eq!(test.count("connections") + test.count("spaces"), 0, "{fields}");
            assert_eq!(test.key_value.get("grant:1").unwrap(), None);
        }
    });
}

#[test]
fn an_api_token_needs_our_own_form_and_an_admin() {
    pollster::block_on(async {
        let test = Test::new();
        let forged = test.request("POST", "/oauth/api-token", GOOD.into(), &test.session, &[]).await;
        assert_eq!(forged.0, StatusCode::FORBIDDEN);
        let agent = session::start("3", "eve@acme.example", "Eve", Role::Agent, NOW);
        let refused = test.request("POST", "/oauth/api-token", token_form(&test, GOOD), &agent, &[]).await;
        assert_eq!(refused.0, StatusCode::FORBIDDEN);
        assert_eq!(test.get("/oauth/api-token", &test.session, &[]).await.0, StatusCode::NOT_FOUND);
    });
}

const OTHER: &str = r#"{"account_id":"712020:2","name":"Noor"}"#;
const PAGES: &str = r#"{"results":[{"id":"1","status":"current","title":"Home","spaceId":"10",
    "version":{"number":1,"createdAt":"2026-11-01T10:00:00.000Z"},"_links":{"webui":"/x"}}],"_links":{}}"#;

/// Connected as Sync with a chosen space, then authorised as Noor, whose pages are answered so.
async fn with_other_account(test: &Test, pages: (u16, &'static str)) -> String {
    let path = format!("/oauth/callback?code=c&state={}", test.begin());
    test.get(&path, &test.session, &WHOLE).await;
    test.database.execute("update spaces set chosen = 1", &[]).unwrap();
    let path = format!("/oauth/callback?code=c&state={}", test.begin());
    let grant = r#"{"access_token":"at-2","refresh_token":"rt-2","expires_in":3600,"scope":"read:me"}"#;
    test.get(&path, &test.session, &[(200, grant), (200, SITES), (200, OTHER), (200, SPACES), pages]).await.1
}

fn grant_of(test: &Test, name: &str) -> Option<String> {
    let sealed = String::from_utf8(test.key_value.get(name).unwrap()?).unwrap();
    Some(String::from_utf8(identity::open(&test.config.sealing_key, name, &sealed).unwrap()).unwrap())
}

const ACCOUNT_PAGE: &str = "/console/settings/integrations/confluence/1/account";
const DECIDE: &str = "/oauth/connections/1/account";
const ASIDE: &str = "grant:1:712020:2";

#[test]
fn another_account_is_set_aside_until_somebody_has_decided() {
    pollster::block_on(async {
        let test = Test::new();
        assert_eq!(with_other_account(&test, (200, PAGES)).await, ACCOUNT_PAGE);
        assert!(grant_of(&test, "grant:1").unwrap().contains("at-1"), "the previous one goes on working");
        assert!(grant_of(&test, ASIDE).unwrap().contains("rt-2"));
        let unchanged = "connections where account_name = 'Sync' and state = 'connected'";
        assert_eq!(test.count(unchanged), 1);
        assert_eq!(test.count("reconnections where state = 'compared'"), 1);
        assert_eq!(test.count("runs"), 0);

        let keep = token_form(&test, "decision=keep&seen=1");
        let (_, notice) = test.notice("POST", DECIDE, keep.clone(), &[]).await;
        assert!(notice.contains("previous account is kept"), "{notice}");
        assert_eq!(grant_of(&test, ASIDE), None);
        assert_eq!(test.count(unchanged), 1);
        assert_eq!(test.count("reconnections where state = 'kept' and decided_by = 'ada@acme.example'"), 1);
        let (_, notice) = test.notice("POST", DECIDE, keep, &[]).await;
        assert!(notice.contains("decided already"), "{notice}");
    });
}

#[test]
fn another_account_takes_over_when_it_is_applied_and_works() {
    pollster::block_on(async {
        let test = Test::new();
        with_other_account(&test, (200, PAGES)).await;
        let apply = token_form(&test, "decision=apply&seen=1");
        let forged = test.request("POST", DECIDE, "decision=apply&seen=1".into(), &test.session, &[]).await;
        assert_eq!(forged.0, StatusCode::FORBIDDEN);
        // One that does not work any more never takes the place of one that does.
        let (_, notice) = test.notice("POST", DECIDE, apply.clone(), &[(401, "{}")]).await;
        assert!(
            notice.contains("Nothing was changed") && notice.contains("keep the previous one"),
            "{notice}"
        );
        assert!(grant_of(&test, "grant:1").unwrap().contains("at-1"));

        let (_, notice) = test.notice("POST", DECIDE, apply, &[(200, SPACES)]).await;
        assert_eq!(notice, "The mirror sees through Noor from now on.");
        assert!(grant_of(&test, "grant:1").unwrap().contains("at-2"));
        assert_eq!(grant_of(&test, ASIDE), None);
        assert_eq!(test.count("connections where account_id = '712020:2' and account_name = 'Noor'"), 1);
        assert_eq!(test.count("reconnections where state = 'applied'"), 1);
        assert_eq!(test.count("runs where state = 'queued'"), 1);
        assert_eq!(test.count("spaces where chosen = 1"), 1);
    });
}

#[test]
fn a_comparison_that_stopped_is_gone_on_with_and_not_applied_before() {
    pollster::block_on(async {
        let test = Test::new();
        assert_eq!(with_other_account(&test, (503, "{}")).await, ACCOUNT_PAGE);
        assert_eq!(test.count("reconnections where state = 'comparing' and failure is not null"), 1);
        let (_, notice) = test.notice("POST", DECIDE, token_form(&test, "decision=apply&seen=1"), &[]).await;
        assert!(notice.contains("not complete yet"), "{notice}");
        let compare = token_form(&test, "decision=compare&seen=1");
        let answer = test.request("POST", DECIDE, compare, &test.session, &[(200, PAGES)]).await;
        assert_eq!(answer.1, ACCOUNT_PAGE);
        assert_eq!(test.count("reconnections where state = 'compared' and failure is null"), 1);
        assert_eq!(test.count("reconnection_pages"), 1);
    });
}

#[test]
fn the_same_account_goes_straight_on_and_ends_what_waited() {
    pollster::block_on(async {
        let test = Test::new();
        with_other_account(&test, (200, PAGES)).await;
        let path = format!("/oauth/callback?code=c&state={}", test.begin());
        let (_, location) = test.get(&path, &test.session, &WHOLE).await;
        assert!(location.ends_with("/1/spaces"), "{location}");
        assert_eq!(grant_of(&test, ASIDE), None);
        assert_eq!(test.count("reconnections where state = 'replaced'"), 1);
    });
}
