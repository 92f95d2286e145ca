//! The converter in the same process, for native tests and benches.

use document::{Article, ConversionError, Format, Options, Source};

use crate::{Converter, SourcePage};

/// Calls [`document::convert`]; links that depend on the site stay plain words.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentConverter;

impl Converter for DocumentConverter {
    fn slug(&self, title: &str) -> String {
        document::slug(title)
    }

    fn convert(&self, page: &SourcePage<'_>) -> Result<Article, ConversionError> {
        let options = Options { resolver: page.known, ..Options::default() };
        document::convert(&Source { format: Format::Storage, body: page.body }, &options)
    }
}
