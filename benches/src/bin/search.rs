//! How many search pages the Portal serves at 1,000 articles, on the real components.
//!
//! The articles are put into the application's SQLite file while it runs, as a sync would write them
//! (`knowledge::samples`); the person who searches signs in through the simulated identity provider.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use benches::load::{Client, at_a_time, one_by_one};
use benches::shelf::{self, Words};
use benches::{Goal, Report, percentile};
use knowledge::Library;
use knowledge::samples::shelve;
use ports::native::Sqlite;
use retrieval::{Search, search};
use stories::Application;
use url::form_urlencoded::byte_serialize;

const ARTICLES: usize = 1_000;
const CONNECTIONS: usize = 4;
const DURATION: Duration = Duration::from_secs(10);

fn main() -> anyhow::Result<()> {
    let application = Application::start();
    let client = Client::employee(&application)?;
    // The first page applies the schema.
    client.get("/")?;
    let database = Sqlite::file(&application.state().join("sqlite_db.db"))?;
    for samples in shelf::articles(ARTICLES, Words::Natural).chunks(250) {
        shelve(&database, samples)?;
    }
    let (_, body, _) = client.get("/api/search?q=vpn")?;
    let found: serde_json::Value = serde_json::from_str(&body).context("/api/search answers JSON")?;
    ensure!(found["total"].as_i64() > Some(10), "the articles are not found: {body}");

    let questions = shelf::questions();
    let addresses = |path: &str| -> Vec<String> {
        questions
            .iter()
            .map(|question| format!("{path}{}", byte_serialize(question.as_bytes()).collect::<String>()))
            .collect()
    };
    let mut report = Report::new("search");
    let visitor = Client::visitor(&application.url);
    let routes = [
        ("search page", &client, addresses("/search?q="), 200, Goal::AtMost(50.0), Goal::AtLeast(100.0)),
        ("answer page", &client, addresses("/ask?q="), 200, Goal::AtMost(50.0), Goal::None),
        ("JSON search", &client, addresses("/api/search?q="), 200, Goal::AtMost(50.0), Goal::None),
        ("suggestions", &client, addresses("/api/suggest?q="), 200, Goal::AtMost(25.0), Goal::None),
        // The same host and component with no database: what is left when search costs nothing.
        (
            "redirect, no database",
            &visitor,
            vec!["/".to_owned(); questions.len()],
            303,
            Goal::None,
            Goal::None,
        ),
    ];
    for (name, client, paths, expected, latency, throughput) in routes {
        one_by_one(client, &paths[..20], expected)?;
        let mut times = one_by_one(client, &paths, expected)?;
        report.add(format!("{name}: median, one connection"), percentile(&mut times, 50.0), "ms", Goal::None);
        report.add(format!("{name}: 95th percentile"), percentile(&mut times, 95.0), "ms", latency);
        let rate = at_a_time(client, &paths, expected, CONNECTIONS, DURATION)?;
        report.add(format!("{name}: {CONNECTIONS} connections"), rate, "requests/s", throughput);
    }
    let mut times = Vec::new();
    for text in &questions {
        let started = Instant::now();
        search(&Library::public(&database), &Search { text, category: None, limit: 20, offset: 0 })?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    report.add("the same search in this process: median", percentile(&mut times, 50.0), "ms", Goal::None);
    report.add(
        "the same search in this process: 95th percentile",
        percentile(&mut times, 95.0),
        "ms",
        Goal::None,
    );
    report.finish()?;
    Ok(())
}
