//! How long the application takes to its first answer.
//!
//! Each request gets a fresh instance of its component, so «a request» below is a cold start of it.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use benches::load::{Client, one_by_one};
use benches::{Goal, Report, percentile, root};

const STARTS: usize = 5;
const REQUESTS: usize = 500;

fn main() -> anyhow::Result<()> {
    let mut report = Report::new("start");
    let state = tempfile::tempdir()?;
    let cache = tempfile::tempdir()?;
    let first = Running::start(state.path(), cache.path())?;
    report.add("first start, nothing compiled: to the first answer", first.seconds, "s", Goal::None);
    drop(first);
    let mut seconds = Vec::new();
    for _ in 0..STARTS {
        seconds.push(Running::start(state.path(), cache.path())?.seconds);
    }
    report.add(
        "later start: to the first answer, median",
        percentile(&mut seconds, 50.0),
        "s",
        Goal::AtMost(5.0),
    );

    let running = Running::start(state.path(), cache.path())?;
    let visitor = Client::visitor(&running.url);
    let (_, _, time) = visitor.get("/")?;
    report.add("first request after the start", time, "ms", Goal::AtMost(100.0));
    let mut times = one_by_one(&visitor, &vec!["/".to_owned(); REQUESTS], 303)?;
    report.add(
        "a request on a fresh instance, median",
        percentile(&mut times, 50.0),
        "ms",
        Goal::AtMost(5.0),
    );
    report.add(
        "a request on a fresh instance, 95th percentile",
        percentile(&mut times, 95.0),
        "ms",
        Goal::None,
    );
    report.finish()?;
    Ok(())
}

/// The application alone: a visitor is sent to sign in, which needs nobody else.
struct Running {
    process: Child,
    url: String,
    seconds: f64,
}

impl Running {
    /// Starts the application and waits for its first answer.
    fn start(state: &Path, cache: &Path) -> anyhow::Result<Self> {
        let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let url = format!("http://{listen}");
        let on_spin = std::env::var("HOST").is_ok_and(|host| host == "spin");
        let mut command =
            Command::new(if on_spin { "spin".into() } else { root().join("target/native/host") });
        command
            .args(["up", "-f", "spin.toml", "--listen", &listen, "--state-dir"])
            .arg(state)
            .current_dir(root());
        // The host keeps compiled code in the user's cache folder.
        command.env("XDG_CACHE_HOME", cache).env("SPIN_VARIABLE_PUBLIC_URL", &url);
        for name in ["SESSION_KEY", "SEALING_KEY"] {
            command.env(format!("SPIN_VARIABLE_{name}"), "YSBrZXkgZm9yIHRoZSBiZW5jaCBhbmQgbm8gbW9yZSE=");
        }
        for name in ["OIDC_ISSUER", "OIDC_ORIGIN", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] {
            command.env(format!("SPIN_VARIABLE_{name}"), "https://nobody.invalid");
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let process =
            command.spawn().with_context(|| format!("{command:?} did not start; run `make build`"))?;
        let mut running = Self { process, url, seconds: 0.0 };
        let visitor = Client::visitor(&running.url);
        while visitor.get("/").is_err() {
            if let Some(status) = running.process.try_wait()? {
                bail!("the application ended while starting: {status}");
            }
            if started.elapsed() > Duration::from_secs(120) {
                bail!("the application gave no answer within two minutes");
            }
            #[expect(clippy::disallowed_methods, reason = "a native program may wait")]
            std::thread::sleep(Duration::from_millis(2));
        }
        running.seconds = started.elapsed().as_secs_f64();
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
