//! The HTTP trigger: a fresh instance of a component answers each request.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use wasmtime_wasi_http::WasiHttpView as _;
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

use crate::application::{Application, Callable};
use crate::engine::Calls;
use crate::instance::InstanceState;
use crate::log;
use crate::manifest::{HttpTrigger, RouteSpec};
use crate::routes::{Match, Routes};

/// Answers `OK` while the host runs, as in Spin.
const HEALTH: &str = "/.well-known/spin/health";
/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The routes of the application, and the components behind them.
pub(crate) struct Server {
    routes: Routes<Arc<Handler>>,
    calls: Calls,
}

/// Whose place among the calls at a time a call takes. Were a call to wait for one while its caller holds one, callers
/// could fill all places and wait for ever.
#[derive(Clone, Copy)]
enum Slot {
    Own,
    OfCaller,
}

/// A component that answers HTTP.
pub(crate) struct Handler {
    callable: Callable,
    proxy: ProxyPre<InstanceState>,
}

impl Server {
    pub(crate) fn new(triggers: &[HttpTrigger], application: &Application, calls: Calls) -> Result<Self> {
        let mut routes = Vec::new();
        let mut handlers: BTreeMap<String, Arc<Handler>> = BTreeMap::new();
        for trigger in triggers {
            let path = match &trigger.route {
                RouteSpec::Path(path) => Some(path.clone()),
                RouteSpec::Private { private } => {
                    // Spin's words.
                    ensure!(private, "route must be a string pattern or '{{ private = true }}'");
                    None
                }
            };
            if let Some(known) = handlers.get(&trigger.component) {
                routes.extend(path.map(|path| (path, known.clone())));
                continue;
            }
            let callable = application.component(&trigger.component).clone();
            let proxy =
                ProxyPre::new(callable.pre.clone()).map_err(anyhow::Error::from).with_context(|| {
                    format!("component `{}` has an HTTP trigger, but does not handle HTTP", trigger.component)
                })?;
            let handler = Arc::new(Handler { callable, proxy });
            handlers.insert(trigger.component.clone(), handler.clone());
            routes.extend(path.map(|path| (path, handler)));
        }
        application.services().publish(handlers, calls.clone());
        Ok(Self { routes: Routes::build(routes)?, calls })
    }

    /// Prints where the application is found, in Spin's words: scripts wait for these lines.
    pub(crate) fn announce(&self, address: SocketAddr) {
        println!("\nServing http://{address}");
        println!("Available Routes:");
        for route in self.routes.iter() {
            println!("  {}: http://{address}{}", route.target.callable.settings.id, route.shown());
        }
    }

    /// Accepts connections until `stop` resolves; returns those that are still open.
    pub(crate) async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> GracefulShutdown {
        let connections = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => return connections,
            };
            match accepted {
                Ok((stream, client)) => self.clone().connect(stream, client, &connections),
                Err(error) => {
                    log::host(&format!("cannot accept a connection: {error}"));
                    // Out of file descriptors, most likely: give others time to close theirs.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn connect(self: Arc<Self>, stream: TcpStream, client: SocketAddr, connections: &GracefulShutdown) {
        // Without this, Nagle's algorithm holds a body back until the client acknowledges its head.
        _ = stream.set_nodelay(true);
        let service = service_fn(move |request| {
            let server = self.clone();
            async move { Ok::<_, Infallible>(server.answer(request, client).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        // An error here is a client that went away or did not speak HTTP.
        tokio::spawn(connections.watch(connection));
    }

    async fn answer(&self, request: Request<Incoming>, client: SocketAddr) -> Response<HyperOutgoingBody> {
        let path = request.uri().path();
        if path == HEALTH {
            return Response::new(
                Full::new(Bytes::from_static(b"OK")).map_err(|never| match never {}).boxed_unsync(),
            );
        }
        let Some(found) = self.routes.find(path) else { return empty(StatusCode::NOT_FOUND) };
        match prepare(request, &found, client) {
            Ok(request) => found.route.target.call(request, &self.calls, Slot::Own).await,
            Err(error) => {
                log::host(&format!("refused a request of {client}: {error:#}"));
                empty(StatusCode::BAD_REQUEST)
            }
        }
    }
}

impl Handler {
    /// Answers another component's call, which has a slot already.
    pub(crate) async fn answer_chained(
        &self,
        calls: &Calls,
        mut request: Request<HyperOutgoingBody>,
    ) -> Response<HyperOutgoingBody> {
        let uri = request.uri();
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let url = format!("http://{}{}{path}", self.callable.settings.id, crate::chaining::SUFFIX);
        let headers = [
            ("spin-path-info", uri.path().to_owned()),
            ("spin-full-url", url),
            ("spin-matched-route", "/...".to_owned()),
            ("spin-base-path", "/".to_owned()),
            ("spin-raw-component-route", "/...".to_owned()),
            ("spin-component-route", String::new()),
            ("spin-client-addr", "127.0.0.1:0".to_owned()),
        ];
        remove_spin_headers(request.headers_mut());
        for (name, value) in headers {
            // A path is ASCII, so this cannot fail.
            if let Ok(value) = HeaderValue::from_str(&value) {
                request.headers_mut().insert(name, value);
            }
        }
        self.call(request, calls, Slot::OfCaller).await
    }

    /// The response goes out when the guest sets it; the guest may go on until its deadline.
    async fn call<B>(&self, request: Request<B>, calls: &Calls, slot: Slot) -> Response<HyperOutgoingBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<wasmtime_wasi_http::Error>,
    {
        let id = self.callable.settings.id.clone();
        let line = format!("{} {}", request.method(), request.uri().path());
        let (sender, receiver) = oneshot::channel();
        let mut store = self.callable.store();
        let proxy = self.proxy.clone();
        let call = async move {
            let mut http = store.data_mut().http();
            let request = http.new_incoming_request(Scheme::Http, request)?;
            let response = http.new_response_outparam(sender)?;
            let instance = proxy.instantiate_async(&mut store).await?;
            let done = instance.wasi_http_incoming_handler().call_handle(&mut store, request, response).await;
            done.map_err(|error| store.data().memory.explain(error))
        };
        let calls = calls.clone();
        let task = tokio::spawn(async move {
            let done = match slot {
                Slot::Own => calls.run(call).await,
                Slot::OfCaller => calls.run_within(call).await,
            };
            if let Err(error) = &done {
                log::component(&id, &format!("{line}: {error:#}"));
            }
            (id, line, done.is_ok())
        });
        match receiver.await {
            Ok(Ok(response)) => return response,
            Ok(Err(code)) => {
                // The task logs by itself how the call ended; this is what the guest gave in place of a response.
                log::component(&self.callable.settings.id, &format!("failed to produce a response: {code}"));
            }
            Err(_) => {
                if let Ok((id, line, true)) = task.await {
                    log::component(&id, &format!("{line}: returned without a response"));
                }
            }
        }
        empty(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Gives a request the form in which Spin hands it to a guest: an absolute URI and the `spin-*` headers.
fn prepare(
    request: Request<Incoming>,
    found: &Match<'_, Arc<Handler>>,
    client: SocketAddr,
) -> Result<Request<Incoming>> {
    let (mut parts, body) = request.into_parts();
    let host = match (parts.headers.get(HOST), parts.uri.authority()) {
        (Some(host), Some(authority)) if host != authority.as_str() => {
            anyhow::bail!("its Host header and its request line name two hosts")
        }
        (Some(host), _) => host.to_str().context("its Host header is not text")?.to_owned(),
        (None, Some(authority)) => authority.to_string(),
        (None, None) => anyhow::bail!("it has no Host header"),
    };
    let mut uri = parts.uri.into_parts();
    let path_and_query = uri.path_and_query.clone().context("it has no path")?;
    uri.scheme = Some(http::uri::Scheme::HTTP);
    uri.authority = Some(host.parse().context("its Host header is not a host")?);
    parts.uri = Uri::from_parts(uri)?;

    remove_spin_headers(&mut parts.headers);
    let pattern = &found.route.pattern;
    let mut set = |name: &str, value: &str| -> Result<()> {
        parts.headers.insert(HeaderName::try_from(name)?, HeaderValue::from_str(value)?);
        Ok(())
    };
    set("spin-path-info", &found.path_info)?;
    set("spin-full-url", &format!("http://{host}{path_and_query}"))?;
    set("spin-matched-route", pattern.strip_suffix('/').unwrap_or(pattern))?;
    set("spin-base-path", "/")?;
    set("spin-raw-component-route", pattern)?;
    set("spin-component-route", found.route.prefix())?;
    set("spin-client-addr", &client.to_string())?;
    for (name, value) in &found.named {
        set(&format!("spin-path-match-{}", name.to_ascii_lowercase().replace('_', "-")), value)?;
    }
    Ok(Request::from_parts(parts, body))
}

/// A guest trusts these headers, so a client must not be able to send them.
fn remove_spin_headers(headers: &mut HeaderMap) {
    let sent: Vec<_> = headers.keys().filter(|name| name.as_str().starts_with("spin-")).cloned().collect();
    for name in sent {
        headers.remove(name);
    }
}

fn empty(status: StatusCode) -> Response<HyperOutgoingBody> {
    let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response
}
