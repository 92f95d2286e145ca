//! How fast, how cheap and how current the mirror is on a site of 10,000 pages in 20 spaces.
//!
//! The import and *Sync now* are timed on the real components before a site that takes 150 ms for each answer. What
//! takes hours on a schedule is counted on a pushed clock: the same code, store and site, without the waiting.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use benches::hours::{Asked, Hours};
use benches::load::Client;
use benches::{Goal, Report, percentile};
use serde_json::{Value, json};
use stories::{Application, SERVICE_USER, Settings};

const PAGES: usize = 10_000;
const SPACES: usize = 20;
const LATENCY_MS: usize = 150;
const EDITS: usize = 20;
/// An import that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(360);
/// Clock ticks in a second, as Linux counts a process's time.
const CLOCK: f64 = 100.0;
/// For how long the idle site is watched, and the one on which things happen.
const DAY: f64 = 24.0 * 60.0;
/// Pages that are trashed, archived and restricted, so many of each.
const EVENTS: usize = 8;
/// Minutes between them: no multiple of the interval, so that they fall into every part of it.
const BETWEEN: f64 = 97.0;

fn main() -> anyhow::Result<()> {
    let mut report = Report::new("sync");
    println!("load average at the start: {}", load());
    on_the_components(&mut report)?;
    on_the_clock(&mut report)?;
    println!("load average at the end: {}", load());
    report.finish()?;
    Ok(())
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Real components, real time.
fn on_the_components(report: &mut Report) -> anyhow::Result<()> {
    let site = [("--synthetic", PAGES), ("--synthetic-spaces", SPACES), ("--latency-ms", LATENCY_MS)];
    let simulator = site.iter().flat_map(|(name, value)| [(*name).to_owned(), value.to_string()]).collect();
    let application = Application::start_with(Settings { simulator, ..Settings::default() });
    let mut admin = application.admin();
    application.consent(&mut admin, SERVICE_USER, "Accept");
    admin.tick("Generated help");
    application.site.control("DELETE", "requests", &Value::Null);
    let (begun, cpu) = (Instant::now(), processor_time(application.process())?);
    admin.press("Save and sync");
    let connection = admin.page().url.path().to_owned();
    while admin.open(&connection).text().contains("Sync in progress") {
        ensure!(begun.elapsed() < PATIENCE, "the import does not end:\n{}", admin.page().text());
        #[expect(clippy::disallowed_methods, reason = "a native program may wait")]
        std::thread::sleep(Duration::from_secs(1));
    }
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    let cpu = processor_time(application.process())? - cpu;
    let asked = Asked::of(&application.site.control("GET", "requests", &Value::Null));
    report.add("first import of 10,000 pages", minutes, "min", Goal::AtMost(5.0));
    report.beside("AskVault: 500 pages in 8 min");
    let each = asked.requests as f64 / (PAGES as f64 / 1e3);
    report.add("requests per 1,000 pages imported", each, "requests", Goal::AtMost(60.0));
    report.beside("sim, Airweave: 1,004");
    report.add(
        "points of the import (65,000 an hour are everybody's)",
        asked.points as f64,
        "points",
        Goal::None,
    );
    report.add(
        "processor time of the host for each page imported",
        cpu * 1e3 / PAGES as f64,
        "ms",
        Goal::AtMost(2.0),
    );

    let seconds = edits_to_visible(&application, &mut admin, &connection)?;
    report.add("20 edited pages, Sync now to visible in search", seconds, "s", Goal::AtMost(5.0));
    report.beside("sim Live: 5 min");

    let log = application.stop();
    for component in ["scheduled-sync", "convert"] {
        let peak =
            peak(&log, component).with_context(|| format!("the host tells no memory of {component}"))?;
        report.add(format!("memory of the largest instance of {component}"), peak, "MiB", Goal::AtMost(64.0));
    }
    Ok(())
}

/// Edits pages, presses *Sync now*, and searches as an employee until one page of results shows all the edits.
fn edits_to_visible(
    application: &Application,
    admin: &mut stories::Person,
    connection: &str,
) -> anyhow::Result<f64> {
    application.publish(admin, "How do I");
    let pages = application.site.control("GET", "pages", &Value::Null);
    let pages: Vec<&str> = pages
        .as_array()
        .context("a list of pages")?
        .iter()
        .filter(|page| page["space"].as_str().is_some_and(|key| key.starts_with("SYN")))
        .filter(|page| page["title"].as_str().is_some_and(|title| title.starts_with("How do I")))
        .filter_map(|page| page["id"].as_str())
        .step_by(PAGES / EDITS - SPACES)
        .take(EDITS)
        .collect();
    ensure!(pages.len() == EDITS, "{} pages to edit", pages.len());
    let words = |number: usize| format!("at desk {number:02}");
    for (number, page) in pages.iter().enumerate() {
        let body = format!("<p>Ask for the quokka {}.</p>", words(number));
        application.site.change_page(page, &json!({ "body": body }));
    }
    let employee = Client::employee(application)?;
    admin.open(connection);
    let begun = Instant::now();
    admin.press("Sync now");
    loop {
        let (status, body, _) = employee.get("/search?q=quokka")?;
        ensure!(status == 200, "the search answers {status}: {body}");
        if (0..EDITS).all(|number| body.contains(&words(number))) {
            break;
        }
        ensure!(begun.elapsed() < PATIENCE, "the edits do not arrive:\n{body}\n{}", application.log());
        #[expect(clippy::disallowed_methods, reason = "a native program may wait")]
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(begun.elapsed().as_secs_f64())
}

/// Seconds that a process has had of the processor.
fn processor_time(process: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold spaces; the fields after it are counted from 3.
    let fields: Vec<&str> = stat.rsplit_once(')').context("/proc/PID/stat")?.1.split_whitespace().collect();
    let ticks =
        |field: usize| -> anyhow::Result<f64> { Ok(fields.get(field - 3).context("a field")?.parse()?) };
    Ok((ticks(14)? + ticks(15)?) / CLOCK)
}

/// What the host said of a component's memory when it stopped, in MiB.
fn peak(log: &str, component: &str) -> Option<f64> {
    let line = format!("component {component}: its largest instance had ");
    let (_, rest) = log.rsplit_once(&line)?;
    Some(rest.split(' ').next()?.parse::<f64>().ok()? / 1024.0)
}

/// The same code on a clock that is pushed.
fn on_the_clock(report: &mut Report) -> anyhow::Result<()> {
    let hours = Hours::before(PAGES, SPACES)?;
    hours.settle()?;
    let held = hours.number("select count(*) as n from articles where source_state = 'current'")?;
    ensure!(usize::try_from(held)? == PAGES, "{held} articles instead of {PAGES}");
    hours.asked()?;
    idle(&hours, report)?;
    gone(&hours, report)
}

/// A day on which nothing happens.
fn idle(hours: &Hours, report: &mut Report) -> anyhow::Result<()> {
    let (begun, mut hour, mut by_hour, mut looks) =
        (hours.minute(), Asked::default(), Vec::new(), Vec::new());
    while hours.minute() < begun + DAY {
        hours.tick()?;
        let asked = hours.asked()?;
        if asked.requests > 0 {
            looks.push(asked.requests as f64);
        }
        hour = Asked { requests: hour.requests + asked.requests, points: hour.points + asked.points };
        if hours.minute() >= begun + (by_hour.len() + 1) as f64 * 60.0 {
            by_hour.push(std::mem::take(&mut hour).points as f64);
        }
    }
    let share = looks.iter().filter(|requests| **requests > 2.0).count() as f64 * 100.0 / looks.len() as f64;
    report.add(
        "a tick with nothing changed, median",
        percentile(&mut looks, 50.0),
        "requests",
        Goal::AtMost(2.0),
    );
    report.beside("Nango: 40, lists everything");
    report.add("ticks of that day that also list a space in turn", share, "%", Goal::None);
    let mean = by_hour.iter().sum::<f64>() / by_hour.len() as f64;
    report.add("points an hour when idle, mean of a day", mean, "points", Goal::AtMost(1_000.0));
    report.beside("listing every 15 min: 40,000");
    report.add(
        "points of the dearest hour of that day",
        percentile(&mut by_hour, 100.0),
        "points",
        Goal::None,
    );
    Ok(())
}

/// How a page goes out of sight.
struct Departure {
    name: &'static str,
    change: Value,
    /// Whether lists that show it are read all the time, as a busy Portal's are.
    is_listed: bool,
    goal: Goal,
    rival: &'static str,
}

fn departures() -> [Departure; 4] {
    let departure = |name, change, is_listed, goal, rival| Departure { name, change, is_listed, goal, rival };
    let restriction = || json!({"restriction": {"users": ["hana"]}});
    let goal = || Goal::AtMost(15.0);
    [
        departure(
            "trashed: to hidden",
            json!({"status": "trashed"}),
            false,
            goal(),
            "sim Live: 5 min; Dust: 2 h",
        ),
        departure("archived: to hidden", json!({"status": "archived"}), false, goal(), "sim Live: 5 min"),
        departure("restricted: to shown in no list", restriction(), true, goal(), "Onyx EE: 30 min"),
        departure("restricted: to hidden though nobody looks", restriction(), false, Goal::None, ""),
    ]
}

/// Pages are trashed, archived and restricted, one of each at a time.
fn gone(hours: &Hours, report: &mut Report) -> anyhow::Result<()> {
    let kinds = departures();
    let pages = hours.readable(EVENTS * kinds.len())?;
    ensure!(pages.len() == EVENTS * kinds.len(), "{} pages to take away", pages.len());
    let begun = hours.minute();
    let mut waiting: Vec<(usize, &str, f64)> = Vec::new();
    let mut minutes = vec![Vec::new(); kinds.len()];
    let mut next = 0;
    while next < EVENTS || !waiting.is_empty() {
        ensure!(hours.minute() < begun + 4.0 * DAY, "never hidden: {waiting:?}");
        if next < EVENTS && hours.minute() >= begun + next as f64 * BETWEEN {
            for (kind, departure) in kinds.iter().enumerate() {
                let page = &pages[next * kinds.len() + kind];
                if departure.is_listed {
                    hours.list(page)?;
                }
                hours.control("PATCH", &format!("/pages/{page}"), &departure.change)?;
                waiting.push((kind, page, hours.minute()));
            }
            next += 1;
        }
        hours.tick()?;
        let mut still = Vec::new();
        for (kind, page, since) in waiting {
            if kinds[kind].is_listed {
                hours.list(page)?;
            }
            if hours.is_hidden(page)? {
                minutes[kind].push(hours.minute() - since);
            } else {
                still.push((kind, page, since));
            }
        }
        waiting = still;
    }
    let points = hours.asked()?.points as f64 / ((hours.minute() - begun) / 60.0);
    for (departure, mut minutes) in kinds.into_iter().zip(minutes) {
        let worst = percentile(&mut minutes, 100.0);
        report.add(format!("a page is {}, worst of {EVENTS}", departure.name), worst, "min", departure.goal);
        if !departure.rival.is_empty() {
            report.beside(departure.rival);
        }
    }
    report.add("points an hour meanwhile", points, "points", Goal::None);
    Ok(())
}
