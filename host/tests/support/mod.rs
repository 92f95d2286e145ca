//! Starts the host on the application in `guests/`, in a folder of its own and on a port of its own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A folder that is removed when the test ends.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("host-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `host up` with the given options.
pub(crate) fn up(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host"));
    command.arg("up").args(options).stdin(Stdio::null());
    command
}

/// The guests' application, running.
pub(crate) struct App {
    pub(crate) folder: Folder,
    options: Vec<String>,
    address: SocketAddr,
    child: Child,
}

impl App {
    /// `None`, with a word on why, where components cannot be built.
    pub(crate) fn start(name: &str, options: &[&str]) -> Option<Self> {
        let wasm = guests()?;
        let folder = Folder::new(name);
        std::fs::copy(sources().join("spin.toml"), folder.0.join("spin.toml")).unwrap();
        std::os::unix::fs::symlink(wasm, folder.0.join("wasm")).unwrap();
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let (child, address) = launch(&folder, &options);
        Some(Self { folder, options, address, child })
    }

    /// Stops the host as a terminal would, checks that it ends well, and starts it again.
    pub(crate) fn restart(&mut self) {
        let stopped = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{}", self.log());
        (self.child, self.address) = launch(&self.folder, &self.options);
    }

    pub(crate) fn get(&self, target: &str) -> (u16, String) {
        self.get_with(target, "")
    }

    /// The status and the body. HTTP/1.0, so that the body ends where the connection does.
    pub(crate) fn get_with(&self, target: &str, headers: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(stream, "GET {target} HTTP/1.0\r\nhost: app.example\r\n{headers}\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").expect("a response has a head");
        let status = head.split(' ').nth(1).expect("a head has a status").parse().unwrap();
        (status, body.to_owned())
    }

    /// All that the host has said so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.0.join("log")).unwrap()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn launch(folder: &Folder, options: &[String]) -> (Child, SocketAddr) {
    let said = folder.0.join("said");
    let log = std::fs::File::options().create(true).append(true).open(folder.0.join("log")).unwrap();
    let mut command = up(&["--listen", "127.0.0.1:0", "-f"]);
    command.arg(folder.0.join("spin.toml"));
    command.arg("--state-dir").arg(folder.0.join("state"));
    command.arg("--cache-dir").arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("host-cache"));
    command.args(options).env("SPIN_VARIABLE_SECRET", "s3cret");
    let mut child = command.stdout(std::fs::File::create(&said).unwrap()).stderr(log).spawn().unwrap();
    let started = Instant::now();
    loop {
        let text = std::fs::read_to_string(&said).unwrap();
        if text.contains("Available Routes:") {
            let address = text.lines().find_map(|line| line.strip_prefix("Serving http://")).unwrap();
            return (child, address.parse().unwrap());
        }
        if started.elapsed() > Duration::from_secs(180) || child.try_wait().unwrap().is_some() {
            panic!("the host did not start: {}", std::fs::read_to_string(folder.0.join("log")).unwrap());
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests")
}

/// Builds the guests once; the folder that holds their Wasm.
fn guests() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        let library =
            Command::new("rustc").args(["--print", "target-libdir", "--target", "wasm32-wasip2"]).output();
        let library = String::from_utf8(library.ok()?.stdout).ok()?;
        if !Path::new(library.trim()).exists() {
            eprintln!("skipped: the target wasm32-wasip2 is not installed (`make setup`)");
            return None;
        }
        // The versions of the workspace, so that nothing is resolved or built twice.
        _ = std::fs::copy(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock"),
            sources().join("Cargo.lock"),
        );
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("target/tmp is in target");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--manifest-path"]);
        command.arg(sources().join("Cargo.toml")).arg("--target-dir").arg(target);
        assert!(command.status().unwrap().success(), "the guests do not build");
        Some(target.join("wasm32-wasip2/release"))
    };
    BUILT.get_or_init(build).as_deref()
}

/// Answers every request with `body`, for as long as the test runs.
pub(crate) fn server_that_answers(body: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            _ = stream.read(&mut head).unwrap();
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    address
}
