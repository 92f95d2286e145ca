//! The full-text queries behind search, suggestions and answers; every one reads `readable_articles`, through a [`Library`](crate::Library).
//!
//! The statistics of FTS5's own `bm25` count hidden articles too: they move the order of what is
//! readable by a hair, and can bring nothing hidden to light.

mod expression;
mod hits;
mod matches;
mod passages;

pub use expression::Expression;
pub use hits::{Hit, Segment, Suggestion, hits, suggestions};
pub use matches::{Candidate, Facet, Matches, matches};
pub use passages::{
    PassageMatch, TermFrequency, TermScore, TermStatistics, Within, best_passages, term_statistics,
};
