//! What another component has the mirror do, on real SQLite.

use http::{Method, Request, Response};
use identity::Key;
use mirror::Settings;
use ports::native::{Memory, Sqlite};
use ports::{Database, HttpClient, HttpError, World};

use crate::routes::{self, Answer};

const NOW: i64 = 1_800_000_000_000;

/// Confluence does not answer.
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

fn settings() -> Settings {
    Settings {
        app: None,
        api_url: "https://api.invalid".into(),
        sealing_key: key(),
        interval: 300_000,
        tick: 20_000,
        max_body: Settings::MAX_BODY,
        points_per_hour: 25_000,
    }
}

fn world() -> TestWorld {
    let database = Sqlite::in_memory().unwrap();
    knowledge::migrations::apply(&database).unwrap();
    let connection =
        "insert into connections (id, cloud_id, site_url, site_name, account_id, account_name, state,
           created_at, created_by, state_changed_at)
         values (1, 'c', 'https://acme.atlassian.net', 'acme', 'a', 'Sync', 'connected', 0, 'ada', 0)";
    database.execute(connection, &[]).unwrap();
    TestWorld(database, Memory::default())
}

fn ask(world: &TestWorld, method: Method, path: &str) -> (u16, String, Option<i64>) {
    let request = Request::builder().method(method).uri(path).body(Vec::new()).unwrap();
    let Answer { response, work_on } = pollster::block_on(routes::handle(world, &settings(), &request));
    (response.status().as_u16(), String::from_utf8(response.into_body()).unwrap(), work_on)
}

#[test]
fn a_run_is_answered_first_and_worked_on_afterwards() {
    assert_eq!(ask(&world(), Method::POST, "/connections/7/run"), (202, String::new(), Some(7)));
}

#[test]
fn what_is_not_known_here_is_not_found() {
    let world = world();
    for (method, path) in [
        (Method::GET, "/connections/1/run"),
        (Method::POST, "/connections/1/then"),
        (Method::POST, "/connections/one/run"),
        (Method::POST, "/connections/9/spaces"),
        (Method::POST, "/"),
    ] {
        let (status, _, work_on) = ask(&world, method, path);
        assert_eq!((status, work_on), (404, None), "{path}");
    }
}

#[test]
fn a_list_of_spaces_that_cannot_be_had_says_why() {
    let world = world();
    let (status, words, _) = ask(&world, Method::POST, "/connections/1/spaces");
    assert_eq!(status, 502);
    assert!(words.contains("reconnect Confluence"), "{words}");
    // There is no grant, so the connection is known to be lost from now on.
    let rows = world.database().execute("select state from connections", &[]).unwrap();
    assert_eq!(rows.first().unwrap().get::<String>("state").unwrap(), "connection_lost");
}
