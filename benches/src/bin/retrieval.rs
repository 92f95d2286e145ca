//! How well search ranks and how well an answer knows when to be silent, on public question sets.
//!
//! The sets lie beside the repository in `../shared/ir` and are no part of it; without them there is
//! nothing to measure, and this says so.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Instant;

use answer::{Outcome, Thresholds, answer};
use anyhow::Context;
use benches::{Goal, Report, percentile, root};
use knowledge::samples::{Sample, shelve};
use knowledge::{Library, migrations};
use ports::native::Sqlite;
use ports::{Database, Value};
use retrieval::{Search, search};
use serde_json::Value as Json;

/// Words to a passage, as the conversion cuts them.
const PASSAGE: usize = 200;

fn main() -> anyhow::Result<()> {
    let sets = root().join("../shared/ir");
    if !sets.exists() {
        println!("no question sets at {}: nothing is measured", sets.display());
        return Ok(());
    }
    let mut report = Report::new("retrieval");
    // The figures of plain FTS5 with the weights 4, 2, 1 on the same sets.
    for (name, plain) in [("stackfaq", 0.837), ("mtragun", 0.787), ("cranfield", 0.392)] {
        let set = Set::read(&sets.join(name)).with_context(|| format!("the question set {name}"))?;
        ranking(&mut report, name, &set, plain)?;
        if name != "cranfield" {
            silence(&mut report, name, &set)?;
        }
    }
    report.finish()?;
    Ok(())
}

/// A question set: documents, questions, and which document is right for which question.
struct Set {
    documents: Vec<Sample>,
    questions: Vec<(String, String, bool)>,
    right: HashMap<String, HashSet<String>>,
}

impl Set {
    fn read(folder: &Path) -> anyhow::Result<Self> {
        let text = |row: &Json, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let documents = lines(&folder.join("corpus.jsonl"))?
            .iter()
            .map(|row| {
                document(&text(row, "id"), &text(row, "title"), &text(row, "headings"), &text(row, "body"))
            })
            .collect();
        let questions = lines(&folder.join("queries.jsonl"))?
            .iter()
            .map(|row| (text(row, "id"), text(row, "text"), row["unanswerable"] == true))
            .collect();
        let mut right: HashMap<String, HashSet<String>> = HashMap::new();
        for line in std::fs::read_to_string(folder.join("qrels.tsv"))?.lines().skip(1) {
            let mut cells = line.split('\t');
            if let (Some(question), Some(document), Some(score)) = (cells.next(), cells.next(), cells.next())
                && score != "0"
            {
                right.entry(question.to_owned()).or_default().insert(document.to_owned());
            }
        }
        Ok(Self { documents, questions, right })
    }

    fn store(&self) -> anyhow::Result<Sqlite> {
        let database = Sqlite::in_memory()?;
        migrations::apply(&database)?;
        for documents in self.documents.chunks(500) {
            shelve(&database, documents)?;
        }
        database.execute("create index wanted on articles (page_id)", &[])?;
        Ok(database)
    }
}

fn lines(file: &Path) -> anyhow::Result<Vec<Json>> {
    std::fs::read_to_string(file)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn document(id: &str, title: &str, headings: &str, body: &str) -> Sample {
    let mut sample = Sample::new(id, title, "");
    let words: Vec<&str> = body.split(' ').collect();
    sample.sections = words
        .chunks(PASSAGE)
        .enumerate()
        .map(|(index, words)| {
            let heading = if index == 0 { headings } else { "" };
            (heading.to_owned(), String::new(), words.join(" "))
        })
        .collect();
    sample
}

fn ranking(report: &mut Report, name: &str, set: &Set, plain: f64) -> anyhow::Result<()> {
    let database = set.store()?;
    let (mut gains, mut firsts, mut times) = (Vec::new(), 0.0, Vec::new());
    for (question, text, _) in &set.questions {
        let Some(right) = set.right.get(question) else { continue };
        let started = Instant::now();
        let results =
            search(&Library::public(&database), &Search { text, category: None, limit: 10, offset: 0 })?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        let found: Vec<String> = results
            .hits
            .iter()
            .map(|hit| hit.slug.strip_prefix("page-").unwrap_or_default().to_owned())
            .collect();
        gains.push(ndcg(&found, right));
        firsts += f64::from(u8::from(found.first().is_some_and(|first| right.contains(first))));
    }
    report.add(format!("{name}: nDCG@10"), mean(&gains), "", Goal::AtLeast(plain));
    report.add(format!("{name}: right article first"), firsts / gains.len() as f64, "", Goal::None);
    report.add(format!("{name}: search, median"), percentile(&mut times, 50.0), "ms", Goal::None);
    report.add(
        format!("{name}: search, 95th percentile"),
        percentile(&mut times, 95.0),
        "ms",
        Goal::AtMost(40.0),
    );
    Ok(())
}

fn ndcg(found: &[String], right: &HashSet<String>) -> f64 {
    let discount = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let gained: f64 =
        found.iter().enumerate().filter(|(_, id)| right.contains(*id)).map(|(rank, _)| discount(rank)).sum();
    let ideal: f64 = (0..right.len().min(10)).map(discount).sum();
    gained / ideal
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Each answerable question is put twice: with its articles, and with them hidden.
fn silence(report: &mut Report, name: &str, set: &Set) -> anyhow::Result<()> {
    let database = set.store()?;
    let thresholds = Thresholds::default();
    let (mut asked, mut answered, mut correct) = (0.0, 0.0, 0.0);
    let (mut unanswerable, mut wrongly) = (0.0, 0.0);
    for (question, text, no_answer) in &set.questions {
        let right = set.right.get(question);
        if !no_answer && let Some(right) = right {
            asked += 1.0;
            if let Some(first) = first_cited(&database, text, &thresholds)? {
                answered += 1.0;
                correct += f64::from(u8::from(right.contains(&first)));
            }
            hide(&database, right, true)?;
        }
        unanswerable += 1.0;
        wrongly += f64::from(u8::from(first_cited(&database, text, &thresholds)?.is_some()));
        if let Some(right) = right {
            hide(&database, right, false)?;
        }
    }
    report.add(format!("{name}: answered, of the answerable"), answered / asked, "", Goal::None);
    report.add(
        format!("{name}: first citation right, of these"),
        correct / answered,
        "",
        Goal::AtLeast(0.85),
    );
    report.add(
        format!("{name}: wrongly answered, of the unanswerable"),
        wrongly / unanswerable,
        "",
        Goal::AtMost(0.1),
    );
    // Here half of all questions or more have no answer; in a help desk it is a small part.
    let precision = correct / (answered + wrongly);
    report.add(format!("{name}: right answers, of all given"), precision, "", Goal::None);
    Ok(())
}

fn first_cited(database: &Sqlite, question: &str, thresholds: &Thresholds) -> anyhow::Result<Option<String>> {
    Ok(match answer(&Library::public(database), question, thresholds)? {
        Outcome::Answered(answer) => answer
            .citations
            .first()
            .and_then(|citation| citation.source_url.rsplit('/').next().map(str::to_owned)),
        _ => None,
    })
}

fn hide(database: &Sqlite, documents: &HashSet<String>, hidden: bool) -> anyhow::Result<()> {
    let documents = serde_json::to_string(documents)?;
    let status: Value = if hidden { "retired" } else { "published" }.into();
    database.execute(
        "update articles set status = ?1, status_changed_at = 0
         where page_id in (select value from json_each(?2))",
        &[status, documents.into()],
    )?;
    Ok(())
}
