//! The console: where agents and admins review what Confluence brings.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

use desk::Config;
use ports::spin::{SpinDatabase, configuration, now, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

#[http_component]
async fn console(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        let config = match Config::load(&configuration()) {
            Ok(config) => config,
            Err(error) => return desk::not_configured(&error),
        };
        match SpinDatabase::open() {
            Ok(database) => desk::for_agents(&database, &config, &request, now()).await,
            Err(error) => desk::no_database(&error),
        }
    })
    .await;
}
