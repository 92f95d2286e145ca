//! Requests to the running application, one after another and many at a time.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use stories::Application;
use ureq::Agent;
use url::Url;

/// A program's connection to the application, with the session of someone who signed in.
pub struct Client {
    agent: Agent,
    home: String,
    cookie: Option<String>,
}

impl Client {
    /// Somebody who has not signed in.
    #[must_use]
    pub fn visitor(home: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self { agent: config.into(), home: home.to_owned(), cookie: None }
    }

    /// Mia, an employee, signed in through the simulated identity provider.
    pub fn employee(application: &Application) -> anyhow::Result<Self> {
        let mut client = Self::visitor(&application.url);
        let authorise = client.location(&format!("{}/sign-in/start?next=/", application.url))?;
        let mut decision = authorise.join("/oidc/authorize/decision")?;
        let fields: Vec<(String, String)> =
            authorise.query_pairs().into_owned().chain([("person".into(), "mia".into())]).collect();
        decision.set_query(None);
        let answer = client.agent.post(decision.as_str()).send_form(fields)?;
        let callback =
            answer.headers().get("location").context("the identity provider sends nobody back")?.to_str()?;
        client.location(callback)?;
        let cookies = client.agent.cookie_jar_lock();
        let session = cookies
            .iter()
            .find(|cookie| cookie.name() == "session")
            .map(|cookie| format!("session={}", cookie.value()))
            .context("signing in gave no session")?;
        drop(cookies);
        client.cookie = Some(session);
        Ok(client)
    }

    /// The same person on a connection of their own.
    #[must_use]
    pub fn on_another_connection(&self) -> Self {
        Self { cookie: self.cookie.clone(), ..Self::visitor(&self.home) }
    }

    /// Gets a path, and gives the status, the body and the milliseconds that it took.
    pub fn get(&self, path: &str) -> anyhow::Result<(u16, String, f64)> {
        let started = Instant::now();
        let mut request = self.agent.get(format!("{}{path}", self.home));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let mut answer = request.call()?;
        let body = answer.body_mut().read_to_string()?;
        Ok((answer.status().as_u16(), body, started.elapsed().as_secs_f64() * 1e3))
    }

    fn location(&self, url: &str) -> anyhow::Result<Url> {
        let answer = self.agent.get(url).call()?;
        let location = answer.headers().get("location");
        let location = location.with_context(|| format!("{url} leads nowhere: {}", answer.status()))?;
        Ok(Url::parse(url)?.join(location.to_str()?)?)
    }
}

/// The milliseconds of each of these requests, one after another on one connection.
pub fn one_by_one(client: &Client, paths: &[String], expected: u16) -> anyhow::Result<Vec<f64>> {
    paths
        .iter()
        .map(|path| {
            let (status, body, time) = client.get(path)?;
            ensure!(status == expected, "{path} answers {status} where {expected} was expected: {body}");
            Ok(time)
        })
        .collect()
}

/// How many of these requests are answered in a second over some connections at a time.
pub fn at_a_time(
    client: &Client,
    paths: &[String],
    expected: u16,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<f64> {
    let failure = Mutex::new(None);
    let started = Instant::now();
    let deadline = started + duration;
    let answered: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|worker| {
                let (client, failure) = (client.on_another_connection(), &failure);
                scope.spawn(move || {
                    let mut answered = 0;
                    for path in paths.iter().cycle().skip(worker * paths.len() / connections) {
                        if Instant::now() >= deadline {
                            break;
                        }
                        match client.get(path) {
                            Ok((status, ..)) if status == expected => answered += 1,
                            other => {
                                let other = other.map(|(status, body, _)| format!("{status}: {body}"));
                                *failure.lock().expect("no worker panics") =
                                    Some(format!("{path}: {other:?}"));
                                break;
                            }
                        }
                    }
                    answered
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no worker panics")).sum()
    });
    let failure = failure.into_inner().expect("no worker panics");
    ensure!(failure.is_none(), "a request failed: {}", failure.unwrap_or_default());
    Ok(answered as f64 / started.elapsed().as_secs_f64())
}
