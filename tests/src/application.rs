use std::fs::File;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{Person, Site, wait_until};

/// What a story may set before the application starts.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Spin variables by their names in `spin.toml`, over the story's defaults.
    pub variables: Vec<(&'static str, String)>,
    /// Further arguments of the simulator.
    pub simulator: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        // Runs that a story does not ask for would blur what it shows, so the schedule rests unless asked.
        Self { variables: vec![("sync_interval_seconds", "86400".into())], simulator: Vec::new() }
    }
}

impl Settings {
    /// Sets a Spin variable.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }
}

/// The application under test, with the simulated Confluence that it is connected to.
pub struct Application {
    pub url: String,
    pub site: Site,
    process: Child,
    settings: Settings,
    state: tempfile::TempDir,
}

impl Application {
    /// Starts the simulator and the application, each on a free port, with an empty state.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(Settings::default())
    }

    #[must_use]
    pub fn start_with(settings: Settings) -> Self {
        let state = tempfile::tempdir().expect("a directory for the application's state");
        let url = format!("http://127.0.0.1:{}", free_port());
        let site = Site::start(&url, &settings.simulator);
        let process = launch(&url, &site.url, &settings, state.path());
        let application = Self { url, site, process, settings, state };
        application.wait_until_it_serves();
        application
    }

    /// Kills the application where it stands, as a power cut would, and starts it on the same state.
    pub fn kill_and_start_again(&mut self) {
        self.process.kill().expect("the application was running");
        self.process.wait().expect("a killed process ends");
        self.process = launch(&self.url, &self.site.url, &self.settings, self.state.path());
        self.wait_until_it_serves();
    }

    /// The number of the application's process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Stops the application as an operator does (SIGTERM), and gives all that it wrote to its log.
    #[must_use]
    pub fn stop(mut self) -> String {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("`kill` is there");
        assert!(sent.success(), "the application had ended before: {}", self.log());
        self.process.wait().expect("a stopped process ends");
        self.log()
    }

    /// Somebody with a browser of their own who has not signed in.
    #[must_use]
    pub fn visitor(&self) -> Person {
        Person::new(&self.url)
    }

    /// Ada, an admin, signed in through the identity provider.
    #[must_use]
    pub fn admin(&self) -> Person {
        self.signed_in_as("Ada")
    }

    /// Alex, an agent.
    #[must_use]
    pub fn agent(&self) -> Person {
        self.signed_in_as("Alex")
    }

    /// Mia, an employee.
    #[must_use]
    pub fn employee(&self) -> Person {
        self.signed_in_as("Mia")
    }

    /// Hana, an employee of the security team.
    #[must_use]
    pub fn colleague(&self) -> Person {
        self.signed_in_as("Hana")
    }

    fn signed_in_as(&self, name: &str) -> Person {
        let mut person = self.visitor();
        person.open("/sign-in");
        person.click("Sign in");
        person.press(name);
        person
    }

    /// Everything that the application has written to its log so far.
    #[must_use]
    pub fn log(&self) -> String {
        read(&log_path(self.state.path()))
    }

    /// Where the application keeps its state.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    fn wait_until_it_serves(&self) {
        let log = log_path(self.state.path());
        wait_until(
            &format!("the application serves; its log is {}", log.display()),
            Duration::from_secs(120),
            || read(&log).contains("Serving http").then_some(()),
        );
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("---- the application's log ----\n{}", self.log());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch(url: &str, site: &str, settings: &Settings, state: &Path) -> Child {
    let listen = url.trim_start_matches("http://");
    let on_spin = std::env::var("HOST").is_ok_and(|host| host == "spin");
    let mut command = if on_spin { Command::new("spin") } else { Command::new(native_program("host")) };
    command.args(["up", "-f", "spin.toml", "--listen", listen, "--state-dir"]).arg(state).current_dir(root());
    let defaults = [
        ("public_url", url.to_owned()),
        ("session_key", "c2Vzc2lvbiBrZXkgZm9yIHRoZSBzdG9yaWVzIG9ubHk=".to_owned()),
        ("sealing_key", "c2VhbGluZyBrZXkgZm9yIHRoZSBzdG9yaWVzIG9ubHk=".to_owned()),
        ("confluence_client_id", "siit-confluence".to_owned()),
        ("confluence_client_secret", "simulated-client-secret".to_owned()),
        ("atlassian_auth_url", site.to_owned()),
        ("atlassian_api_url", site.to_owned()),
        ("confluence_sites", site.to_owned()),
        ("atlassian_media_url", site.to_owned()),
        ("oidc_issuer", format!("{site}/oidc")),
        ("oidc_origin", site.to_owned()),
        ("oidc_client_id", "siit-portal".to_owned()),
        ("oidc_client_secret", "simulated-oidc-secret".to_owned()),
    ];
    for (name, value) in defaults.iter().chain(&settings.variables) {
        command.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
    }
    let log = File::create(log_path(state)).expect("the log can be written");
    command.stdout(log.try_clone().expect("a second handle")).stderr(log).stdin(Stdio::null());
    command.spawn().unwrap_or_else(|error| panic!("{command:?} did not start: {error}; run `make build`"))
}

/// A program that `make build` made.
pub(crate) fn native_program(name: &str) -> PathBuf {
    root().join("target/native").join(name)
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is inside the project").to_owned()
}

fn log_path(state: &Path) -> PathBuf {
    state.join("application.log")
}

fn read(path: &Path) -> String {
    let mut text = Vec::new();
    if let Ok(mut file) = File::open(path) {
        file.read_to_end(&mut text).expect("the log can be read");
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
