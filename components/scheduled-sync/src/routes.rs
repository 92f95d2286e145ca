//! What the component `settings` has the mirror do at once: `POST /connections/{id}/run` and `…/spaces`.

use std::fmt::Display;

use http::{Method, Request, Response, StatusCode};
use mirror::Settings;
use ports::World;

/// What to answer, and the connection to work for afterwards.
pub(crate) struct Answer {
    pub(crate) response: Response<Vec<u8>>,
    pub(crate) work_on: Option<i64>,
}

impl Answer {
    fn only(status: StatusCode, words: impl Display) -> Self {
        Self { response: said(status, words), work_on: None }
    }
}

/// Answers another component. A run that is queued is worked on when the answer is sent, so that nobody waits for it.
pub(crate) async fn handle<W: World>(world: &W, settings: &Settings, request: &Request<Vec<u8>>) -> Answer {
    let segments: Vec<&str> = request.uri().path().split('/').filter(|segment| !segment.is_empty()).collect();
    let (["connections", id, what], &Method::POST) = (segments.as_slice(), request.method()) else {
        return Answer::only(StatusCode::NOT_FOUND, "there is nothing at this address");
    };
    let Ok(id) = id.parse::<i64>() else {
        return Answer::only(StatusCode::NOT_FOUND, "there is no such connection");
    };
    match *what {
        "run" => Answer { response: said(StatusCode::ACCEPTED, ""), work_on: Some(id) },
        "spaces" => spaces(world, settings, id).await,
        _ => Answer::only(StatusCode::NOT_FOUND, "there is nothing at this address"),
    }
}

/// Asks Confluence for the list of spaces, and answers how many there are.
async fn spaces<W: World>(world: &W, settings: &Settings, id: i64) -> Answer {
    let connection = match knowledge::connections::connection(world.database(), id) {
        Ok(Some(connection)) => connection,
        Ok(None) => return Answer::only(StatusCode::NOT_FOUND, "there is no such connection"),
        Err(error) => return Answer { response: failed(&error), work_on: None },
    };
    match mirror::refresh_spaces(world, settings, connection).await {
        Ok(count) => Answer::only(StatusCode::OK, count),
        Err(error) => {
            eprintln!("scheduled-sync: the spaces of connection {id} could not be listed: {error}");
            Answer::only(StatusCode::BAD_GATEWAY, error)
        }
    }
}

/// Says that nothing was done; the cause is logged here, once.
pub(crate) fn failed(error: &dyn Display) -> Response<Vec<u8>> {
    eprintln!("scheduled-sync: {error}");
    said(StatusCode::SERVICE_UNAVAILABLE, "the mirror cannot work at the moment; its log says why")
}

fn said(status: StatusCode, words: impl Display) -> Response<Vec<u8>> {
    let mut response = Response::new(words.to_string().into_bytes());
    *response.status_mut() = status;
    response
}
