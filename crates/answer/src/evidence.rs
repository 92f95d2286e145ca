use std::collections::BTreeSet;

use knowledge::searching::{PassageMatch, TermStatistics};
use serde::Serialize;

use crate::terms::occurring;

/// What speaks for a passage as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Evidence {
    /// How much of the question's meaning the passage has: the share of its words, weighed by rarity.
    pub coverage: f64,
    /// The same, each word weighed by how prominent it is besides (bm25 against the most it could give).
    pub strength: f64,
    /// How much of the question's meaning is in the title and the heading.
    pub subject: f64,
    /// How many of the question's words the passage has.
    pub words: usize,
}

/// How much evidence an answer needs.
///
/// The defaults are conservative, for a wrong answer costs more than none. Measured with them
/// (`benches/src/bin/retrieval.rs`): of the questions that the articles do not answer, at most one in
/// ten gets an answer all the same; what they do answer is answered once in three.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Least [`Evidence::coverage`] of an answer.
    pub coverage: f64,
    /// Least [`Evidence::strength`] of an answer.
    pub strength: f64,
    /// Least [`Evidence::words`] of an answer: one or two words are seldom a question.
    pub words: usize,
    /// Least [`Evidence::subject`] at which two words are enough.
    pub subject: f64,
    /// Least coverage of an article that is offered instead.
    pub related: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { coverage: 0.65, strength: 0.55, words: 3, subject: 0.6, related: 0.35 }
    }
}

impl Thresholds {
    /// For an article that the asker has opened: its subject may be left unsaid.
    #[must_use]
    pub fn within_article() -> Self {
        Self { coverage: 0.4, strength: 0.2, words: 1, subject: 0.0, related: 1.0 }
    }

    /// Whether this is enough to answer.
    #[must_use]
    pub fn allow(&self, evidence: &Evidence) -> bool {
        let on_this_subject = evidence.words >= 2 && evidence.subject >= self.subject;
        evidence.coverage >= self.coverage
            && evidence.strength >= self.strength
            && (evidence.words >= self.words || on_this_subject)
    }
}

/// The most that bm25 gives one term besides its rarity: FTS5 fixes k1 at 1.2, so it is k1 + 1.
const SATURATION: f64 = 2.2;

/// How telling each term is: the rarer in what may be read, the more, and most if it occurs nowhere.
pub(crate) fn rarities(statistics: &TermStatistics) -> Vec<f64> {
    let articles = statistics.articles as f64;
    let rarity = |with_term: i64| (1.0 + (articles - with_term as f64 + 0.5) / (with_term as f64 + 0.5)).ln();
    statistics.terms.iter().map(|frequency| rarity(frequency.articles)).collect()
}

/// How prominent a term is where bm25 gave it this score, from 0 to 1: FTS5's rarity taken out of it.
fn prominence(statistics: &TermStatistics, term: usize, score: f64) -> f64 {
    let all = statistics.passages as f64;
    let with_term = statistics.terms.get(term).map_or(0.0, |frequency| frequency.passages as f64);
    // As fts5_aux.c has it, with the same floor.
    let rarity = ((all - with_term + 0.5) / (with_term + 0.5)).ln().max(1e-6);
    (score / (SATURATION * rarity)).clamp(0.0, 1.0)
}

/// Weighs a passage as an answer to a question of these terms.
pub(crate) fn weigh(
    passage: &PassageMatch,
    terms: &[String],
    statistics: &TermStatistics,
    rarities: &[f64],
) -> Evidence {
    let all: f64 = rarities.iter().sum();
    let rarity = |term: usize| rarities.get(term).copied().unwrap_or_default();
    let in_subject: BTreeSet<usize> = [&passage.title, &passage.heading]
        .into_iter()
        .flat_map(|text| occurring(text, terms))
        .map(|(_, term)| term)
        .collect();
    let share = |sum: f64| if all > 0.0 { (sum / all).min(1.0) } else { 0.0 };
    Evidence {
        coverage: share(passage.terms.iter().map(|found| rarity(found.term)).sum()),
        strength: share(
            passage
                .terms
                .iter()
                .map(|found| rarity(found.term) * prominence(statistics, found.term, found.score))
                .sum(),
        ),
        subject: share(in_subject.into_iter().map(rarity).sum()),
        words: passage.terms.len(),
    }
}
