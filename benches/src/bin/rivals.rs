//! The converters that people install from PyPI and npm, on the same pages in the same run as ours.
//!
//! They are installed by name under `target/rivals`; one that cannot be installed is left out, and the table says so.
//! Ours is timed right before and right after each of them, so that a busy machine slows both.

/// The oracle's judge of what a word is.
#[path = "../../../crates/document/tests/judges/words.rs"]
mod judges;
#[path = "../../../crates/document/tests/oracle/mod.rs"]
#[allow(dead_code, reason = "the tests ask it for more")]
mod oracle;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use benches::{Goal, Report, best_of_batches, root};
use document::{Format, Options, Source, convert};
use oracle::Oracle;
use stories::corpus::{self, Body};

const TIMES_SLOWER: f64 = 30.0;

struct Rival {
    name: &'static str,
    /// What is installed, by name.
    package: &'static str,
    from: Registry,
    format: Format,
}

#[derive(Clone, Copy, PartialEq)]
enum Registry {
    PyPi,
    Npm,
}

const RIVALS: [Rival; 6] = [
    Rival { name: "markdownify", package: "markdownify", from: Registry::PyPi, format: Format::Storage },
    Rival { name: "html2text", package: "html2text", from: Registry::PyPi, format: Format::Storage },
    Rival { name: "cfxmark", package: "cfxmark", from: Registry::PyPi, format: Format::Storage },
    Rival { name: "mcp-atlassian", package: "mcp-atlassian", from: Registry::PyPi, format: Format::Storage },
    Rival {
        name: "adf-to-markdown",
        package: "adf-to-markdown",
        from: Registry::Npm,
        format: Format::AtlasDocFormat,
    },
    Rival {
        name: "@atlaskit/renderer",
        // Later versions need a package that is not published.
        package: "@atlaskit/renderer@123.2.1",
        from: Registry::Npm,
        format: Format::AtlasDocFormat,
    },
];

/// The pages of one format, and what they say by a second reading.
struct Pages {
    file: PathBuf,
    bodies: Vec<String>,
    oracles: Vec<Option<Oracle>>,
    megabytes: f64,
}

/// What one converter came to.
struct Outcome {
    seconds: f64,
    times_slower: f64,
    errors: u64,
    words_kept: f64,
    leaking: usize,
}

fn main() -> Result<()> {
    let place = root().join("target/rivals");
    fs::create_dir_all(&place)?;
    let (name, bodies) = match corpus::real_pages() {
        Some(bodies) => ("../shared/corpus", bodies),
        None => ("the suite's own pages, for there is no ../shared/corpus", corpus::own_cases()),
    };
    let storage = Pages::of(&bodies, Format::Storage, &place)?;
    let adf = Pages::of(&bodies, Format::AtlasDocFormat, &place)?;
    println!("{} pages of storage format and {} of ADF: {name}", storage.bodies.len(), adf.bodies.len());
    println!(
        "  {:<22} {:<7} {:>8} {:>9} {:>13} {:>7} {:>12} {:>15}",
        "", "reads", "seconds", "MB/s", "times slower", "errors", "words kept", "leak settings"
    );
    let mut report = Report::new("rivals");
    for (pages, format) in [(&storage, Format::Storage), (&adf, Format::AtlasDocFormat)] {
        let outcome = ours(pages, format)?;
        line("ours, all outputs", pages, format, &outcome);
        report.add(
            format!("ours on {}", word(format)),
            pages.megabytes / outcome.seconds,
            "MB/s",
            Goal::None,
        );
        for rival in RIVALS.iter().filter(|rival| rival.format == format) {
            match rival.run(pages, &place) {
                Ok(outcome) => {
                    line(rival.name, pages, format, &outcome);
                    let measure = |what: &str| format!("{}: {what}", rival.name);
                    let goal = Goal::AtLeast(TIMES_SLOWER);
                    report.add(measure("times slower than ours"), outcome.times_slower, "times", goal);
                    report.add(measure("speed"), pages.megabytes / outcome.seconds, "MB/s", Goal::None);
                    report.add(measure("words kept"), outcome.words_kept, "%", Goal::None);
                    report.add(
                        measure("documents that leak settings"),
                        outcome.leaking as f64,
                        "",
                        Goal::None,
                    );
                }
                Err(error) => println!("  {:<22} left out: {error:#}", rival.name),
            }
        }
    }
    println!(
        "Goal: each at least {TIMES_SLOWER} times slower than ours. Ours writes HTML, Markdown, plain text,"
    );
    println!(
        "passages and the report; the rivals one text each. Words kept: of the words that the page shows."
    );
    report.write()?;
    Ok(())
}

fn word(format: Format) -> &'static str {
    if format == Format::Storage { "storage" } else { "ADF" }
}

fn line(name: &str, pages: &Pages, format: Format, outcome: &Outcome) {
    let is_rival = RIVALS.iter().any(|rival| rival.name == name);
    let met = if is_rival && outcome.times_slower < TIMES_SLOWER { "  MISSED" } else { "" };
    println!(
        "  {name:<22} {:<7} {:>8.3} {:>9.3} {:>13.1} {:>7} {:>10.2} % {:>15}{met}",
        word(format),
        outcome.seconds,
        pages.megabytes / outcome.seconds,
        outcome.times_slower,
        outcome.errors,
        outcome.words_kept,
        outcome.leaking,
    );
}

impl Pages {
    fn of(bodies: &[Body], format: Format, place: &Path) -> Result<Self> {
        let wanted = match format {
            Format::Storage => stories::converter::Format::Storage,
            _ => stories::converter::Format::AtlasDocFormat,
        };
        let mut bodies: Vec<String> = bodies
            .iter()
            .filter(|body| body.format == wanted && body.is_well_formed)
            .map(|body| body.text.clone())
            .collect();
        bodies.sort();
        bodies.dedup();
        let file = place.join(format!("{}.json", word(format)));
        fs::write(&file, serde_json::to_string(&bodies)?)?;
        let oracles = bodies.iter().map(|body| match format {
            Format::Storage => Oracle::of_storage(body),
            _ => Oracle::of_adf(body),
        });
        let oracles = oracles.collect();
        let megabytes = bodies.iter().map(String::len).sum::<usize>() as f64 / 1e6;
        Ok(Self { file, bodies, oracles, megabytes })
    }

    /// The share of the words of the pages that came out, and how many pages gave away what is only a setting.
    fn judge(&self, outputs: &[Option<String>]) -> (f64, usize) {
        let (mut wanted, mut kept, mut leaking) = (0_u64, 0_u64, 0);
        for (oracle, output) in self.oracles.iter().zip(outputs) {
            let Some(oracle) = oracle else { continue };
            let mut have = judges::word_counts(output.as_deref().unwrap_or_default());
            leaking += usize::from(oracle.hidden.iter().any(|word| have.contains_key(word)));
            for word in judges::words(&oracle.body) {
                wanted += 1;
                if let Some(count) = have.get_mut(&word).filter(|count| **count > 0) {
                    *count -= 1;
                    kept += 1;
                }
            }
        }
        (100.0 * kept as f64 / wanted.max(1) as f64, leaking)
    }
}

/// The seconds that ours takes for all pages.
fn time_ours(pages: &Pages, format: Format) -> Result<f64> {
    let mut convert = |body: &String| {
        let _ = black_box(convert(&Source { format, body }, &Options::default()));
        Ok(())
    };
    let [seconds] = best_of_batches(&pages.bodies, 10, [&mut convert])?;
    Ok(seconds)
}

fn ours(pages: &Pages, format: Format) -> Result<Outcome> {
    let seconds = time_ours(pages, format)?;
    let made: Vec<_> = pages
        .bodies
        .iter()
        .map(|body| {
            convert(&Source { format, body }, &Options::default()).ok().map(|article| article.markdown)
        })
        .collect();
    let errors = made.iter().filter(|made| made.is_none()).count() as u64;
    let (words_kept, leaking) = pages.judge(&made);
    Ok(Outcome { seconds, times_slower: 1.0, errors, words_kept, leaking })
}

impl Rival {
    fn run(&self, pages: &Pages, place: &Path) -> Result<Outcome> {
        self.install(place)?;
        let scripts = root().join("benches/rivals");
        let outputs = place.join("outputs.json");
        let mut command = Command::new("timeout");
        command.arg("900");
        match self.from {
            Registry::PyPi => command.arg(place.join("python/bin/python")).arg(scripts.join("rival.py")),
            Registry::Npm => command.arg("node").arg(scripts.join("rival.mjs")),
        };
        command.arg(self.name).arg(&pages.file).arg(&outputs).current_dir(place);
        let before = time_ours(pages, self.format)?;
        let run = command.output().context("`timeout` did not start")?;
        let after = time_ours(pages, self.format)?;
        if !run.status.success() {
            bail!("it ended with {}: {}", run.status, last_line(&run.stderr));
        }
        let said: serde_json::Value = serde_json::from_slice(&run.stdout).context("its figures")?;
        let seconds = said["seconds"].as_f64().context("it gave no time")?;
        let errors = said["errors"].as_u64().context("it gave no number of errors")?;
        let made: Vec<Option<String>> = serde_json::from_str(&fs::read_to_string(&outputs)?)?;
        let (words_kept, leaking) = pages.judge(&made);
        Ok(Outcome { seconds, times_slower: seconds / before.min(after), errors, words_kept, leaking })
    }

    /// Installs the rival where it is not yet there. A registry out of reach is given up on quickly.
    fn install(&self, place: &Path) -> Result<()> {
        let done = place.join(format!("{}.installed", self.name.replace(['/', '@'], "")));
        if done.exists() {
            return Ok(());
        }
        let mut command = Command::new("timeout");
        command.arg("900").current_dir(place);
        match self.from {
            Registry::PyPi => {
                if !place.join("python/bin/python").exists() {
                    let made =
                        Command::new("python3").args(["-m", "venv", "python"]).current_dir(place).output();
                    let made = made.context("python3 did not start")?;
                    if !made.status.success() {
                        bail!("python3 made no virtual environment: {}", last_line(&made.stderr));
                    }
                }
                command.arg("python/bin/python").args(["-m", "pip", "install", "--quiet", "--timeout", "20"]);
                command.args(["--retries", "1", "--disable-pip-version-check", self.package]);
            }
            Registry::Npm => {
                // A package.json of its own, or npm would install into a folder above.
                let package = place.join("package.json");
                if !package.exists() {
                    fs::write(package, "{ \"private\": true }\n")?;
                }
                command.args(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]);
                command.args([
                    "--loglevel=error",
                    "--fetch-timeout=20000",
                    "--fetch-retries=1",
                    self.package,
                ]);
            }
        }
        let installed = command.output().context("`timeout` did not start")?;
        if !installed.status.success() {
            bail!("it could not be installed: {}", last_line(&installed.stderr));
        }
        fs::write(done, "")?;
        Ok(())
    }
}

fn last_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned()
}
