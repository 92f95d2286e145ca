//! Files of articles, fetched from Confluence for whoever may read the article.
//!
//! It is one of its own because it uses the grant while a reader waits, and is the only one that reaches the media
//! host. No byte is kept.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod config;
mod delivery;
mod error;
mod routes;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ports::spin::{SpinWorld, configuration, receive, respond};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;

/// How long Confluence or the media host may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(25);

#[http_component]
async fn files(request: IncomingRequest, outparam: ResponseOutparam) {
    let request = match receive(request).await {
        Ok(request) => request,
        Err(refusal) => return respond(outparam, refusal).await,
    };
    let config = match Config::load(&configuration()) {
        Ok(config) => config,
        Err(error) => return respond(outparam, error::not_configured(&error)).await,
    };
    let world = match SpinWorld::open(TIMEOUT, config.max_file) {
        Ok(world) => world,
        Err(error) => return respond(outparam, error::not_available(&error)).await,
    };
    let response = routes::handle(&world, &config, &request).await;
    respond(outparam, response).await;
}
