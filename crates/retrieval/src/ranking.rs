//! How the evidence of several tiers becomes one order.

use knowledge::searching::Candidate;

/// Orders candidates by the sum of their scores, the best first; equals stay in the order of their ids.
///
/// Score fusion, not rank fusion: with a weak second list RRF lowers the result, sums never did.
pub(crate) fn ordered(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|one, other| {
        score(other).total_cmp(&score(one)).then_with(|| one.article_id.cmp(&other.article_id))
    });
    candidates
}

fn score(candidate: &Candidate) -> f64 {
    candidate.article_score + candidate.passage_score
}
