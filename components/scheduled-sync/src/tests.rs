//! The forms that start a sync, on real SQLite.

use http::{HeaderValue, Request, Response, header};
use identity::{Key, Role, Session, forgery, session};
use mirror::Settings;
use ports::native::{Memory, Sqlite};
use ports::{Database, HttpClient, HttpError, World};
use screen::{Frame, Site};

use crate::config::Config;
use crate::routes::{self, Answer};

const NOW: i64 = 1_800_000_000_000;

/// Confluence is not reached by these forms.
struct Silence;

impl HttpClient for Silence {
    async fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        Err(HttpError::Timeout { host: "api.invalid".into(), seconds: 25 })
    }
}

struct TestWorld(Sqlite, Memory);

impl World for TestWorld {
    type Database = Sqlite;
    type KeyValue = Memory;
    type HttpClient = Silence;

    fn database(&self) -> &Sqlite {
        &self.0
    }
    fn key_value(&self) -> &Memory {
        &self.1
    }
    fn client(&self) -> &Silence {
        &Silence
    }
    fn now(&self) -> i64 {
        NOW
    }
}

fn key() -> Key {
    Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

fn config() -> Config {
    Config {
        site: Site { public_url: "https://kb.example".into(), portal_name: "Help".into(), key: key() },
        settings: Settings {
            app: None,
            api_url: "https://api.invalid".into(),
            sealing_key: key(),
            interval: 300_000,
            tick: 20_000,
            max_body: Settings::MAX_BODY,
            points_per_hour: 25_000,
        },
    }
}

fn world(state: &str) -> TestWorld {
    let database = Sqlite::in_memory().unwrap();
    knowledge::migrations::apply(&database).unwrap();
    let statement = format!(
        "insert into connections (id, cloud_id, site_url, site_name, account_id, account_name, state, state_reason,
           created_at, created_by, state_changed_at)
         values (1, 'c', 'https://acme.atlassian.net', 'acme', 'a', 'Sync', '{state}', 'It was revoked.', 0, 'ada', 0)"
    );
    database.execute(&statement, &[]).unwrap();
    TestWorld(database, Memory::default())
}

async fn post(world: &TestWorld, path: &str, session: &Session, csrf: &str) -> Answer {
    let cookie = session::cookie(session, &key(), true);
    let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut request = Request::post(path).body(format!("csrf={csrf}").into_bytes()).unwrap();
    request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(&cookie).unwrap());
    routes::handle(world, &config(), &request, NOW).await
}

/// The notice that the next page shows.
fn shown(answer: &Answer, session: &Session) -> String {
    let cookie = answer.response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
    let mut request = Request::get("/").body(Vec::new()).unwrap();
    request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
    Frame::new(&config().site, &request, Some(session)).notice.expect("a notice").text
}

fn admin() -> Session {
    session::start("1", "ada@acme.example", "Ada", Role::Admin, NOW)
}

fn runs(world: &TestWorld) -> usize {
    world.database().execute("select id from runs", &[]).unwrap().len()
}

#[test]
fn sync_now_answers_first_and_names_what_to_work_on() {
    pollster::block_on(async {
        let (world, admin) = (world("connected"), admin());
        let csrf = forgery::token(&key(), &admin);
        for _ in 0..2 {
            let answer = post(&world, "/sync/connections/1/now", &admin, &csrf).await;
            assert_eq!(answer.response.headers()["location"], "/console/settings/integrations/confluence/1");
            assert_eq!((answer.response.status().as_u16(), answer.work_on), (303, Some(1)));
        }
        assert_eq!(runs(&world), 1);
    });
}

#[test]
fn what_is_not_an_admins_own_form_starts_nothing() {
    pollster::block_on(async {
        let (world, admin) = (world("connected"), admin());
        let agent = session::start("2", "bob@acme.example", "Bob", Role::Agent, NOW);
        let csrf = forgery::token(&key(), &admin);
        for (path, session, csrf, words) in [
            ("/sync/connections/1/now", &admin, "forged", "an earlier sign-in"),
            ("/sync/connections/1/now", &agent, &*forgery::token(&key(), &agent), "for admins"),
            ("/sync/connections/9/now", &admin, &csrf, "no connection with the number 9"),
            ("/sync/connections/1/then", &admin, &csrf, "press it there"),
        ] {
            let answer = post(&world, path, session, csrf).await;
            let said = shown(&answer, session);
            assert!(said.contains(words) && answer.work_on.is_none(), "{path}: {said}");
        }
        assert_eq!(runs(&world), 0);
    });
}

#[test]
fn a_lost_connection_says_why_instead_of_syncing() {
    pollster::block_on(async {
        let (world, admin) = (world("connection_lost"), admin());
        let answer = post(&world, "/sync/connections/1/now", &admin, &forgery::token(&key(), &admin)).await;
        assert_eq!(answer.response.headers()["location"], "/console/settings/integrations/confluence/1");
        let said = shown(&answer, &admin);
        assert!(said.contains("It was revoked.") && said.contains("Reconnect Confluence"), "{said}");
        assert_eq!(runs(&world), 0);
    });
}

#[test]
fn a_list_of_spaces_that_cannot_be_had_is_said_on_the_picker() {
    pollster::block_on(async {
        let (world, admin) = (world("connected"), admin());
        let csrf = forgery::token(&key(), &admin);
        let answer = post(&world, "/sync/connections/1/spaces", &admin, &csrf).await;
        assert_eq!(
            answer.response.headers()["location"],
            "/console/settings/integrations/confluence/1/spaces"
        );
        // There is no grant, so the connection is known to be lost from now on.
        let rows = world.database().execute("select state from connections", &[]).unwrap();
        assert_eq!(rows.first().unwrap().get::<String>("state").unwrap(), "connection_lost");
    });
}
