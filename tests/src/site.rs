use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::application::native_program;

/// The simulated Confluence, and what a story does to it behind the application's back.
pub struct Site {
    pub url: String,
    process: Child,
    agent: ureq::Agent,
}

impl Site {
    pub(crate) fn start(application: &str, arguments: &[String]) -> Self {
        let mut command = Command::new(native_program("simulator"));
        command.args(["--listen", "127.0.0.1:0", "--app-url", application]).args(arguments);
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} did not start: {error}; run `make build`"));
        let mut output = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        let url = loop {
            line.clear();
            let read = output.read_line(&mut line).expect("the simulator speaks UTF-8");
            assert!(read > 0, "the simulator ended before it said its address");
            if let Some((_, url)) = line.split_once("Simulated Confluence: ") {
                break url.trim().to_owned();
            }
        };
        // Somebody must go on reading, or the simulator would stop at a full pipe.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self { url, process, agent: config.into() }
    }

    /// Calls the simulator's control interface and gives its answer.
    pub fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/control/{path}", self.url);
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(&url)
            .header("content-type", "application/json");
        // A body that nobody reads may cut the answer short.
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = request.body(body).expect("a valid request");
        let mut response = self.agent.run(request).unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        let text = response.body_mut().read_to_string().expect("text");
        assert!(response.status().is_success(), "{method} {url}: {} {text}", response.status());
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Adds a page at the root of a space and gives its id.
    pub fn add_page(&self, space: &str, title: &str, body: &str) -> String {
        let page = self.control("POST", "pages", &json!({"space": space, "title": title, "body": body}));
        page["id"].as_str().unwrap_or_else(|| panic!("no id in {page}")).to_owned()
    }

    /// Changes a page: `title`, `body`, `status`, `parentId`, `restriction`.
    pub fn change_page(&self, id: &str, change: &Value) {
        self.control("PATCH", &format!("pages/{id}"), change);
    }

    /// The requests that the application made to Atlassian, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        let answer = self.control("GET", "requests", &Value::Null);
        answer.as_array().or_else(|| answer["requests"].as_array()).cloned().unwrap_or_default()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
