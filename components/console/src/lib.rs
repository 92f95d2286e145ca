//! The console: where admins connect Confluence and agents review what it brings.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod articles;
mod categories;
mod config;
mod error;
mod overview;
mod routes;
#[cfg(test)]
mod sample;
mod settings;
mod visit;
mod words;

use ports::spin::{SpinDatabase, configuration, now, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;

#[http_component]
async fn console(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        let config = match Config::load(&configuration()) {
            Ok(config) => config,
            Err(error) => return error::not_configured(&error),
        };
        match SpinDatabase::open() {
            Ok(database) => routes::handle(&database, &config, &request, now()).await,
            Err(error) => error::no_database(&error),
        }
    })
    .await;
}
