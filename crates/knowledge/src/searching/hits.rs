use ports::{Database, DatabaseError, Row};
use serde::Serialize;

use super::{Candidate, Expression};
use crate::Library;
use crate::reading::location;

/// A stretch of text that either matches or does not. Never HTML: the surface marks it as it likes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segment {
    pub text: String,
    pub matched: bool,
}

// FTS5 sets these around what matches. XML 1.0 (§2.2) forbids them, so no page of Confluence holds them.
const START: char = '\u{2}';
const END: char = '\u{3}';

impl Segment {
    /// Reads what FTS5's `highlight` and `snippet` return here.
    pub(super) fn read(marked: &str) -> Vec<Self> {
        let mut segments = Vec::new();
        for (index, part) in marked.split(START).enumerate() {
            let (matched, plain) = match part.split_once(END) {
                Some((matched, plain)) if index > 0 => (matched, plain),
                _ => ("", part),
            };
            for (text, matched) in [(matched, true), (plain, false)] {
                let text = text.replace(END, "");
                if !text.is_empty() {
                    segments.push(Self { text, matched });
                }
            }
        }
        segments
    }
}

/// An article in a list of results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    pub article_id: i64,
    pub slug: String,
    pub title: Vec<Segment>,
    pub category: String,
    /// The words around the match, or the summary where the text itself does not match.
    pub snippet: Vec<Segment>,
    /// The headings that the snippet stands under; empty before the first.
    pub heading: String,
    /// The `id` of the innermost of these headings; empty before the first.
    pub anchor: String,
    /// When the page was last edited in Confluence, in milliseconds since 1970.
    pub source_updated_at: i64,
}

impl Hit {
    /// Where the Portal shows the match, without the host.
    #[must_use]
    pub fn location(&self) -> String {
        location(self.article_id, &self.slug, &self.anchor)
    }

    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        let title: String = row.get("title")?;
        let marked_title: Option<String> = row.get("marked_title")?;
        let snippet: Option<String> = row.get("snippet")?;
        let summary: String = row.get("summary")?;
        Ok(Self {
            article_id: row.get("id")?,
            slug: row.get("slug")?,
            title: Segment::read(marked_title.as_deref().unwrap_or(&title)),
            category: row.get("category")?,
            snippet: Segment::read(snippet.as_deref().unwrap_or(&summary)),
            heading: row.get("heading")?,
            anchor: row.get("anchor")?,
            source_updated_at: row.get("source_updated_at")?,
        })
    }
}

/// What a list of results shows of these candidates, in this order.
pub fn hits(
    library: &Library<'_, impl Database>,
    expression: &Expression,
    chosen: &[Candidate],
) -> Result<Vec<Hit>, DatabaseError> {
    let chosen: Vec<_> =
        chosen.iter().map(|candidate| (candidate.article_id, candidate.passage_id)).collect();
    let chosen = serde_json::to_string(&chosen).expect("a list of numbers is plain data");
    let rows = library.execute(include_str!("hits.sql"), &[expression.as_str().into(), chosen.into()])?;
    rows.iter().map(Hit::from_row).collect()
}

/// An article that someone who is still typing may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    pub article_id: i64,
    pub slug: String,
    pub title: Vec<Segment>,
    pub category: String,
}

impl Suggestion {
    /// Where the Portal shows the article, without the host.
    #[must_use]
    pub fn location(&self) -> String {
        location(self.article_id, &self.slug, "")
    }
}

/// The best `limit` of the articles that match; a title weighs most, for it is all that is shown.
pub fn suggestions(
    library: &Library<'_, impl Database>,
    expression: &Expression,
    limit: i64,
) -> Result<Vec<Suggestion>, DatabaseError> {
    let rows = library
        .execute(include_str!("suggestions.sql"), &[expression.as_str().into(), limit.max(0).into()])?;
    rows.iter()
        .map(|row| {
            Ok(Suggestion {
                article_id: row.get("id")?,
                slug: row.get("slug")?,
                title: Segment::read(&row.get::<String>("title")?),
                category: row.get("category")?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_segments() {
        let cases = [
            ("plain", vec![("plain", false)]),
            ("\u{2}VPN\u{3} access", vec![("VPN", true), (" access", false)]),
            ("ask for \u{2}VPN\u{3}", vec![("ask for ", false), ("VPN", true)]),
            ("", vec![]),
            // Text that holds the marks itself loses them and nothing else.
            ("a\u{3}b \u{2}c", vec![("ab ", false), ("c", false)]),
        ];
        for (marked, expected) in cases {
            let found: Vec<(String, bool)> =
                Segment::read(marked).into_iter().map(|segment| (segment.text, segment.matched)).collect();
            let expected: Vec<(String, bool)> =
                expected.into_iter().map(|(text, matched)| (text.to_owned(), matched)).collect();
            assert_eq!(found, expected, "{marked:?}");
        }
    }
}
