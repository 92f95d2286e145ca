//! Headings and the anchors that links lead to.

use super::Builder;
use crate::{
    text,
    tree::{Inline, Op, Style},
};

impl Builder {
    pub(super) fn finish_heading(&mut self, index: u32, start: usize) {
        let mut words = String::new();
        for op in &self.document.ops[start..] {
            if let Op::Inline(inline, _) = op {
                match inline {
                    Inline::Text(span) | Inline::Date(span) | Inline::Mention(span) | Inline::Math(span) => {
                        words.push_str(self.document.str(*span));
                    }
                    Inline::Status { text, .. } => words.push_str(self.document.str(*text)),
                    Inline::Image(image) => words.push_str(&self.document.images[*image as usize].label),
                    Inline::Break => words.push(' '),
                    Inline::Anchor(_) => {}
                }
            }
        }
        let words = words.trim().to_owned();
        let source_level = self.document.headings[index as usize].source_level;
        while self
            .heading_stack
            .last()
            .is_some_and(|&above| self.document.headings[above as usize].source_level >= source_level)
        {
            self.heading_stack.pop();
        }
        let anchor = self.unique_anchor(&anchor_of(&words));
        let entry = &mut self.document.headings[index as usize];
        // Levels follow the outline, so that none is skipped whatever the source does.
        entry.level = (2 + self.heading_stack.len() as u8).min(6);
        entry.parent = self.heading_stack.last().copied();
        entry.text = words;
        entry.anchor = anchor;
        self.heading_stack.push(index);
        self.heading = Some(index);
    }

    /// Repeats get `.1`, `.2`, … as in Confluence Cloud's renderer.
    fn unique_anchor(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "section" } else { wanted };
        if self.anchors.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let mut count = self.anchor_counts.get(wanted).copied().unwrap_or(0);
        loop {
            count += 1;
            let candidate = format!("{wanted}.{count}");
            if self.anchors.insert(candidate.clone()) {
                self.anchor_counts.insert(wanted.to_owned(), count);
                return candidate;
            }
        }
    }

    /// A place that links may lead to; it goes with whatever comes next. A name that is taken already is left out.
    pub(crate) fn anchor(&mut self, name: &str) {
        let name = anchor_of(name);
        if name.is_empty() || !self.anchors.insert(name.clone()) {
            return;
        }
        let span = self.keep(&name);
        if self.in_inline() && !self.line_start {
            self.document.ops.push(Op::Inline(Inline::Anchor(span), Style::default()));
        } else {
            self.pending_anchors.push(span);
        }
    }

    pub(super) fn flush_anchors_as_block(&mut self) {
        for span in std::mem::take(&mut self.pending_anchors) {
            self.document.ops.push(Op::Inline(Inline::Anchor(span), Style::default()));
        }
    }
}

/// The anchor that Confluence Cloud's renderer gives to a heading of these words: spaces become hyphens.
pub(crate) fn anchor_of(words: &str) -> String {
    let mut anchor = String::with_capacity(words.len());
    text::push_clean(&mut anchor, words.trim());
    if anchor.contains(char::is_whitespace) {
        anchor.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect()
    } else {
        anchor
    }
}
