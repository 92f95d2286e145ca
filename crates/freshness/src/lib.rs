//! Whether articles that are about to be shown still may be: asks the mirror, which asks Confluence.
//!
//! What shows articles holds no grant. It calls the component that does, inside the application, and learns no more
//! than that something was hidden, upon which it reads the store again. No answer is no reason to hide.

use std::pin::Pin;

use http::header::COOKIE;
use http::{HeaderMap, Request};
use knowledge::checks;
use ports::{Database, HttpClient};

/// The component that holds the grant, as the others of the application call it.
const ADDRESS: &str = "http://scheduled-sync.spin.internal/sync/check";

type Asking<'a> = Pin<Box<dyn Future<Output = bool> + 'a>>;

/// The way to the mirror, for one reader.
pub struct Freshness<'a>(Box<dyn Fn(String) -> Asking<'a> + 'a>);

impl<'a> Freshness<'a> {
    /// Asks through `client` in the name of the reader whose request has these headers.
    pub fn through<C: HttpClient>(client: &'a C, headers: &'a HeaderMap) -> Self {
        Self(Box::new(move |address| Box::pin(ask(client, headers, address))))
    }

    /// Whether any of these articles was hidden just now, so that what was read of the store is to be read again.
    pub async fn has_hidden(&self, database: &impl Database, articles: &[i64], now: i64) -> bool {
        match checks::is_due(database, articles, now) {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                eprintln!("freshness: articles were not checked: {error}");
                return false;
            }
        }
        let query: Vec<String> = articles.iter().map(|id| format!("article={id}")).collect();
        (self.0)(format!("{ADDRESS}?{}", query.join("&"))).await
    }
}

async fn ask<C: HttpClient>(client: &C, headers: &HeaderMap, address: String) -> bool {
    let mut request = Request::get(address);
    // Whoever may read may have it checked, and nobody else.
    if let Some(cookie) = headers.get(COOKIE) {
        request = request.header(COOKIE, cookie);
    }
    let Ok(request) = request.body(Vec::new()) else { return false };
    match client.send(request).await {
        Ok(answer) if answer.status().is_success() => answer.body() == HIDDEN,
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

/// What the mirror answers when it hid something.
pub const HIDDEN: &[u8] = b"hidden";
/// What it answers otherwise.
pub const SAME: &[u8] = b"same";

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use http::{HeaderValue, Response};
    use knowledge::samples::{Sample, shelve};
    use ports::HttpError;
    use ports::native::Sqlite;

    use super::*;

    struct Mirror(RefCell<Vec<Request<Vec<u8>>>>, fn() -> Result<Response<Vec<u8>>, HttpError>);

    impl HttpClient for Mirror {
        async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
            self.0.borrow_mut().push(request);
            (self.1)()
        }
    }

    async fn store() -> Sqlite {
        let database = Sqlite::in_memory().unwrap();
        knowledge::migrations::apply(&database).unwrap();
        shelve(&database, &[Sample::new(1, "VPN", "How to."), Sample::new(2, "Badges", "Where to.")])
            .unwrap();
        database
    }

    fn has_hidden(answer: fn() -> Result<Response<Vec<u8>>, HttpError>) -> (bool, Vec<Request<Vec<u8>>>) {
        pollster::block_on(async {
            let (database, mirror) = (store().await, Mirror(RefCell::default(), answer));
            let headers: HeaderMap =
                [(COOKIE, HeaderValue::from_static("session=abc"))].into_iter().collect();
            let freshness = Freshness::through(&mirror, &headers);
            let hidden = freshness.has_hidden(&database, &[1, 2], 1_000_000).await;
            (hidden, mirror.0.take())
        })
    }

    #[test]
    fn the_mirror_is_asked_in_the_name_of_the_reader() {
        let (hidden, asked) = has_hidden(|| Ok(Response::new(HIDDEN.to_vec())));
        assert!(hidden);
        assert_eq!(asked[0].uri(), "http://scheduled-sync.spin.internal/sync/check?article=1&article=2");
        assert_eq!(asked[0].headers()[COOKIE], "session=abc");
        assert!(!has_hidden(|| Ok(Response::new(SAME.to_vec()))).0);
    }

    #[test]
    fn no_answer_hides_nothing() {
        let timeout = || Err(HttpError::Timeout { host: "scheduled-sync".into(), seconds: 1 });
        assert!(!has_hidden(timeout).0);
        assert!(!has_hidden(|| Ok(Response::builder().status(500).body(HIDDEN.to_vec()).unwrap())).0);
    }

    #[test]
    fn what_was_checked_a_moment_ago_is_not_asked_again() {
        pollster::block_on(async {
            let database = store().await;
            checks::take(&database, &[1], 1_000_000).unwrap();
            let mirror = Mirror(RefCell::default(), || Ok(Response::new(HIDDEN.to_vec())));
            let headers = HeaderMap::new();
            let freshness = Freshness::through(&mirror, &headers);
            assert!(!freshness.has_hidden(&database, &[1], 1_000_001).await);
            assert!(!freshness.has_hidden(&database, &[], 1_000_001).await);
            assert!(mirror.0.take().is_empty());
        });
    }
}
