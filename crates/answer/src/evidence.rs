use knowledge::searching::{PassageMatch, TermStatistics};
use serde::Serialize;

/// What speaks for a passage as an answer; each between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Evidence {
    /// How much of the question's meaning the passage has: the share of its words, weighed by rarity.
    pub coverage: f64,
    /// bm25 of the passage against the most that the question's words could give.
    pub strength: f64,
    /// The share of the question's words that no article has.
    pub unknown: f64,
}

/// How much evidence an answer needs. The defaults are conservative: a wrong answer costs more than none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Least [`Evidence::coverage`] of an answer.
    pub coverage: f64,
    /// Least [`Evidence::strength`] of an answer.
    pub strength: f64,
    /// Most [`Evidence::unknown`] of an answer.
    pub unknown: f64,
    /// Least coverage of an article that is offered instead.
    pub related_coverage: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { coverage: 0.75, strength: 0.35, unknown: 0.34, related_coverage: 0.35 }
    }
}

impl Thresholds {
    /// Whether this is enough to answer.
    #[must_use]
    pub fn allow(&self, evidence: &Evidence) -> bool {
        evidence.coverage >= self.coverage
            && evidence.strength >= self.strength
            && evidence.unknown <= self.unknown
    }
}

/// The most that bm25 gives one term of weight 1: FTS5 fixes k1 at 1.2, so a term counts at most k1 + 1 times.
const SATURATION: f64 = 2.2;

/// How telling each term is: the rarer in what may be read, the more, and most if it occurs nowhere.
pub(crate) fn rarities(statistics: &TermStatistics) -> Vec<f64> {
    let articles = statistics.articles as f64;
    let rarity = |with_term: &i64| {
        let with_term = *with_term as f64;
        (1.0 + (articles - with_term + 0.5) / (with_term + 0.5)).ln()
    };
    statistics.with_term.iter().map(rarity).collect()
}

/// Weighs a passage as an answer.
pub(crate) fn weigh(passage: &PassageMatch, statistics: &TermStatistics, rarities: &[f64]) -> Evidence {
    let all: f64 = rarities.iter().sum();
    if all <= 0.0 {
        return Evidence { coverage: 0.0, strength: 0.0, unknown: 1.0 };
    }
    let covered: f64 = passage.terms.iter().filter_map(|&term| rarities.get(term)).sum();
    let unknown = statistics.with_term.iter().filter(|with_term| **with_term == 0).count();
    Evidence {
        coverage: (covered / all).min(1.0),
        strength: (passage.score / (SATURATION * all)).clamp(0.0, 1.0),
        unknown: unknown as f64 / statistics.with_term.len() as f64,
    }
}
