//! The mirror's engine: it works on a schedule, and at once when an admin asks.

#![expect(unsafe_code, reason = "generated: the functions that a host calls")]
#![cfg_attr(
    target_family = "wasm",
    expect(unreachable_pub, reason = "generated: the functions that a host calls")
)]

mod bindings;
mod config;
mod converter;
mod cron;
mod routes;
#[cfg(test)]
mod tests;
mod worker;

use ports::World;
use ports::spin::{configuration, receive, respond};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::config::Config;
use crate::routes::Answer;
use crate::worker::SpinWorker;

/// Answers first and works afterwards, so that nobody waits for Confluence.
#[http_component]
async fn scheduled_sync(request: IncomingRequest, outparam: ResponseOutparam) {
    let request = match receive(request).await {
        Ok(request) => request,
        Err(refusal) => return respond(outparam, refusal).await,
    };
    let config = match Config::load(&configuration()) {
        Ok(config) => config,
        Err(error) => return respond(outparam, routes::failed(&error)).await,
    };
    let worker = match SpinWorker::open() {
        Ok(worker) => worker,
        Err(error) => return respond(outparam, routes::failed(&error)).await,
    };
    let Answer { response, work_on } = routes::handle(&worker, &config.settings, &request).await;
    respond(outparam, response).await;
    if let Some(connection) = work_on
        && let Err(error) = mirror::work_on(&worker, &config.settings, connection).await
    {
        eprintln!("scheduled-sync: the run of connection {connection} stopped: {error}");
    }
}

/// One tick of the schedule.
async fn tick() -> Result<(), String> {
    let config = Config::load(&configuration()).map_err(|error| error.to_string())?;
    let worker = SpinWorker::open().map_err(|error| error.to_string())?;
    knowledge::migrations::apply(worker.database()).map_err(|error| error.to_string())?;
    let worked = mirror::tick(&worker, &config.settings).await.map_err(|error| error.to_string())?;
    if worked.runs > 0 {
        println!("scheduled-sync: {} steps of {} runs", worked.steps, worked.runs);
    }
    Ok(())
}
