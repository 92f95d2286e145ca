//! The headings that a passage or a line of the report stands under.

use crate::{text::shortened, tree::Document};

/// The longest heading in a path, in bytes. The outline has it in full.
const HEADING: usize = 160;
/// How many bytes the paths of any article may have together.
const ALLOWANCE: usize = 64 << 10;
/// What a heading of a path costs besides its words, in bytes.
const ENTRY: usize = 32;

/// Gives the paths of an article's places. Each repeats its headings, so that all of them together could be as long as
/// the square of the page; they may be twice as long as its text. From there on only the anchor says where a place is.
pub(crate) struct Places<'d> {
    document: &'d Document,
    left: usize,
}

impl<'d> Places<'d> {
    pub(crate) fn of(document: &'d Document) -> Self {
        Self { document, left: ALLOWANCE + 2 * (document.strings.len() + document.kept.len()) }
    }

    /// The headings above and including `heading`, outermost first; there are six levels, so at most six.
    pub(crate) fn path(&mut self, heading: Option<u32>) -> Vec<String> {
        let above = |&index: &u32| self.document.headings[index as usize].parent;
        let mut path = Vec::with_capacity(std::iter::successors(heading, above).count());
        let mut cost = 0;
        let mut at = heading;
        while let Some(index) = at {
            let entry = &self.document.headings[index as usize];
            let words = shortened(self.document.str(entry.text), HEADING);
            cost += ENTRY + words.len();
            path.push(words);
            at = entry.parent;
        }
        match self.left.checked_sub(cost) {
            Some(left) => self.left = left,
            None => path = Vec::new(),
        }
        path.reverse();
        path
    }

    /// The `id` of a heading, for a line of the report: none where there is no more room for it.
    pub(crate) fn anchor_of_loss(&mut self, heading: Option<u32>) -> Option<String> {
        let anchor = self.anchor(heading)?;
        self.left = self.left.checked_sub(ENTRY + anchor.len())?;
        Some(anchor.to_owned())
    }

    /// The `id` of a heading.
    pub(crate) fn anchor(&self, heading: Option<u32>) -> Option<&'d str> {
        let entry = &self.document.headings[heading? as usize];
        Some(self.document.str(entry.anchor))
    }
}
