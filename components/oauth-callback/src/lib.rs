//! The end of Atlassian's consent: the only component that turns a code or an API token into a connection.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod account;
mod api_token;
mod callback;
mod config;
mod disconnect;
mod error;
mod establish;
mod routes;
#[cfg(test)]
mod tests;

use ports::spin::{SpinDatabase, SpinHttpClient, SpinKeyValue, configuration, now, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;
use crate::routes::Ports;

#[http_component]
async fn oauth_callback(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        let config = match Config::load(&configuration()) {
            Ok(config) => config,
            Err(error) => return error::not_configured(&error),
        };
        let (database, key_value) = match (SpinDatabase::open(), SpinKeyValue::open()) {
            (Ok(database), Ok(key_value)) => (database, key_value),
            (Err(error), _) => return error::not_available(&error),
            (_, Err(error)) => return error::not_available(&error),
        };
        let client = SpinHttpClient::default();
        let ports = Ports { database: &database, key_value: &key_value, client: &client, clock: now };
        routes::handle(&ports, &config, &request, now()).await
    })
    .await;
}
