//! What search, answers and suggestions cost in the database, without a host or a component.
//!
//! As in the application, each question meets a connection of its own on a file.

use std::path::Path;
use std::time::Instant;

use answer::{Thresholds, answer};
use benches::shelf::{self, Words};
use benches::{Goal, Report, percentile};
use knowledge::samples::shelve;
use knowledge::{Library, migrations};
use ports::native::Sqlite;
use retrieval::{Search, search, suggest};

fn main() -> anyhow::Result<()> {
    let mut report = Report::new("queries");
    let folder = tempfile::tempdir()?;
    let corpora = [
        ("1,000 articles", 1_000, Words::Natural),
        ("1,000 articles of few words", 1_000, Words::Few),
        ("10,000 articles", 10_000, Words::Natural),
    ];
    for (name, articles, words) in corpora {
        let file = folder.path().join(format!("{articles}-{words:?}.db"));
        fill(&file, articles, words)?;
        // The worst case and the large site are measured to be known.
        let goal = |most| if name == "1,000 articles" { Goal::AtMost(most) } else { Goal::None };
        let mut measure = |what: &str, goal, mut times: Vec<f64>| {
            report.add(format!("{name}: {what}, median"), percentile(&mut times, 50.0), "ms", Goal::None);
            report.add(format!("{name}: {what}, 95th percentile"), percentile(&mut times, 95.0), "ms", goal);
        };
        let questions = shelf::questions();
        let times = times(&file, &questions, |database, text| {
            search(&Library::public(database), &Search { text, category: None, limit: 10, offset: 0 })?;
            Ok(())
        })?;
        measure("search", goal(10.0), times);
        let times = self::times(&file, &questions, |database, text| {
            answer(&Library::public(database), text, &Thresholds::default())?;
            Ok(())
        })?;
        measure("answer", goal(15.0), times);
        let times = self::times(&file, &shelf::beginnings(), |database, text| {
            suggest(&Library::public(database), text, 6)?;
            Ok(())
        })?;
        measure("suggestions", goal(10.0), times);
    }
    report.finish()?;
    Ok(())
}

fn fill(file: &Path, articles: usize, words: Words) -> anyhow::Result<()> {
    let database = Sqlite::file(file)?;
    migrations::apply(&database)?;
    for samples in shelf::articles(articles, words).chunks(250) {
        shelve(&database, samples)?;
    }
    Ok(())
}

/// The milliseconds that each of these texts takes on a connection of its own.
fn times(
    file: &Path,
    texts: &[String],
    ask: impl Fn(&Sqlite, &str) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<f64>> {
    texts
        .iter()
        .map(|text| {
            let database = Sqlite::file(file)?;
            let started = Instant::now();
            ask(&database, text)?;
            Ok(started.elapsed().as_secs_f64() * 1e3)
        })
        .collect()
}
