//! What a bench says: a table for people and `target/bench/NAME.json` for programs.

pub mod caller;
pub mod hours;
pub mod load;
pub mod shelf;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

/// What a measure should come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Measured to be known; nothing is asked of it.
    None,
}

impl Goal {
    fn met(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(value >= least),
            Self::AtMost(most) => Some(value <= most),
            Self::None => None,
        }
    }

    fn text(self) -> Option<String> {
        match self {
            Self::AtLeast(least) => Some(format!("≥ {least}")),
            Self::AtMost(most) => Some(format!("≤ {most}")),
            Self::None => None,
        }
    }
}

#[derive(Debug, Serialize)]
struct Measure {
    measure: String,
    value: f64,
    unit: &'static str,
    goal: Option<String>,
    met: Option<bool>,
    /// What others say or measure for the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    rival: Option<&'static str>,
}

/// The measures of one bench.
#[derive(Debug)]
pub struct Report {
    name: &'static str,
    measures: Vec<Measure>,
}

impl Report {
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, measures: Vec::new() }
    }

    pub fn add(&mut self, measure: impl Into<String>, value: f64, unit: &'static str, goal: Goal) {
        self.measures.push(Measure {
            measure: measure.into(),
            value,
            unit,
            goal: goal.text(),
            met: goal.met(value),
            rival: None,
        });
    }

    /// Puts what others reach beside the measure that was added last.
    pub fn beside(&mut self, rival: &'static str) {
        if let Some(measure) = self.measures.last_mut() {
            measure.rival = Some(rival);
        }
    }

    /// Prints the table, writes the file, and says whether every goal was met.
    pub fn finish(&self) -> anyhow::Result<bool> {
        print!("{}", self.table());
        self.write()
    }

    /// Writes the file alone, for a bench that prints a table of its own, and says whether every goal was met.
    pub fn write(&self) -> anyhow::Result<bool> {
        let folder = root().join("target/bench");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{}.json", self.name));
        std::fs::write(&file, serde_json::to_string_pretty(&self.measures)? + "\n")?;
        println!("written to {}", file.display());
        Ok(self.measures.iter().all(|measure| measure.met != Some(false)))
    }

    fn table(&self) -> String {
        let width = self.measures.iter().map(|measure| measure.measure.chars().count()).max().unwrap_or(0);
        let mut table = String::new();
        for measure in &self.measures {
            let goal = measure.goal.as_deref().unwrap_or("");
            let met = match measure.met {
                Some(true) => "met",
                Some(false) => "MISSED",
                None => "",
            };
            let (name, value, unit) = (&measure.measure, rounded(measure.value), measure.unit);
            let rival = measure.rival.map(|rival| format!("({rival})")).unwrap_or_default();
            let line = format!("  {name:<width$}  {value:>10} {unit:<10} {goal:<10} {met:<7} {rival}");
            writeln!(table, "{}", line.trim_end()).expect("a string takes every line");
        }
        table
    }
}

fn rounded(value: f64) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        3
    };
    format!("{value:.digits$}")
}

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in the repository").to_owned()
}

/// The `percent`-th percentile of some durations or other numbers, which are sorted by it.
#[must_use]
pub fn percentile(values: &mut [f64], percent: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let index = (last as f64 * percent / 100.0).round() as usize;
    values.get(index).copied().unwrap_or(f64::NAN)
}

/// One of several ways to do something with each of the same things.
pub type Way<'w, T> = &'w mut dyn FnMut(&T) -> anyhow::Result<()>;

/// The seconds that each way takes for all things: the sum of the best of many rounds for each few of them, in turn. A
/// round is shorter than the time for which a busy machine lets a program run.
pub fn best_of_batches<T, const WAYS: usize>(
    things: &[T],
    rounds: usize,
    mut ways: [Way<'_, T>; WAYS],
) -> anyhow::Result<[f64; WAYS]> {
    const BATCH: usize = 30;
    let mut best = vec![[f64::INFINITY; WAYS]; things.len().div_ceil(BATCH)];
    for _ in 0..rounds {
        for (best, batch) in best.iter_mut().zip(things.chunks(BATCH)) {
            for (best, way) in best.iter_mut().zip(&mut ways) {
                let start = Instant::now();
                for thing in batch {
                    way(thing)?;
                }
                *best = best.min(start.elapsed().as_secs_f64());
            }
        }
    }
    Ok(std::array::from_fn(|way| best.iter().map(|best| best[way]).sum()))
}
