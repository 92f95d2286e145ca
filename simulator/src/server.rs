//! The one port: all routes, and the process that serves them.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::options::Options;
use crate::state::Simulator;
use crate::{atlassian, control, faults, hand, oidc, request_log, v1, v2, wiki};

/// A simulated site that serves until this is dropped.
pub struct Running {
    /// The site's address, without a slash at the end.
    pub url: String,
    /// The address that it listens on.
    pub address: SocketAddr,
    simulator: Arc<Simulator>,
    server: JoinHandle<()>,
}

impl Running {
    /// Registers the callbacks of an application whose address was not known at the start.
    pub fn set_app_url(&self, url: &str) {
        self.simulator.set_app_url(url);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves a simulated site on `options.listen`; returns once it accepts connections.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("cannot listen on {}", options.listen))?;
    let address = listener.local_addr()?;
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let simulator = Arc::new(Simulator::new(options, &url)?);
    let routes = routes(Arc::clone(&simulator));
    let server = tokio::spawn(async move {
        // `serve` ends only with the task.
        let _ = axum::serve(listener, routes).await;
    });
    Ok(Running { url: simulator.url.clone(), address, simulator, server })
}

/// The routes of a simulated site at `url`, for tests that need no port.
pub fn router(options: Options, url: &str) -> anyhow::Result<Router> {
    Ok(routes(Arc::new(Simulator::new(options, url)?)))
}

fn routes(simulator: Arc<Simulator>) -> Router {
    Router::new()
        .merge(atlassian::routes())
        .merge(v2::routes())
        .merge(v1::routes())
        .merge(wiki::routes())
        .layer(from_fn_with_state(Arc::clone(&simulator), faults::inject))
        .layer(from_fn_with_state(Arc::clone(&simulator), request_log::record))
        .nest("/oidc", oidc::routes())
        .merge(hand::routes())
        .nest("/control", control::routes())
        .with_state(simulator)
}
