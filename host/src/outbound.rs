//! Outbound HTTP: where a component may send requests (`allowed_outbound_hosts`), and the sending.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use http_body_util::BodyExt;
use url::Url;
use wasmtime_wasi_http::p2::bindings::http::types::{DnsErrorPayload, ErrorCode};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use crate::chaining::{self, Services};
use crate::instance::Settings;
use crate::log;
use crate::variables::Variables;

/// How long each step of a request may take where the guest does not say, as in Spin.
const LONGEST_STEP: Duration = Duration::from_secs(600);

/// The destinations that one component may reach.
#[derive(Debug, Default)]
pub(crate) struct AllowedHosts(Vec<AllowedHost>);

/// One entry: `scheme://host[:port]`, each of which may be `*`; the host may begin with `*.`.
#[derive(Debug, PartialEq)]
struct AllowedHost {
    scheme: Option<String>,
    host: Host,
    port: Option<u16>,
}

#[derive(Debug, PartialEq)]
enum Host {
    Any,
    /// Holds the suffix with its leading dot, so that `*.example.com` does not allow `example.com` itself.
    AnySubdomain(String),
    Exact(String),
}

impl AllowedHosts {
    pub(crate) fn parse(entries: &[String], variables: &Variables) -> Result<Self> {
        let parse = |entry: &String| {
            let expanded = variables.expand(entry)?;
            AllowedHost::parse(&expanded)
        };
        let hosts = entries
            .iter()
            .map(|entry| parse(entry).with_context(|| format!("allowed_outbound_hosts entry {entry:?}")));
        hosts.collect::<Result<_>>().map(Self)
    }

    fn allow(&self, url: &Url) -> bool {
        self.0.iter().any(|allowed| allowed.allows(url))
    }
}

impl AllowedHost {
    fn parse(entry: &str) -> Result<Self> {
        let Some((scheme, rest)) = entry.trim().split_once("://") else {
            bail!(
                "{entry:?} has no scheme; write it as scheme://host[:port], for example https://example.com"
            );
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if !path.is_empty() {
            bail!("{entry:?} has a path; allow the host alone: {scheme}://{authority}");
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port),
            None => (authority, ""),
        };
        let scheme = match scheme {
            "*" => None,
            "http" | "https" => Some(scheme.to_owned()),
            _ => bail!("{entry:?} has the scheme {scheme:?}; this host knows http, https and *"),
        };
        let port = match (port, scheme.as_deref()) {
            ("*", _) => None,
            ("", Some("http")) => Some(80),
            ("", Some(_)) => Some(443),
            ("", None) => bail!("{entry:?} names no port, and the scheme * has no default; add :* or a port"),
            (port, _) => Some(port.parse().with_context(|| format!("port {port:?} is not a number"))?),
        };
        let host = match host.strip_prefix("*.") {
            _ if host == "*" => Host::Any,
            _ if host.is_empty() => bail!("{entry:?} names no host; is a variable in it empty?"),
            _ if matches!(host, "self" | "self.alt") => {
                bail!(
                    "{entry:?} is a call to the application itself, which this host does not offer; name the component: http://COMPONENT{}",
                    chaining::SUFFIX
                )
            }
            _ if host.ends_with(chaining::SUFFIX)
                && (scheme.as_deref(), port) != (Some("http"), Some(80)) =>
            {
                bail!("{entry:?} is a call to another component, which is plain HTTP: write http://{host}")
            }
            Some(domain) if !domain.contains('*') => Host::AnySubdomain(format!(".{domain}")),
            None if !host.contains('*') => Host::Exact(host.to_owned()),
            _ => bail!("{entry:?} has a wildcard that is not the first label of the host"),
        };
        Ok(Self { scheme, host, port })
    }

    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let scheme_matches = self.scheme.as_ref().is_none_or(|scheme| scheme == url.scheme());
        let port_matches = self.port.is_none_or(|port| url.port_or_known_default() == Some(port));
        let host_matches = match &self.host {
            Host::Any => true,
            Host::AnySubdomain(suffix) => host.ends_with(suffix.as_str()),
            Host::Exact(exact) => exact == host,
        };
        scheme_matches && port_matches && host_matches
    }
}

/// Sends a component's requests, if they are allowed.
pub(crate) struct Outbound {
    pub(crate) component: Arc<Settings>,
}

type Sent = std::result::Result<
    (http::Response<WasiBody>, Box<dyn Future<Output = std::result::Result<(), Error>> + Send>),
    Error,
>;

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = std::result::Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        if let Err(denied) = self.check(request.uri()) {
            return Box::new(std::future::ready(Err(denied)));
        }
        let host = request.uri().host().unwrap_or_default();
        if let Some(component) = Services::named(host).map(str::to_owned) {
            let services = self.component.services.clone();
            return Box::new(chained(services, component, request, options));
        }
        Box::new(send(request, options))
    }

    fn p2_error_from_connect(&mut self, error: &std::io::Error) -> ErrorCode {
        log::component(&self.component.id, &format!("outbound request failed to connect: {error}"));
        // A failed name look-up reaches us as an error without an operating system's code.
        match error.raw_os_error() {
            Some(_) => ErrorCode::ConnectionRefused,
            None => ErrorCode::DnsError(DnsErrorPayload { rcode: Some(error.to_string()), info_code: None }),
        }
    }

    fn p2_error_from_tls(&mut self, error: &std::io::Error) -> ErrorCode {
        log::component(&self.component.id, &format!("outbound request failed in TLS: {error}"));
        ErrorCode::TlsProtocolError
    }

    fn p2_error_from_hyper(&mut self, error: &hyper::Error) -> ErrorCode {
        log::component(&self.component.id, &format!("outbound request failed: {error}"));
        ErrorCode::HttpProtocolError
    }
}

impl Outbound {
    fn check(&self, uri: &http::Uri) -> std::result::Result<(), Error> {
        let url = Url::parse(&uri.to_string()).map_err(|_| Error::HttpRequestUriInvalid)?;
        if self.component.allowed_hosts.allow(&url) {
            return Ok(());
        }
        // Only the origin is logged: a path or a query may hold a secret.
        let origin = url.origin().ascii_serialization();
        log::component(
            &self.component.id,
            &format!(
                "a request to {origin} was denied; to allow it, add {origin:?} to allowed_outbound_hosts of [component.{}]",
                self.component.id
            ),
        );
        Err(Error::HttpRequestDenied)
    }
}

/// How long a response's head may take in all. The sending bounds each of its steps but the TLS handshake.
fn longest_wait(options: Option<RequestOptions>) -> Duration {
    let options = options.unwrap_or_default();
    let connect = options.connect_timeout.unwrap_or(LONGEST_STEP);
    let first_byte = options.first_byte_timeout.unwrap_or(LONGEST_STEP);
    connect.saturating_mul(2).saturating_add(first_byte)
}

async fn chained(
    services: Services,
    component: String,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Sent {
    let calling = services.call(&component, request);
    let answered = tokio::time::timeout(longest_wait(options), calling);
    let response = answered.await.map_err(|_| Error::ConnectionTimeout)??;
    Ok((response, Box::new(std::future::ready(Ok(()))) as _))
}

async fn send(request: http::Request<WasiBody>, options: Option<RequestOptions>) -> Sent {
    let sending = tokio::time::timeout(longest_wait(options), default_send_request(request, options));
    let (response, connection) = sending.await.map_err(|_| Error::ConnectionTimeout)??;
    Ok((response.map(BodyExt::boxed_unsync), Box::new(connection) as _))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_match_as_in_spin() {
        let cases = [
            ("https://api.atlassian.com", "https://api.atlassian.com/x?y", true),
            ("https://api.atlassian.com", "https://API.atlassian.com:443/", true),
            ("https://api.atlassian.com/", "https://api.atlassian.com/", true),
            ("https://api.atlassian.com", "http://api.atlassian.com/", false),
            ("https://api.atlassian.com", "https://api.atlassian.com:8443/", false),
            ("https://api.atlassian.com", "https://api.atlassian.com.evil.example/", false),
            ("https://api.atlassian.com", "https://api.atlassian.com@evil.example/", false),
            ("https://*.atlassian.net", "https://acme.atlassian.net/wiki", true),
            ("https://*.atlassian.net", "https://a.b.atlassian.net/", true),
            ("https://*.atlassian.net", "https://atlassian.net/", false),
            ("https://*.atlassian.net", "https://evilatlassian.net/", false),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/token", true),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4001/token", false),
            ("http://127.0.0.1:4000", "http://localhost:4000/token", false),
            ("http://localhost:*", "http://localhost:9/", true),
            ("*://localhost:80", "http://localhost/", true),
            ("*://*:*", "https://anything.example:1/", true),
            ("http://sync.spin.internal", "http://sync.spin.internal/check", true),
            ("http://*.spin.internal", "http://sync.spin.internal/check", true),
            ("http://sync.spin.internal", "http://other.spin.internal/", false),
        ];
        for (rule, url, expected) in cases {
            let allowed = AllowedHosts::parse(&[rule.to_owned()], &Variables::default()).unwrap();
            assert_eq!(allowed.allow(&Url::parse(url).unwrap()), expected, "{rule} {url}");
        }
    }

    /// A server that accepts a connection and then says nothing must not outlast the guest's patience.
    #[tokio::test]
    async fn a_stalled_handshake_ends_in_a_timeout() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let patience = Some(Duration::from_millis(20));
        let options = RequestOptions {
            connect_timeout: patience,
            first_byte_timeout: patience,
            between_bytes_timeout: patience,
        };
        let uri = format!("https://{}/", silent.local_addr().unwrap());
        let body = http_body_util::Empty::new().map_err(|never| match never {}).boxed_unsync();
        let request = http::Request::get(uri).body(body).unwrap();
        _ = rustls::crypto::ring::default_provider().install_default();
        let sent = tokio::time::timeout(Duration::from_secs(5), send(request, Some(options))).await;
        assert!(matches!(sent, Ok(Err(Error::ConnectionTimeout))));
    }

    #[test]
    fn nothing_is_allowed_by_default() {
        assert!(!AllowedHosts::default().allow(&Url::parse("http://localhost/").unwrap()));
    }

    #[test]
    fn unclear_rules_are_refused() {
        let cases = [
            ("*", "no scheme"),
            ("api.atlassian.com", "no scheme"),
            ("https://", "no host"),
            ("https://example.com/path", "has a path"),
            ("https://example.com:web", "not a number"),
            ("https://a.*.com", "wildcard"),
            ("*://example.com", "no port"),
            ("redis://example.com:1", "redis"),
            ("https://self", "itself"),
            ("https://sync.spin.internal", "plain HTTP"),
            ("*://sync.spin.internal:80", "plain HTTP"),
        ];
        for (rule, expected) in cases {
            let error = AllowedHosts::parse(&[rule.to_owned()], &Variables::default()).unwrap_err();
            let message = format!("{error:#}");
            assert!(message.contains(expected), "{rule}: {message}");
        }
    }
}
