//! A signed-in person before a console with one connected site, for tests.

use std::cell::RefCell;

use http::{HeaderValue, Request, Response, StatusCode, header};
use identity::{Key, Role, Session, forgery, session};
use ports::native::Sqlite;
use ports::{Database, HttpClient, HttpError, Value};
use screen::Site;

use crate::config::Config;
use crate::routes;

pub(crate) const NOW: i64 = 1_795_140_000_000;
pub(crate) const CONNECTION: &str = "/console/settings/integrations/confluence/1";

pub(crate) struct Console {
    pub(crate) database: Sqlite,
    pub(crate) config: Config,
    pub(crate) mirror: Mirror,
}

/// Another component, which says one thing to whatever it is told.
pub(crate) struct Mirror {
    pub(crate) answer: (u16, &'static str),
    pub(crate) told: RefCell<Vec<String>>,
}

impl HttpClient for Mirror {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        self.told.borrow_mut().push(format!("{} {}", request.method(), request.uri()));
        let (status, words) = self.answer;
        Ok(Response::builder().status(status).body(words.into()).unwrap())
    }
}

/// What a person sees after a request.
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) html: String,
    pub(crate) cookies: String,
}

impl Console {
    /// A console that nobody has connected yet.
    pub(crate) fn empty() -> Self {
        let database = Sqlite::in_memory().unwrap();
        knowledge::migrations::apply(&database).unwrap();
        let site = Site {
            public_url: "http://127.0.0.1:3000".into(),
            portal_name: "Acme Help".into(),
            key: Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap(),
        };
        let config = Config {
            site,
            client_id: "client-1".into(),
            auth_url: "https://auth.atlassian.com".into(),
            sync_interval_seconds: 300,
        };
        let mirror = Mirror { answer: (202, ""), told: RefCell::default() };
        Self { database, config, mirror }
    }

    /// A site with three spaces, of which one is chosen, and three articles:
    /// 1 a draft with a loss, 2 published but restricted, 3 published and open.
    pub(crate) fn connected() -> Self {
        let console = Self::empty();
        let report = r#"{"losses":[{"name":"gliffy","origin":"known-app","outcome":"dropped","count":2,
            "place":["Network","Diagram"],"anchor":"Diagram","offset":0,"words":""}],"malformed_at":null}"#;
        console.run(
            "insert into connections (cloud_id, site_url, site_name, account_id, account_name, created_at, created_by,
               state_changed_at) values ('c1', 'https://acme.atlassian.net', 'acme', 'a1', 'Sync Account', ?1,
               'ada@acme.example', ?1)",
            &[NOW.into()],
        );
        console.run(
            "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at) values
               (1, '10', 'IT', 'IT Help', 'global', 'current', 1, 1),
               (1, '11', 'HR', 'People', 'collaboration', 'current', 0, 1),
               (1, '12', '~ada', 'Ada Lovelace', 'personal', 'archived', 0, 1)",
            &[],
        );
        console.run(
            "insert into pages (connection_id, page_id, space_id, title, web_path, version_number, version_created_at,
               failure, first_seen_at, synced_at) values (1, '900', '10', 'Everything about us', '/spaces/IT/pages/900',
               1, 'v', 'the body is larger than 5 MB; split the page', 1, ?1)",
            &[NOW.into()],
        );
        console.run("insert into categories (name, position) values ('IT', 0), ('HR', 1)", &[]);
        console.run(
            "insert into articles (connection_id, page_id, space_id, slug, title, text, summary, html, markdown, outline,
               passages, report, losses, source_url, source_version, source_updated_at, source_state, audience,
               audience_reason, status, status_changed_at, category, created_at, updated_at) values
               (1, '100', '10', 'reset', 'Reset your <password>', 'Passwords expire.', '', '<p>Go to <b>Account</b>.</p>',
                '', '[]', '[]', ?2, 2, 'https://acme.atlassian.net/wiki/100', 7, ?1, 'current', 'everyone', null,
                'draft', 1, 'IT', 1, ?1),
               (1, '200', '10', 'salary', 'Salary bands', 'Secret.', '', '<p>x</p>', '', '[]', '[]',
                '{\"losses\":[],\"malformed_at\":null}', 0, 'https://acme.atlassian.net/wiki/200', 1, ?1, 'current',
                'restricted', 'The page is restricted in Confluence.', 'published', 1, null, 1, ?1),
               (1, '300', '10', 'vpn', 'Set up the VPN', 'Tunnel.', '', '<p>x</p>', '', '[]', '[]',
                '{\"losses\":[],\"malformed_at\":null}', 0, 'https://acme.atlassian.net/wiki/300', 1, ?1, 'current',
                'everyone', null, 'published', 1, 'IT', 1, ?1)",
            &[NOW.into(), report.into()],
        );
        console
    }

    pub(crate) fn run(&self, statement: &str, parameters: &[Value]) {
        self.database.execute(statement, parameters).unwrap();
    }

    pub(crate) fn text(&self, query: &str) -> String {
        let rows = self.database.execute(query, &[]).unwrap();
        rows.first().unwrap().get("it").unwrap()
    }

    pub(crate) fn get(&self, role: Role, path: &str) -> Seen {
        self.ask(Some(&person(role)), Request::get(path).body(Vec::new()).unwrap())
    }

    /// Sends a form as one of our pages would, with its token.
    pub(crate) fn post(&self, role: Role, path: &str, fields: &str) -> Seen {
        let person = person(role);
        let token = forgery::token(&self.config.site.key, &person);
        self.ask(Some(&person), form(path, &format!("{fields}&csrf={token}")))
    }

    pub(crate) fn ask(&self, person: Option<&Session>, mut request: Request<Vec<u8>>) -> Seen {
        if let Some(person) = person {
            let cookie = session::cookie(person, &self.config.site.key, false);
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            request.headers_mut().append(header::COOKIE, HeaderValue::from_str(&pair).unwrap());
        }
        // As the manifest routes them to the two components.
        let (database, config) = (&self.database, &self.config);
        seen(if request.uri().path().starts_with("/console/settings") {
            pollster::block_on(routes::for_admins(database, &self.mirror, config, &request, NOW))
        } else {
            pollster::block_on(routes::for_agents(database, config, &request, NOW))
        })
    }
}

pub(crate) fn person(role: Role) -> Session {
    session::start("sub", "ada@acme.example", "Ada Lovelace", role, NOW)
}

pub(crate) fn form(path: &str, fields: &str) -> Request<Vec<u8>> {
    Request::post(path).body(fields.as_bytes().to_vec()).unwrap()
}

fn seen(response: Response<Vec<u8>>) -> Seen {
    let header = |name: header::HeaderName| {
        let values = response.headers().get_all(name);
        values.iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join("\n")
    };
    Seen {
        status: response.status(),
        location: header(header::LOCATION),
        cookies: header(header::SET_COOKIE),
        html: String::from_utf8(response.body().clone()).unwrap(),
    }
}

impl Seen {
    /// Whether the page says it, read as people do: without tags, with single spaces.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.words().contains(words)
    }

    pub(crate) fn words(&self) -> String {
        let mut text = String::new();
        let mut in_tag = false;
        for letter in self.html.chars() {
            match letter {
                '<' => in_tag = true,
                '>' if in_tag => {
                    in_tag = false;
                    text.push(' ');
                }
                _ if !in_tag => text.push(letter),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
