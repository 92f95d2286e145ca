//! Finding articles: what a query means, which articles match it, and what to suggest beside them.
//!
//! Ranking is FTS5's bm25 of the article plus that of its best passage, each divided by the best of
//! its kind. A further tier (vectors) would be one more such score in [`ranking`].

mod query;
mod ranking;
mod related;
mod search;
mod stop_words;
mod suggest;

pub use knowledge::reading::ArticleCard;
pub use knowledge::searching::{Facet, Hit, Segment, Suggestion};
pub use query::{MAX_QUERY, Query};
pub use related::related;
pub use search::{CANDIDATES, Results, Search, search};
pub use suggest::suggest;
