//! How fast pages are converted, and how the cost grows: `cargo bench -p document`.
//!
//! Run it in the profile of programs that run on the machine itself: `cargo bench --profile native -p document`.
//! Writes a table and `target/bench/convert.json`. The pages are in `../shared/corpus`, beside the repository; where
//! they are absent, the suite's own pages stand in, and the table says so.

use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
};

use document::{Format, Limits, Options, Source, convert};
use quick_xml::{
    escape::{resolve_xml_entity, unescape_with},
    events::Event,
};
use rustix::time::{ClockId, clock_gettime};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (name, storage) = pages(&root, Format::Storage);
    let (_, adf) = pages(&root, Format::AtlasDocFormat);
    println!("{name}: {} pages, {} bytes of storage format", storage.len(), length(&storage));
    let rate = |bodies: &[String], seconds: f64| length(bodies) as f64 / 1e6 / seconds;
    let ours = best_of_batches(&storage, [&convert_storage])[0];
    let adf_time = best_of_batches(&adf, [&|body| convert_one(Format::AtlasDocFormat, body)])[0];
    // quick-xml stops at the first fault, so it is compared where it has none.
    let walked: Vec<String> = storage.iter().filter(|body| walk(body)).cloned().collect();
    println!("quick-xml walks {} of them to the end, {} bytes", walked.len(), length(&walked));
    let [compared, walk, bare] =
        best_of_batches(&walked, [&convert_storage, &|body| _ = walk(body), &|body| walk_bare(body)]);
    let growth = cost_at_10_mb_against_100_kb(&storage.concat());
    let measures = [
        ("storage format", rate(&storage, ours), "MB/s", "≥ 100", rate(&storage, ours) >= 100.0),
        ("quick-xml's walk of the same bytes", rate(&walked, walk), "MB/s", "", true),
        (
            "against quick-xml's walk of the same bytes",
            compared / walk,
            "times",
            "≤ 3",
            compared / walk <= 3.0,
        ),
        ("against its walk without attributes and text", compared / bare, "times", "", true),
        ("ADF", rate(&adf, adf_time), "MB/s", "", true),
        ("cost per byte at 10 MB against 100 KB", growth, "times", "≤ 1.5", growth <= 1.5),
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
    let limits = Limits { bytes: 64 << 20, elements: 20_000_000, steps: u64::MAX, ..Limits::default() };
    black_box(convert(&Source { format, body }, &Options { limits, ..Options::default() }).is_ok());
}

fn convert_storage(body: &str) {
    convert_one(Format::Storage, body);
}

fn length(bodies: &[String]) -> usize {
    bodies.iter().map(String::len).sum()
}

/// What it costs to read what the XML says, without doing anything about it: each attribute and text with its
/// references decoded, as far as XML itself knows them. Whether that went to the end.
fn walk(body: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                for attribute in tag.attributes().with_checks(false).flatten() {
                    let decoded = unescape_with(attribute.value.as_ref(), resolve_xml_entity);
                    black_box((attribute.key, decoded.is_ok()));
                }
            }
            Ok(Event::Text(text)) => _ = black_box(text.html_content()),
            Ok(Event::GeneralRef(reference)) => {
                _ = black_box((reference.resolve_char_ref().is_ok(), resolve_xml_entity(&reference)));
            }
            Ok(Event::Eof) => return true,
            Ok(event) => _ = black_box(event),
            Err(_) => return false,
        }
    }
}

/// What it costs to find the tags alone.
fn walk_bare(body: &str) {
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = false;
    while let Ok(event) = reader.read_event() {
        if matches!(black_box(event), Event::Eof) {
            break;
        }
    }
}

/// The time that this thread ran, so that others on the machine do not count.
fn time_of(run: impl FnOnce()) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = now();
    run();
    now() - start
}

/// The time that each of some things takes for all bodies: the sum of the best of many rounds for each few bodies.
/// They take turns, so that what slows one slows the others too.
fn best_of_batches<const N: usize>(bodies: &[String], runs: [&dyn Fn(&str); N]) -> [f64; N] {
    const BATCH: usize = 30;
    const ROUNDS: usize = 40;
    let mut best = vec![[f64::INFINITY; N]; bodies.len().div_ceil(BATCH)];
    for _ in 0..ROUNDS {
        for (best, batch) in best.iter_mut().zip(bodies.chunks(BATCH)) {
            for (best, run) in best.iter_mut().zip(runs) {
                *best = best.min(time_of(|| batch.iter().for_each(|body| run(body))));
            }
        }
    }
    std::array::from_fn(|run| best.iter().map(|best| best[run]).sum())
}

/// How many times as much a byte costs in a long body as in a short one, both made of the same pages; the best of
/// rounds in which they take turns.
fn cost_at_10_mb_against_100_kb(pages: &str) -> f64 {
    const SHORT: usize = 100_000;
    const TIMES: usize = 100;
    const ROUNDS: usize = 7;
    let long: String = pages.chars().cycle().take(SHORT * TIMES).collect();
    // The short bodies are the long one in pieces, so that both hold the same.
    let mut pieces = Vec::new();
    let mut rest = long.as_str();
    while !rest.is_empty() {
        let end = (SHORT.min(rest.len())..=rest.len()).find(|&end| rest.is_char_boundary(end));
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    let mut best = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(time_of(|| convert_storage(&long)));
        best[1] = best[1].min(time_of(|| pieces.iter().for_each(|piece| convert_storage(piece))));
    }
    best[0] / best[1]
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
