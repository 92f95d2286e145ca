//! The JSON API: what people see in the Portal, for programs and for the Portal's own suggestions.
//!
//! | address | answers |
//! | --- | --- |
//! | `GET /api/search?q=&category=&limit=&offset=` | [`search`]: results with snippets, a total, categories |
//! | `GET /api/suggest?q=&limit=` | [`suggest`]: articles that someone who is typing may mean |
//! | `GET /api/answer?q=` | [`answering`]: a cited answer, related articles, or an honest refusal |
//! | `GET /api/articles/{id}?format=json\|markdown\|html` | [`article`]: one article |
//!
//! Every address needs the session of a signed-in person, and reads only what that person may read.
//! A failure is a problem document (RFC 9457) that names the thing and the cure.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod answering;
mod article;
mod config;
mod error;
mod parameters;
mod reply;
mod routes;
#[cfg(test)]
mod sample;
mod search;
mod suggest;
mod visit;

use std::time::Duration;

use ports::spin::{SpinDatabase, SpinHttpClient, configuration, now, receive, respond};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;
use crate::error::Error;

/// The mirror within the application; a reader waits for it for a second at most.
const MIRROR: SpinHttpClient = SpinHttpClient { timeout: Duration::from_secs(1), max_response: 1_000 };

#[http_component]
async fn query(request: IncomingRequest, outparam: ResponseOutparam) {
    let request = match receive(request).await {
        Ok(request) => request,
        Err(refusal) => return respond(outparam, refusal).await,
    };
    let config = match Config::load(&configuration()) {
        Ok(config) => config,
        Err(error) => return respond(outparam, Error::from(error).problem("")).await,
    };
    let database = match SpinDatabase::open() {
        Ok(database) => database,
        Err(error) => return respond(outparam, Error::from(error).problem(&config.public_url)).await,
    };
    let (response, events) = routes::handle(&database, &MIRROR, &config, &request, now()).await;
    respond(outparam, response).await;
    // Nobody waits for this, and no answer is lost for it.
    if let Err(error) = knowledge::events::append(&database, &events) {
        eprintln!("query: {} events of {} were not recorded: {error}", events.len(), request.uri().path());
    }
}
