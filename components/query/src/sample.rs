//! The API over articles in memory, for the tests.

use http::header::{COOKIE, HeaderValue};
use http::{Request, Response};
use identity::{Key, Role, session};
use knowledge::events::Event;
use knowledge::samples::{Sample, shelve};
use ports::native::Sqlite;
use serde_json::Value;

use crate::config::Config;
use crate::routes::handle;

const NOW: i64 = 1_795_140_000_000;

pub(crate) struct Api {
    database: Sqlite,
    config: Config,
}

impl Api {
    pub(crate) fn with(samples: &[Sample]) -> Self {
        let database = Sqlite::in_memory().unwrap();
        pollster::block_on(async {
            knowledge::migrations::apply(&database).await.unwrap();
            shelve(&database, samples).await.unwrap();
        });
        let key = Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        Self { database, config: Config { public_url: "https://help.acme.example".to_owned(), key } }
    }

    pub(crate) fn get(&self, path: &str) -> Answered {
        self.send(Request::get(path).body(Vec::new()).unwrap())
    }

    pub(crate) fn send(&self, mut request: Request<Vec<u8>>) -> Answered {
        let session = session::start("sub-1", "ada@acme.example", "Ada Byron", Role::Employee, NOW);
        let cookie = session::cookie(&session, &self.config.key, true);
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        request.headers_mut().insert(COOKIE, HeaderValue::from_str(pair).unwrap());
        self.send_as_it_is(&request)
    }

    pub(crate) fn send_as_it_is(&self, request: &Request<Vec<u8>>) -> Answered {
        let (response, events) = pollster::block_on(handle(&self.database, &self.config, request, NOW));
        Answered { response, events }
    }
}

pub(crate) struct Answered {
    pub(crate) response: Response<Vec<u8>>,
    pub(crate) events: Vec<Event>,
}

impl Answered {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(self.response.body()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.text()).unwrap()
    }
}
