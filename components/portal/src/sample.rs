//! A Portal in memory, for the tests.

use http::header::{COOKIE, HeaderValue};
use http::{Request, Response};
use identity::{Key, Role, Session, session};
use knowledge::events::Event;
use knowledge::samples::{Sample, shelve};
use ports::native::Sqlite;
use ports::{Database, HttpClient, HttpError};
use screen::Site;

use crate::config::Config;
use crate::routes::handle;

pub(crate) const NOW: i64 = 1_795_140_000_000;

pub(crate) struct Portal {
    pub(crate) database: Sqlite,
    pub(crate) config: Config,
    pub(crate) session: Option<Session>,
    /// The article that the mirror finds restricted when it is asked.
    pub(crate) restricted: Option<i64>,
}

/// The mirror, as the Portal reaches it.
impl HttpClient for Portal {
    async fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let Some(article) = self.restricted else { return Ok(Response::new(b"same".to_vec())) };
        let hide = "update articles set audience = 'restricted' where id = ?1";
        self.database.execute(hide, &[article.into()]).unwrap();
        Ok(Response::new(b"hidden".to_vec()))
    }
}

impl Portal {
    /// A Portal with these articles, seen by someone of this role.
    pub(crate) fn with(role: Role, samples: &[Sample]) -> Self {
        let database = Sqlite::in_memory().unwrap();
        knowledge::migrations::apply(&database).unwrap();
        shelve(&database, samples).unwrap();
        let key = Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let site =
            Site { public_url: "http://127.0.0.1:3000".to_owned(), portal_name: "Acme Help".to_owned(), key };
        let session = Some(session::start("sub-1", "ada@acme.example", "Ada Byron", role, NOW));
        Self { database, config: Config { site }, session, restricted: None }
    }

    pub(crate) fn get(&self, path: &str) -> Shown {
        self.send(Request::get(path).body(Vec::new()).unwrap())
    }

    pub(crate) fn post(&self, path: &str, form: &str) -> Shown {
        self.send(Request::post(path).body(form.as_bytes().to_vec()).unwrap())
    }

    pub(crate) fn send(&self, mut request: Request<Vec<u8>>) -> Shown {
        if let Some(session) = &self.session {
            let cookie = session::cookie(session, &self.config.site.key, false);
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            request.headers_mut().insert(COOKIE, HeaderValue::from_str(pair).unwrap());
        }
        let (response, events) =
            pollster::block_on(handle(&self.database, self, &self.config, &request, NOW));
        Shown { response, events }
    }
}

pub(crate) struct Shown {
    response: Response<Vec<u8>>,
    pub(crate) events: Vec<Event>,
}

impl Shown {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn body(&self) -> &str {
        std::str::from_utf8(self.response.body()).unwrap()
    }

    pub(crate) fn has(&self, words: &str) -> bool {
        self.body().contains(words)
    }
}
