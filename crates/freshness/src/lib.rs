//! Whether articles that are about to be shown still may be: asks the component `check`, which asks Confluence.
//!
//! What shows articles holds no grant. It calls the component that does, inside the application, and learns no more
//! than that something was hidden, upon which it reads the store again. No answer is no reason to hide.

use std::pin::Pin;

use http::{Request, Uri};
use knowledge::checks;
pub use knowledge::checks::Shown;
use ports::{Database, HttpClient};

/// The component that holds the grant, as the others of the application call it.
const ADDRESS: &str = "http://check.spin.internal/";
/// More articles than a page shows.
const MOST_ARTICLES: usize = 60;
/// How often a list is read for one request: what takes the place of an article that was hidden is checked too.
const MOST_READINGS: usize = 3;

type Asking<'a> = Pin<Box<dyn Future<Output = bool> + 'a>>;

/// The way to Confluence's word.
pub struct Freshness<'a>(Box<dyn Fn(Uri) -> Asking<'a> + 'a>);

impl<'a> Freshness<'a> {
    pub fn through<C: HttpClient>(client: &'a C) -> Self {
        Self(Box::new(move |address| Box::pin(ask(client, address))))
    }

    /// What `read` finds, read again where any of the articles that it shows was hidden upon a fresh word.
    pub async fn fresh<T, E>(
        &self,
        database: &impl Database,
        shown: Shown,
        now: i64,
        read: impl Fn() -> Result<T, E>,
        articles: impl Fn(&T) -> Vec<i64>,
    ) -> Result<T, E> {
        let mut found = read()?;
        for _ in 1..MOST_READINGS {
            if !self.has_hidden(database, shown, &articles(&found), now).await {
                break;
            }
            found = read()?;
        }
        Ok(found)
    }

    /// Whether any of these articles was hidden just now.
    async fn has_hidden(&self, database: &impl Database, shown: Shown, articles: &[i64], now: i64) -> bool {
        let articles = &articles[..articles.len().min(MOST_ARTICLES)];
        match checks::is_due(database, articles, shown, now) {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                eprintln!("freshness: articles were not checked: {error}");
                return false;
            }
        }
        (self.0)(question(shown, articles)).await
    }
}

fn question(shown: Shown, articles: &[i64]) -> Uri {
    let mut query = url::form_urlencoded::Serializer::for_suffix(format!("{ADDRESS}?"), ADDRESS.len() + 1);
    query.append_pair("shown", if shown == Shown::Whole { "whole" } else { "listed" });
    for id in articles {
        query.append_pair("article", &id.to_string());
    }
    query.finish().parse().expect("numbers make a valid address")
}

/// What [`Freshness`] asks, as the component that answers reads it.
#[must_use]
pub fn asked(uri: &Uri) -> (Shown, Vec<i64>) {
    let query = uri.query().unwrap_or_default().as_bytes();
    let mut asked = (Shown::Whole, Vec::new());
    for (name, value) in url::form_urlencoded::parse(query) {
        match &*name {
            "shown" if value == "listed" => asked.0 = Shown::Listed,
            "article" if asked.1.len() < MOST_ARTICLES => asked.1.extend(value.parse::<i64>()),
            _ => {}
        }
    }
    asked
}

/// What the component answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Something was hidden, which may be something that another reader has just asked for too.
    Hidden,
    Same,
}

impl Word {
    #[must_use]
    pub fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Hidden => b"hidden",
            Self::Same => b"same",
        }
    }
}

async fn ask<C: HttpClient>(client: &C, address: Uri) -> bool {
    let mut request = Request::new(Vec::new());
    *request.uri_mut() = address;
    match client.send(request).await {
        Ok(answer) if answer.status().is_success() => answer.body() == Word::Hidden.as_bytes(),
        Ok(answer) => {
            eprintln!("freshness: articles were not checked: status {}", answer.status());
            false
        }
        Err(error) => {
            eprintln!("freshness: articles were not checked: {error}");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use http::Response;
    use knowledge::samples::{Sample, shelve};
    use ports::HttpError;
    use ports::native::Sqlite;

    use super::*;

    const NOW: i64 = 10_000_000;

    type Answer = fn() -> Result<Response<Vec<u8>>, HttpError>;

    struct Confluence {
        asked: RefCell<Vec<Uri>>,
        answer: Answer,
    }

    impl HttpClient for Confluence {
        async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
            self.asked.borrow_mut().push(request.uri().clone());
            (self.answer)()
        }
    }

    fn store() -> Sqlite {
        let database = Sqlite::in_memory().unwrap();
        knowledge::migrations::apply(&database).unwrap();
        shelve(&database, &[Sample::new(1, "VPN", "How to."), Sample::new(2, "Badges", "Where to.")])
            .unwrap();
        database
    }

    /// How often a list of both articles is read, and what is asked for it.
    fn readings(database: &Sqlite, shown: Shown, now: i64, answer: Answer) -> (usize, Vec<Uri>) {
        let confluence = Confluence { asked: RefCell::default(), answer };
        let readings = RefCell::new(0);
        let read = || {
            *readings.borrow_mut() += 1;
            Ok::<_, ()>(vec![1, 2])
        };
        let freshness = Freshness::through(&confluence);
        pollster::block_on(freshness.fresh(database, shown, now, read, Clone::clone)).unwrap();
        (readings.take(), confluence.asked.take())
    }

    fn hidden() -> Result<Response<Vec<u8>>, HttpError> {
        Ok(Response::new(Word::Hidden.as_bytes().to_vec()))
    }

    fn same() -> Result<Response<Vec<u8>>, HttpError> {
        Ok(Response::new(Word::Same.as_bytes().to_vec()))
    }

    #[test]
    fn what_is_asked_is_what_is_read() {
        let (_, uris) = readings(&store(), Shown::Listed, NOW, same);
        assert_eq!(uris, ["http://check.spin.internal/?shown=listed&article=1&article=2"]);
        for shown in [Shown::Listed, Shown::Whole] {
            assert_eq!(asked(&question(shown, &[7, 8])), (shown, vec![7, 8]));
        }
        let many: Vec<i64> = (0..100).collect();
        assert_eq!(asked(&question(Shown::Whole, &many)).1.len(), MOST_ARTICLES);
    }

    #[test]
    fn a_list_is_read_again_while_something_is_hidden_but_not_for_ever() {
        assert_eq!(readings(&store(), Shown::Listed, NOW, same).0, 1);
        assert_eq!(readings(&store(), Shown::Listed, NOW, hidden).0, MOST_READINGS);
    }

    #[test]
    fn no_answer_hides_nothing() {
        let timeout = || Err(HttpError::Timeout { host: "check".into(), seconds: 1 });
        assert_eq!(readings(&store(), Shown::Whole, NOW, timeout).0, 1);
        let broken = || Ok(Response::builder().status(500).body(Word::Hidden.as_bytes().to_vec()).unwrap());
        assert_eq!(readings(&store(), Shown::Whole, NOW, broken).0, 1);
    }

    #[test]
    fn what_was_checked_a_moment_ago_is_not_asked_again() {
        let database = store();
        checks::take(&database, &[1, 2], Shown::Whole, NOW).unwrap();
        assert!(readings(&database, Shown::Whole, NOW + 1, hidden).1.is_empty());
    }
}
