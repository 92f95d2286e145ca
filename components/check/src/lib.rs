//! Whether articles that are about to be shown still may be: asks Confluence while a reader waits.
//!
//! It is one of its own because it is called by the other components alone, and may use the grant but never renew it:
//! a renewal that is broken off may lose the grant, and without it no client secret is needed here.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod config;
mod routes;

use std::time::Duration;

use http::StatusCode;
use ports::spin::{SpinWorld, configuration, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;

/// How long Confluence may take while a reader waits, who then gets what is stored.
const TIMEOUT: Duration = Duration::from_millis(800);
/// The largest answer that is read: a hundred pages with whom they are restricted to.
const MAX_RESPONSE: usize = 4 << 20;

#[http_component]
async fn check(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        let config = match Config::load(&configuration()) {
            Ok(config) => config,
            Err(error) => return routes::failed(StatusCode::INTERNAL_SERVER_ERROR, &error),
        };
        match SpinWorld::open(TIMEOUT, MAX_RESPONSE) {
            Ok(world) => routes::handle(&world, &config, &request).await,
            Err(error) => routes::failed(StatusCode::SERVICE_UNAVAILABLE, &error),
        }
    })
    .await;
}
