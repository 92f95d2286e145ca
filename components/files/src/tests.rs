//! Who gets which file, from where, and how it goes out; on real SQLite.

use std::cell::RefCell;

use confluence::oauth::{App, Grant};
use http::{HeaderValue, Request, Response, header};
use identity::{Key, Role, Session, session};
use knowledge::samples::{Sample, shelve};
use mirror::{Settings, grants};
use ports::native::{Memory, Sqlite};
use ports::{Database, HttpClient, HttpError, World};
use screen::Site;

use crate::config::Config;
use crate::routes;

const NOW: i64 = 1_800_000_000_000;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

/// Confluence and the media host, by what is asked of them.
struct Atlassian {
    asked: RefCell<Vec<Request<Vec<u8>>>>,
    location: RefCell<String>,
    bytes: RefCell<Result<(u16, Vec<u8>), HttpError>>,
}

impl HttpClient for Atlassian {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        self.asked.borrow_mut().push(request);
        if host == "api.invalid" {
            let location = self.location.borrow();
            let response = Response::builder().status(302).header("location", &**location);
            return Ok(response.body(Vec::new()).unwrap());
        }
        let (status, bytes) = self.bytes.borrow().clone()?;
        Ok(Response::builder().status(status).body(bytes).unwrap())
    }
}

struct TestWorld {
    database: Sqlite,
    key_value: Memory,
    atlassian: Atlassian,
}

impl World for TestWorld {
    type Database = Sqlite;
    type KeyValue = Memory;
    type HttpClient = Atlassian;

    fn database(&self) -> &Sqlite {
        &self.database
    }
    fn key_value(&self) -> &Memory {
        &self.key_value
    }
    fn client(&self) -> &Atlassian {
        &self.atlassian
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
            app: Some(App {
                auth_url: "https://auth.invalid".into(),
                client_id: String::new(),
                client_secret: String::new(),
            }),
            api_url: "https://api.invalid".into(),
            sealing_key: key(),
            interval: 300_000,
            tick: 20_000,
            max_body: Settings::MAX_BODY,
            points_per_hour: 25_000,
        },
        media_url: "https://media.invalid".into(),
        max_file: 1_000,
    }
}

/// A published article with files, a draft, one that is restricted, and one that shows a draft's words.
fn world() -> TestWorld {
    let database = Sqlite::in_memory().unwrap();
    knowledge::migrations::apply(&database).unwrap();
    let samples = [
        Sample::new(1, "Open", "Words."),
        Sample { status: "draft", ..Sample::new(2, "Draft", "Words.") },
        Sample { audience: "restricted", ..Sample::new(3, "Restricted", "Words.") },
        Sample { source_state: "trashed", ..Sample::new(4, "Trashed", "Words.") },
    ];
    shelve(&database, &samples).unwrap();
    for statement in [
            "insert into attachments (connection_id, attachment_id, page_id, name, media_type, size, version, listed_in) values
               (1, 'att11', '1', 'plan.png', 'application/octet-stream', 12, 3, 1),
               (1, 'att12', '1', 'drawing.svg', 'image/svg+xml', 12, 1, 1),
               (1, 'att13', '1', 'huge.zip', 'application/zip', 5000, 1, 1),
               (1, 'att14', '1', 'a b/c?.html', 'text/html', null, 1, 1),
               (1, 'att21', '2', 'plan.png', 'image/png', 12, 1, 1),
               (1, 'att31', '3', 'plan.png', 'image/png', 12, 1, 1),
               (1, 'att41', '4', 'plan.png', 'image/png', 12, 1, 1)",
            "insert into pages (connection_id, page_id, space_id, title, web_path, version_number, version_created_at,
               first_seen_at, synced_at) values (1, '1', '1', 'Open', '', 1, '', 0, 0)",
        ] {
            database.execute(statement, &[]).unwrap();
        }
    let key_value = Memory::default();
    let grant = Grant {
        access_token: "access-1".into(),
        refresh_token: "refresh-1".into(),
        expires_at: NOW + 3_600_000,
        scope: String::new(),
    };
    grants::store(&key_value, &key(), 1, &grant.into()).unwrap();
    let atlassian = Atlassian {
        asked: RefCell::default(),
        location: RefCell::new("https://media.invalid/file/f/binary?token=t".into()),
        bytes: RefCell::new(Ok((200, PNG.to_vec()))),
    };
    TestWorld { database, key_value, atlassian }
}

fn employee() -> Session {
    session::start("5", "mia@acme.example", "Mia", Role::Employee, NOW)
}

fn ask(world: &TestWorld, path: &str, session: Option<&Session>, kept: &str) -> Response<Vec<u8>> {
    let mut request = Request::get(path).body(Vec::new()).unwrap();
    if let Some(session) = session {
        let cookie = session::cookie(session, &key(), true);
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(&cookie).unwrap());
    }
    request.headers_mut().insert(header::IF_NONE_MATCH, HeaderValue::from_str(kept).unwrap());
    pollster::block_on(routes::handle(world, &config(), &request))
}

fn get(world: &TestWorld, path: &str) -> Response<Vec<u8>> {
    ask(world, path, Some(&employee()), "")
}

fn words(response: Response<Vec<u8>>) -> String {
    String::from_utf8(response.into_body()).unwrap()
}

#[test]
fn a_file_comes_from_the_media_host_without_our_token() {
    let world = world();
    let response = get(&world, "/files/1/1/plan.png");
    assert_eq!((response.status().as_u16(), &response.body()[..]), (200, PNG));
    for (name, value) in [
        ("content-type", "image/png"),
        ("content-disposition", "inline; filename=\"plan.png\"; filename*=UTF-8''plan.png"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-cache"),
        ("etag", "\"att11-3\""),
        ("content-length", "12"),
    ] {
        assert_eq!(response.headers()[name], value, "{name}");
    }
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script")
    );
    let asked = world.atlassian.asked.borrow();
    let [confluence, media] = &asked[..] else { panic!("two requests: {asked:?}") };
    assert_eq!(
        confluence.uri().path(),
        "/ex/confluence/sample/wiki/rest/api/content/1/child/attachment/att11/download"
    );
    assert!(confluence.headers().contains_key("authorization"));
    assert!(media.headers().is_empty(), "nothing of ours: {:?}", media.headers());
}

#[test]
fn what_a_browser_has_is_asked_of_us_and_not_of_confluence() {
    let world = world();
    let response = ask(&world, "/files/1/1/plan.png", Some(&employee()), "W/\"x\", \"att11-3\"");
    assert_eq!((response.status().as_u16(), response.body().len()), (304, 0));
    assert!(world.atlassian.asked.borrow().is_empty());
    // Another version is another file, and whoever may not read the article any more gets neither.
    assert_eq!(ask(&world, "/files/1/1/plan.png", Some(&employee()), "\"att11-2\"").status(), 200);
    world.database.execute("update articles set audience = 'restricted'", &[]).unwrap();
    assert_eq!(ask(&world, "/files/1/1/plan.png", Some(&employee()), "\"att11-3\"").status(), 404);
}

#[test]
fn a_file_is_for_those_who_may_read_its_article() {
    let world = world();
    let agent = session::start("2", "alex@acme.example", "Alex", Role::Agent, NOW);
    for (path, for_employee, for_agent) in [
        ("/files/1/1/plan.png", 200, 200),
        ("/files/1/2/plan.png", 404, 200),
        ("/files/1/3/plan.png", 404, 200),
        ("/files/1/4/plan.png", 404, 200),
        ("/files/1/1/other.png", 404, 404),
        ("/files/2/1/plan.png", 404, 404),
        ("/files/x/1/plan.png", 404, 404),
        ("/files/1/1", 404, 404),
        ("/files/1/by-title/plan.png?space=IT&title=Open", 200, 200),
        ("/files/1/by-title/plan.png?space=HR&title=Open", 404, 404),
        ("/files/1/by-title/plan.png", 404, 404),
    ] {
        assert_eq!(get(&world, path).status(), for_employee, "{path}");
        assert_eq!(ask(&world, path, Some(&agent), "").status(), for_agent, "{path} for an agent");
    }
    let stranger = ask(&world, "/files/1/1/plan.png", None, "");
    assert_eq!(stranger.headers()["location"], "/sign-in?next=%2Ffiles%2F1%2F1%2Fplan.png");
    // What may not be opened looks like what never was.
    let main = |path: &str| {
        let page = words(get(&world, path));
        page.split_once("<main").expect("a page has a main part").1.to_owned()
    };
    assert_eq!(main("/files/1/3/plan.png"), main("/files/1/9/plan.png"));
}

#[test]
fn an_article_that_shows_another_page_shows_its_images() {
    let world = world();
    world.database.execute(
        "insert into dependencies (connection_id, page_id, kind, name, named_id, space_key, found_id, state)
         values (1, '1', 'included_page', 'Draft', '', '', '2', 'shown'),
           (1, '1', 'title', 'Restricted', '', '', '3', 'shown'),
           (1, '1', 'included_page', 'Restricted', '', '', '3', null)",
        &[],
    )
    .unwrap();
    assert_eq!(get(&world, "/files/1/2/plan.png").status(), 200);
    assert_eq!(get(&world, "/files/1/3/plan.png").status(), 404, "it is not shown, only named");
}

#[test]
fn only_pixels_are_shown_by_themselves() {
    let world = world();
    *world.atlassian.bytes.borrow_mut() = Ok((200, b"<svg onload='alert(1)'/>".to_vec()));
    let drawing = get(&world, "/files/1/1/drawing.svg");
    assert_eq!(drawing.headers()["content-type"], "image/svg+xml");
    assert!(drawing.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let page = get(&world, "/files/1/1/a%20b%2Fc%3F.html");
    assert_eq!(page.headers()["content-type"], "application/octet-stream");
    assert_eq!(
        page.headers()["content-disposition"],
        "attachment; filename=\"a b_c?.html\"; filename*=UTF-8''a%20b%2Fc%3F.html"
    );
    // A page that says it is an image is none.
    assert_eq!(get(&world, "/files/1/1/plan.png").headers()["content-type"], "application/octet-stream");
}

#[test]
fn no_other_host_is_followed() {
    for location in [
        "https://evil.example/file",
        "http://media.invalid/file",
        "https://media.invalid:444/file",
        "https://u@media.invalid/file",
        "/wiki/download",
        "",
    ] {
        let world = world();
        *world.atlassian.location.borrow_mut() = location.into();
        let response = get(&world, "/files/1/1/plan.png");
        assert_eq!(response.status(), 503, "{location}");
        assert_eq!(world.atlassian.asked.borrow().len(), 1, "{location}");
        assert!(!words(response).contains("evil"));
    }
}

#[test]
fn every_failure_is_a_page_with_a_way_on() {
    let large = || Err(HttpError::TooLarge { host: "media.invalid".into(), limit: 1_000 });
    let slow = || Err(HttpError::Timeout { host: "media.invalid".into(), seconds: 25 });
    for (answer, status, told) in [
        (Ok((404, Vec::new())), 404, "This file is gone"),
        (Ok((403, Vec::new())), 503, "cannot be opened right now"),
        (Ok((500, Vec::new())), 503, "cannot be opened right now"),
        (large(), 413, "too large"),
        (slow(), 503, "cannot be opened right now"),
    ] {
        let world = world();
        *world.atlassian.bytes.borrow_mut() = answer;
        let response = get(&world, "/files/1/1/plan.png");
        assert_eq!(response.status(), status, "{told}");
        let words = words(response);
        assert!(words.contains(told) && words.contains("viewpageattachments.action?pageId=1"), "{words}");
    }
    // What is known to be too large is not even asked for.
    let world = world();
    let response = get(&world, "/files/1/1/huge.zip");
    assert_eq!(response.status(), 413);
    assert!(world.atlassian.asked.borrow().is_empty());
    assert!(words(response).contains("larger than the 1 KB"));
}

#[test]
fn readers_take_their_share_of_the_hour_and_no_more() {
    let world = world();
    assert_eq!(get(&world, "/files/1/1/plan.png").status(), 200);
    let rows = world.database.execute("select points from budgets", &[]).unwrap();
    assert_eq!(rows.first().unwrap().get::<i64>("points").unwrap(), 1);
    world.database.execute("update budgets set points = 25000", &[]).unwrap();
    let response = get(&world, "/files/1/1/plan.png");
    assert_eq!(
        (response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()),
        (503, "120")
    );
    assert_eq!(world.atlassian.asked.borrow().len(), 2, "nothing more was asked");
}

#[test]
fn a_connection_that_does_not_work_asks_nothing() {
    let world = world();
    let lost = "update connections set state = 'connection_lost'";
    world.database.execute(lost, &[]).unwrap();
    assert_eq!(get(&world, "/files/1/1/plan.png").status(), 503);
    assert!(world.atlassian.asked.borrow().is_empty());
}
