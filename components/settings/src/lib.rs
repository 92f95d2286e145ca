//! The settings: where admins connect Confluence and choose what comes from it.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

use desk::Config;
use ports::spin::{SpinDatabase, configuration, now, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

#[http_component]
async fn settings(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        let config = match Config::load(&configuration()) {
            Ok(config) => config,
            Err(error) => return desk::not_configured(&error),
        };
        match SpinDatabase::open() {
            Ok(database) => desk::for_admins(&database, &config, &request, now()),
            Err(error) => desk::no_database(&error),
        }
    })
    .await;
}
