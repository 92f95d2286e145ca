use std::fmt;

use knowledge::reading::ArticleCard;
use serde::Serialize;

use crate::Evidence;

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The articles answer it.
    Answered(Answer),
    /// They do not quite, but these may help.
    Related { reason: Reason, articles: Vec<ArticleCard> },
    /// They have nothing on it.
    Unknown { reason: Reason },
}

impl Outcome {
    /// The articles that it cites, or that it offers instead.
    #[must_use]
    pub fn articles(&self) -> Vec<i64> {
        match self {
            Self::Answered(answer) => answer.citations.iter().map(|citation| citation.article_id).collect(),
            Self::Related { articles, .. } => articles.iter().map(|article| article.id).collect(),
            Self::Unknown { .. } => Vec::new(),
        }
    }
}

/// Passages that answer a question, and where they come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The best first.
    pub excerpts: Vec<Excerpt>,
    /// One for each excerpt at least, numbered from 1.
    pub citations: Vec<Citation>,
    /// What speaks for the first excerpt.
    pub evidence: Evidence,
}

/// A passage as it stands in its article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The number of its citation.
    pub citation: usize,
    /// The passage from beginning to end: joined, the sentences are its text.
    pub sentences: Vec<Sentence>,
}

/// A sentence of an excerpt, with the white space that follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    pub text: String,
    /// It is the one that answers best.
    pub marked: bool,
}

/// Where an excerpt comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    pub number: usize,
    pub article_id: i64,
    pub title: String,
    /// The headings that the excerpt stands under; empty before the first.
    pub heading: String,
    pub category: String,
    /// Where the Portal shows it, at the heading, without the host.
    pub location: String,
    /// The page in Confluence.
    pub source_url: String,
    /// When that page was last edited, in milliseconds since 1970.
    pub source_updated_at: i64,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// The question has no word to look for.
    NothingAsked,
    /// No article has these words.
    UnknownWords { words: Vec<String> },
    /// The best passage has nothing on these words.
    NotCovered { words: Vec<String> },
    /// The words occur, but nowhere together or often enough to be an answer.
    TooWeak,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingAsked => formatter.write_str("The question has no word to look for."),
            Self::UnknownWords { words } => write!(formatter, "No article mentions {}.", listed(words)),
            Self::NotCovered { words } => {
                write!(formatter, "The closest articles do not mention {} here.", listed(words))
            }
            Self::TooWeak => formatter.write_str("The articles mention these words, but not as an answer."),
        }
    }
}

fn listed(words: &[String]) -> String {
    words.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
}
