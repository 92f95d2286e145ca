//! The one address, and what is answered there.

use confluence::nudge;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use identity::secret;
use knowledge::{hooks, nudges};
use ports::{Database, DatabaseError};

/// Where the secret is sent; `Authorization: Bearer` does as well.
const SECRET: HeaderName = HeaderName::from_static("x-siit-secret");
/// The largest body that is read, in bytes; the largest known event has three thousand.
const MAX_BODY: usize = 64 * 1024;

/// Answers a request, whoever it comes from and whatever it holds.
pub(crate) fn handle(database: &impl Database, request: &Request<Vec<u8>>, now: i64) -> Response<Vec<u8>> {
    match take(database, request, now) {
        Ok(answer) => answer,
        Err(error) => unavailable(&error),
    }
}

fn take(
    database: &impl Database,
    request: &Request<Vec<u8>>,
    now: i64,
) -> Result<Response<Vec<u8>>, DatabaseError> {
    let segments: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    let ["sync", "hooks", id] = segments[..] else { return Ok(unknown()) };
    let (Ok(connection), &Method::POST) = (id.parse::<i64>(), request.method()) else { return Ok(unknown()) };
    knowledge::migrations::apply(database)?;
    let stored = hooks::secret_hash(database, connection)?;
    if !secret::matches(shown(request), stored.as_deref()) {
        return Ok(unknown());
    }
    // From here on the sender is known, and may be told what is wrong.
    if !hooks::spend(database, connection, now)? {
        let mut answer = answer(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many nudges at once; the schedule looks at every page anyway.\n",
        );
        answer.headers_mut().insert(RETRY_AFTER, hooks::RETRY_AFTER_SECONDS.into());
        return Ok(answer);
    }
    if request.body().len() > MAX_BODY {
        return Ok(answer(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than 64 KiB; send the page's id alone.\n",
        ));
    }
    match nudge::contents(request.body()) {
        Ok(ids) => {
            nudges::queue(database, connection, &ids, now)?;
            // Nothing says whether we know the page.
            Ok(answer(StatusCode::ACCEPTED, "Noted.\n"))
        }
        Err(error) => {
            let mut words = error.to_string();
            words.push_str(".\n");
            Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, &words))
        }
    }
}

fn shown(request: &Request<Vec<u8>>) -> &str {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let bearer = || header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    header(SECRET).or_else(bearer).unwrap_or_default().trim()
}

/// The answer to everybody without the secret: it does not even say whether there is such a connection.
fn unknown() -> Response<Vec<u8>> {
    answer(StatusCode::NOT_FOUND, "Not found.\n")
}

pub(crate) fn unavailable(error: &DatabaseError) -> Response<Vec<u8>> {
    eprintln!("hooks: {error}");
    answer(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer; try again.\n")
}

fn answer(status: StatusCode, words: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(words.as_bytes().to_vec());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;

    struct Hooks {
        database: Sqlite,
        secret: String,
    }

    impl Hooks {
        fn new() -> Self {
            let database = Sqlite::in_memory().unwrap();
            let secret = secret::new();
            knowledge::migrations::apply(&database).unwrap();
            let connection = "insert into connections (id, cloud_id, site_url, site_name, account_id,
                   account_name, created_at, created_by, state_changed_at)
                   values (1, 'c', 'https://acme.atlassian.net', 'acme', 'a', 'Sync', 0, 'ada', 0)";
            database.execute(connection, &[]).unwrap();
            hooks::renew(&database, 1, &secret.hash, "ada", 0).unwrap();
            Self { database, secret: secret.value }
        }

        fn send(&self, request: http::request::Builder, body: &str) -> Response<Vec<u8>> {
            let request = request.body(body.as_bytes().to_vec()).unwrap();
            handle(&self.database, &request, 1_000)
        }

        fn post(&self, body: &str) -> Response<Vec<u8>> {
            self.send(Request::post("/sync/hooks/1").header("X-Siit-Secret", &self.secret), body)
        }

        fn queued(&self) -> i64 {
            let rows = self.database.execute("select count(*) as n from nudges", &[]).unwrap();
            rows.first().unwrap().get("n").unwrap()
        }
    }

    #[test]
    fn a_nudge_is_noted_once_however_often_it_comes() {
        let hooks = Hooks::new();
        for _ in 0..3 {
            assert_eq!(hooks.post(r#"{"pageId":"7"}"#).status(), 202);
        }
        let bearer = format!("Bearer {}", hooks.secret);
        let request = Request::post("/sync/hooks/1").header("authorization", bearer);
        assert_eq!(hooks.send(request, r#"{"page":{"id":8}}"#).status(), 202);
        assert_eq!(hooks.queued(), 2);
    }

    #[test]
    fn without_the_secret_there_is_nothing_here() {
        let hooks = Hooks::new();
        let body = r#"{"pageId":"7"}"#;
        let secret = hooks.secret.as_str();
        let nothing = hooks.send(Request::post("/sync/hooks/1"), body);
        for (request, what) in [
            (Request::post("/sync/hooks/1").header("x-siit-secret", "wrong"), "a wrong secret"),
            (Request::post("/sync/hooks/1").header("x-siit-secret", ""), "no secret"),
            (Request::post("/sync/hooks/2").header("x-siit-secret", secret), "another connection"),
            (Request::post("/sync/hooks/x").header("x-siit-secret", secret), "no number"),
            (Request::get("/sync/hooks/1").header("x-siit-secret", secret), "another method"),
            (Request::post(format!("/sync/hooks/1/{secret}")), "a secret in the address"),
            (Request::post("/sync/hooks"), "no connection"),
        ] {
            let answer = hooks.send(request, body);
            assert_eq!((answer.status(), answer.body()), (nothing.status(), nothing.body()), "{what}");
        }
        assert_eq!((nothing.status(), hooks.queued()), (StatusCode::NOT_FOUND, 0));
    }

    #[test]
    fn what_is_wrong_is_said_to_whoever_has_the_secret() {
        let hooks = Hooks::new();
        let words = |response: Response<Vec<u8>>| String::from_utf8(response.into_body()).unwrap();
        assert_eq!(hooks.post("{}").status(), 422);
        assert!(words(hooks.post("{}")).contains("{{page.id}}"));
        let large = format!(r#"{{"pageId":"7","note":"{}"}}"#, "x".repeat(MAX_BODY));
        assert_eq!(hooks.post(&large).status(), 413);
        assert_eq!(hooks.queued(), 0);
    }

    #[test]
    fn a_sender_that_is_too_fast_is_told_when_to_come_again() {
        let hooks = Hooks::new();
        let last = (0..=120).map(|_| hooks.post(r#"{"pageId":"7"}"#)).last().unwrap();
        assert_eq!(
            (last.status(), &last.headers()["retry-after"]),
            (StatusCode::TOO_MANY_REQUESTS, &"1".parse().unwrap())
        );
    }
}
