//! How fast pages are converted, and how the cost grows: `cargo bench -p document`.
//!
//! Run it in the profile of programs that run on the machine itself: `cargo bench --profile native -p document`.
//! Writes a table and `target/bench/convert.json`. The pages are in `../shared/corpus`, beside the repository; where
//! they are absent, the suite's own pages stand in, and the table says so.

use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    time::Instant,
};

use document::{Format, Limits, Options, Source, convert};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (name, storage) = pages(&root, Format::Storage);
    let (_, adf) = pages(&root, Format::AtlasDocFormat);
    let bytes: usize = storage.iter().map(String::len).sum();
    println!("{name}: {} pages, {bytes} bytes of storage format", storage.len());
    // Both walks go over the same bytes in turn, so that a busy machine slows both.
    let (ours, walk) = best_of_batches(&storage, &|body| convert_one(Format::Storage, body), &walk);
    let rate = |bytes: usize, seconds: f64| bytes as f64 / 1e6 / seconds;
    let adf_bytes: usize = adf.iter().map(String::len).sum();
    let (adf_time, _) = best_of_batches(&adf, &|body| convert_one(Format::AtlasDocFormat, body), &|_| ());
    let whole = storage.concat();
    let cost_per_byte = |length: usize| {
        let body: String = whole.chars().cycle().take(length).collect();
        best_of(3, || convert_one(Format::Storage, &body)) / body.len() as f64
    };
    let (short, long) = (cost_per_byte(100_000), cost_per_byte(10_000_000));
    let measures = [
        ("storage format", rate(bytes, ours), "MB/s", "≥ 100", rate(bytes, ours) >= 100.0),
        ("quick-xml's walk of the same bytes", rate(bytes, walk), "MB/s", "", true),
        ("against quick-xml's walk of the same bytes", ours / walk, "times", "≤ 3", ours / walk <= 3.0),
        ("ADF", rate(adf_bytes, adf_time), "MB/s", "", true),
        ("cost per byte at 10 MB against 100 KB", long / short, "times", "≤ 1.5", long / short <= 1.5),
    ];
    let mut json = Vec::new();
    for (measure, value, unit, goal, met) in measures {
        let verdict = if goal.is_empty() {
            ""
        } else if met {
            "met"
        } else {
            "MISSED"
        };
        println!("  {measure:<45} {value:>8.2} {unit:<6} {goal:<6} {verdict}");
        json.push(
            serde_json::json!({ "measure": measure, "value": value, "unit": unit, "goal": goal, "met": met }),
        );
    }
    let folder = root.join("target/bench");
    let text = serde_json::to_string_pretty(&json).expect("measures are JSON");
    if let Err(error) =
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("convert.json"), text + "\n"))
    {
        eprintln!("cannot write {}: {error}", folder.display());
    }
}

fn convert_one(format: Format, body: &str) {
    let limits = Limits { bytes: 64 << 20, elements: 20_000_000, ..Limits::default() };
    black_box(convert(&Source { format, body }, &Options { limits, ..Options::default() }).is_ok());
}

/// What reading the XML costs, without doing anything about it.
fn walk(body: &str) {
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = false;
    while let Ok(event) = reader.read_event() {
        if matches!(black_box(event), quick_xml::events::Event::Eof) {
            break;
        }
    }
}

/// The time that each of two things takes for all bodies: the sum of the best of many rounds for each few bodies. A
/// round is shorter than the time for which a busy machine lets a program run.
fn best_of_batches(bodies: &[String], one: &dyn Fn(&str), other: &dyn Fn(&str)) -> (f64, f64) {
    const BATCH: usize = 30;
    const ROUNDS: usize = 40;
    let mut best = vec![(f64::INFINITY, f64::INFINITY); bodies.len().div_ceil(BATCH)];
    let time = |run: &dyn Fn(&str), batch: &[String]| {
        let start = Instant::now();
        batch.iter().for_each(|body| run(body));
        start.elapsed().as_secs_f64()
    };
    for _ in 0..ROUNDS {
        for (best, batch) in best.iter_mut().zip(bodies.chunks(BATCH)) {
            best.0 = best.0.min(time(one, batch));
            best.1 = best.1.min(time(other, batch));
        }
    }
    best.iter().fold((0.0, 0.0), |sum, best| (sum.0 + best.0, sum.1 + best.1))
}

fn best_of(times: u32, mut run: impl FnMut()) -> f64 {
    (0..times)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn pages(root: &Path, format: Format) -> (&'static str, Vec<String>) {
    let corpus = root.join("../shared/corpus");
    let is_of_format = |path: &PathBuf, body: &str| {
        let is_json = path.extension().is_some_and(|extension| extension == "json" || extension == "adf");
        match format {
            Format::AtlasDocFormat => {
                is_json && body.contains("\"doc\"") && body.trim_start().starts_with('{')
            }
            _ => false,
        }
    };
    if let Ok(index) = fs::read_to_string(corpus.join("INDEX.json")) {
        if format == Format::Storage {
            let index: Vec<serde_json::Value> = serde_json::from_str(&index).expect("the index is JSON");
            let well_formed = index.iter().filter(|entry| entry["wellformed"] == true);
            let paths = well_formed.filter_map(|entry| entry["path"].as_str());
            return ("corpus", paths.filter_map(|path| fs::read_to_string(corpus.join(path)).ok()).collect());
        }
        return ("corpus", files(&corpus, &is_of_format));
    }
    let own = root.join("crates/document/tests/pages");
    let is_own = |path: &PathBuf, _: &str| {
        path.file_name()
            .is_some_and(|name| name == if format == Format::Storage { "in.xml" } else { "in.json" })
    };
    ("the suite's own pages (there is no ../shared/corpus)", files(&own, &is_own))
}

fn files(folder: &Path, wanted: &dyn Fn(&PathBuf, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(body) = fs::read_to_string(&path)
                && wanted(&path, &body)
            {
                found.push(body);
            }
        }
    }
    found
}
