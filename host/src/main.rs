//! Runs the application's `spin.toml` on a machine where Spin is absent, as Spin would.

mod application;
mod bindings;
mod chaining;
mod cli;
mod composition;
mod cron_trigger;
mod engine;
mod http_trigger;
mod instance;
mod key_value;
mod log;
mod manifest;
mod outbound;
mod routes;
mod sqlite;
mod variables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::application::{Application, Loader};
use crate::cli::Options;
use crate::cron_trigger::Schedule;
use crate::engine::Calls;
use crate::http_trigger::Server;
use crate::manifest::Manifest;
use crate::variables::Variables;

/// How long running calls may take to finish after a signal to stop.
const GRACE: Duration = Duration::from_secs(8);

fn main() -> ExitCode {
    let environment = |name: &str| std::env::var(name).ok();
    let options = match Options::parse(lexopt::Parser::from_env(), environment) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", cli::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error:#}\n\n{}", cli::HELP);
            return ExitCode::from(2);
        }
    };
    match up(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn up(options: &Options) -> Result<()> {
    log::set_quiet(options.quiet);
    // Another package of a workspace build may bring rustls a second provider; then it would choose neither.
    _ = rustls::crypto::ring::default_provider().install_default();
    let manifest = Manifest::load(&options.manifest)?;
    let folder = options.manifest.parent().unwrap_or(Path::new(""));
    let variables =
        Variables::resolve(&manifest.variables, &options.variables, |name| std::env::var(name).ok())?;
    let state = options.state.clone().unwrap_or_else(|| folder.join(".spin"));
    std::fs::create_dir_all(&state)
        .with_context(|| format!("cannot create the state folder {}", state.display()))?;
    let cache = options.cache.clone().or_else(user_cache).unwrap_or_else(|| state.join("cache"));
    let engine = engine::engine(&cache, options.memory)?;
    let application = Application::load(&Loader {
        engine: &engine,
        manifest: &manifest,
        folder,
        state: &state,
        variables: &variables,
        memory: options.memory,
    })?;
    let calls = Calls::new(options.deadline);
    let server = Arc::new(Server::new(&manifest.trigger.http, &application, calls.clone())?);
    let schedules =
        manifest.trigger.cron.iter().map(|trigger| Schedule::new(trigger, &application, calls.clone()));
    let schedules = schedules.collect::<Result<Vec<_>>>()?;

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(run(options, server, schedules, calls));
    // What still runs after the grace period is abandoned.
    runtime.shutdown_timeout(Duration::from_millis(100));
    for (id, bytes) in application.peaks() {
        log::component(id, &format!("its largest instance had {} KiB of memory", bytes >> 10));
    }
    result
}

async fn run(options: &Options, server: Arc<Server>, schedules: Vec<Schedule>, calls: Calls) -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(options.listen).await.with_context(|| {
        format!("cannot listen on {}; stop what uses it, or choose another with --listen", options.listen)
    })?;
    server.announce(listener.local_addr()?);
    let schedules: Vec<_> = schedules.into_iter().map(|schedule| tokio::spawn(schedule.run())).collect();

    let stop = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        for schedule in schedules {
            schedule.abort();
        }
        log::host("stopping");
    };
    let connections = server.serve(listener, stop).await;
    let finished = async {
        connections.shutdown().await;
        calls.finish().await;
    };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        log::host(&format!("abandoned {} calls after {} s", calls.running(), GRACE.as_secs()));
    }
    Ok(())
}

/// Compiled code is the same for every application, so that a fresh state folder need not compile again.
fn user_cache() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    let cache = caches.join("spin-host");
    std::fs::create_dir_all(&cache).ok().map(|()| cache)
}
