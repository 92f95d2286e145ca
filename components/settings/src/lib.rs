//! The settings: where admins connect Confluence and choose what comes from it.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

use std::time::Duration;

use desk::Config;
use ports::spin::{SpinDatabase, SpinHttpClient, configuration, now, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

/// The mirror within the application, which may have to ask Confluence for every space before it answers.
const MIRROR: SpinHttpClient = SpinHttpClient { timeout: Duration::from_secs(40), max_response: 10_000 };

#[http_component]
async fn settings(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        let config = match Config::load(&configuration()) {
            Ok(config) => config,
            Err(error) => return desk::not_configured(&error),
        };
        match SpinDatabase::open() {
            Ok(database) => desk::for_admins(&database, &MIRROR, &config, &request, now()).await,
            Err(error) => desk::no_database(&error),
        }
    })
    .await;
}
