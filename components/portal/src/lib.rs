//! The Portal: where people browse, search, read and ask.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod article;
mod ask;
mod category;
mod config;
mod confluence_page;
mod error;
mod helpful;
mod home;
mod routes;
#[cfg(test)]
mod sample;
mod search;
mod theme;
mod visit;

use std::time::Duration;

use ports::spin::{SpinDatabase, SpinHttpClient, configuration, now, receive, respond};
use screen::asset;
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;

/// The mirror within the application; a reader waits for it for a second at most.
const MIRROR: SpinHttpClient = SpinHttpClient { timeout: Duration::from_secs(1), max_response: 1_000 };

#[http_component]
async fn portal(request: IncomingRequest, outparam: ResponseOutparam) {
    let request = match receive(request).await {
        Ok(request) => request,
        Err(refusal) => return respond(outparam, refusal).await,
    };
    if let Some(file) = asset::serve(request.uri().path()) {
        return respond(outparam, file).await;
    }
    let config = match Config::load(&configuration()) {
        Ok(config) => config,
        Err(error) => return respond(outparam, error::not_configured(&error)).await,
    };
    let database = match SpinDatabase::open() {
        Ok(database) => database,
        Err(error) => return respond(outparam, error::no_database(&error)).await,
    };
    let (response, events) = routes::handle(&database, &MIRROR, &config, &request, now()).await;
    respond(outparam, response).await;
    // Nobody waits for this, and no page is lost for it.
    if let Err(error) = knowledge::events::append(&database, &events) {
        eprintln!("portal: {} events of {} were not recorded: {error}", events.len(), request.uri().path());
    }
}
