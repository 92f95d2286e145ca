//! Sign-in and sign-out: the company's identity provider says who someone is and what they may do.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod callback;
mod config;
mod error;
mod out;
mod routes;
#[cfg(test)]
mod sample;
mod start;
mod welcome;

use std::time::Duration;

use ports::spin::{SpinDatabase, SpinHttpClient, configuration, now, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;

/// A person waits for the provider's answers, and they are small.
const PROVIDER: SpinHttpClient = SpinHttpClient { timeout: Duration::from_secs(10), max_response: 1 << 20 };

#[http_component]
async fn sign_in(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        let config = match Config::load(&configuration()) {
            Ok(config) => config,
            Err(error) => return error::not_configured(&error),
        };
        match SpinDatabase::open() {
            Ok(database) => routes::handle(&PROVIDER, &database, &config, &request, now()).await,
            Err(error) => error::no_database(&error),
        }
    })
    .await;
}
