//! The API over articles in memory, for the tests.

use http::header::{COOKIE, HeaderValue};
use http::{Request, Response};
use identity::{Key, Role, session};
use knowledge::events::Event;
use knowledge::samples::{Sample, shelve};
use ports::native::Sqlite;
use ports::{Database, HttpClient, HttpError};
use serde_json::Value;

use crate::config::Config;
use crate::routes::handle;

const NOW: i64 = 1_795_140_000_000;

pub(crate) struct Api {
    database: Sqlite,
    config: Config,
    /// The article that the mirror finds restricted when it is asked.
    pub(crate) restricted: Option<i64>,
}

/// The mirror, as the API reaches it.
impl HttpClient for Api {
    async fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let Some(article) = self.restricted else { return Ok(Response::new(b"same".to_vec())) };
        let hide = "update articles set audience = 'restricted' where id = ?1";
        self.database.execute(hide, &[article.into()]).unwrap();
        Ok(Response::new(b"hidden".to_vec()))
    }
}

impl Api {
    pub(crate) fn with(samples: &[Sample]) -> Self {
        let database = Sqlite::in_memory().unwrap();
        knowledge::migrations::apply(&database).unwrap();
        shelve(&database, samples).unwrap();
        let key = Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let config = Config { public_url: "https://help.acme.example".to_owned(), key };
        Self { database, config, restricted: None }
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
        let (response, events) = pollster::block_on(handle(&self.database, self, &self.config, request, NOW));
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
