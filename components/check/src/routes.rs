//! The one question that the other components ask.

use std::fmt::Display;

use freshness::Word;
use http::{Request, Response, StatusCode};
use ports::World;

use crate::config::Config;

/// Has articles checked that somebody is about to see. It tells no more than that something was hidden.
pub(crate) async fn handle<W: World>(
    world: &W,
    config: &Config,
    request: &Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    let (shown, articles) = freshness::asked(request.uri());
    match mirror::check(world, &config.settings, &articles, shown).await {
        Ok(true) => answer(StatusCode::OK, Word::Hidden),
        Ok(false) => answer(StatusCode::OK, Word::Same),
        Err(error) => {
            eprintln!("check: articles {articles:?} were not checked");
            failed(StatusCode::SERVICE_UNAVAILABLE, &error)
        }
    }
}

/// Says that nothing was checked; the cause is logged here, once.
pub(crate) fn failed(status: StatusCode, error: &dyn Display) -> Response<Vec<u8>> {
    eprintln!("check: {error}");
    answer(status, Word::Same)
}

fn answer(status: StatusCode, word: Word) -> Response<Vec<u8>> {
    let mut response = Response::new(word.as_bytes().to_vec());
    *response.status_mut() = status;
    response
}
