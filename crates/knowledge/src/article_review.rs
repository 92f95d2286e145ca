//! What admins and agents ask and decide about articles: find, look through, publish, retire, categorise.
//!
//! Status and category are ours and are only ever written here; the events of a decision are written by
//! triggers in the same statement, and undo reads what to restore from them.

mod deciding;
mod edits;
mod filter;
mod readers;
mod reviewing;
#[cfg(test)]
mod sample;

pub use deciding::{Decided, Decision, decide, undo_decision};
pub use edits::{Edit, EditDecision, EditState, decide_edits, edit, waiting_edits};
pub use filter::{ArticleFilter, Order, SourceFilter};
pub use readers::{Restricting, restricting};
pub use reviewing::{
    ArticleSummary, ReviewedArticle, StatusCounts, StatusEvent, article, articles, matching_ids,
    space_options, status_counts, status_events,
};

/// Where an article stands with us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Draft,
    Published,
    Retired,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Retired];

    /// The word in the database and in URLs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    /// The status of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// Where an article's page stands in Confluence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    Current,
    Archived,
    Trashed,
    NotVisible,
    NotChosen,
}

impl SourceState {
    pub const ALL: [Self; 5] =
        [Self::Current, Self::Archived, Self::Trashed, Self::NotVisible, Self::NotChosen];

    /// The word in the database and in URLs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
            Self::NotVisible => "not_visible",
            Self::NotChosen => "not_chosen",
        }
    }

    /// The state of that word; what we do not know is taken as not visible, which hides.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::NotVisible)
    }
}
