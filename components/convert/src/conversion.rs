//! One conversion: the types of the interface around the crate's own.

use document::Options;

use super::addresses::Portal;
use super::bindings::exports::siit::knowledge::converter::{
    Article, ConversionError, Excess, Fault, Format, Known, Page,
};

/// Anchors that the pages around an article use for themselves.
const RESERVED_ANCHORS: [&str; 6] = ["article", "content", "main", "nav", "navigation", "search"];

pub(crate) fn convert(page: &Page, known: Known) -> Result<Article, ConversionError> {
    let source = document::Source {
        format: match page.format {
            Format::Storage => document::Format::Storage,
            Format::AtlasDocFormat => document::Format::AtlasDocFormat,
            Format::Wiki => document::Format::Wiki,
        },
        body: &page.body,
    };
    let addresses = Portal::of(page);
    let known = document::Known::from(known);
    let options = Options {
        addresses: &addresses,
        resolver: &known,
        reserved_anchors: &RESERVED_ANCHORS,
        ..Options::default()
    };
    document::convert(&source, &options).map(Article::from).map_err(ConversionError::from)
}

impl From<document::ConversionError> for ConversionError {
    fn from(error: document::ConversionError) -> Self {
        match error {
            document::ConversionError::TooLarge { actual, limit } => {
                Self::TooLarge(Excess { actual: actual as u64, limit: limit as u64 })
            }
            document::ConversionError::TooManyElements { limit } => {
                Self::TooManyElements(Excess { actual: limit as u64 + 1, limit: limit as u64 })
            }
            document::ConversionError::TooMuchWork { limit } => {
                Self::TooMuchWork(Excess { actual: limit + 1, limit })
            }
            document::ConversionError::NotADocument { reason, offset } => {
                Self::NotADocument(Fault { reason, offset: offset as u64 })
            }
        }
    }
}
