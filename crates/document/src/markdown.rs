//! Writes a document as GitHub-flavoured Markdown.

use crate::tree::Document;

/// Writes the whole document.
pub(crate) fn write(_document: &Document) -> String {
    String::new()
}
