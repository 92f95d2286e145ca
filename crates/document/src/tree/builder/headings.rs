//! Headings and the anchors that links lead to.

use std::{borrow::Cow, collections::btree_map::Entry};

use super::{Builder, key_of};
use crate::{
    text,
    tree::{Inline, Op, Span, Style},
};

impl Builder {
    pub(super) fn finish_heading(&mut self, index: u32, start: usize) {
        let document = &self.document;
        let mut words = String::new();
        for op in &document.ops[start..] {
            if let Op::Inline(inline, _) = op {
                match inline {
                    Inline::Text(run, _) => words.push_str(document.text(*run)),
                    Inline::Date(span) | Inline::Mention(span) | Inline::Math(span) => {
                        words.push_str(document.str(*span));
                    }
                    Inline::Status { text, .. } => words.push_str(document.str(*text)),
                    Inline::Image(image) => {
                        words.push_str(document.str(document.images[*image as usize].label));
                    }
                    Inline::Break => words.push(' '),
                    Inline::Anchor(_) => {}
                }
            }
        }
        let words = words.trim();
        let source_level = self.document.headings[index as usize].source_level;
        while self
            .heading_stack
            .last()
            .is_some_and(|&above| self.document.headings[above as usize].source_level >= source_level)
        {
            self.heading_stack.pop();
        }
        let anchor = self.unique_anchor(&anchor_of(words));
        let text = self.document.kept.add(|kept| kept.push_str(words));
        let entry = &mut self.document.headings[index as usize];
        // Levels follow the outline, so that none is skipped whatever the source does.
        entry.level = (2 + self.heading_stack.len() as u8).min(6);
        entry.parent = self.heading_stack.last().copied();
        entry.text = text;
        entry.anchor = anchor;
        let words = self.document.str(text).len();
        (0..self.contents).for_each(|_| self.room.take_contents_line(words));
        self.heading_stack.push(index);
        self.heading = Some(index);
    }

    /// Repeats get `.1`, `.2`, … as in Confluence Cloud's renderer.
    fn unique_anchor(&mut self, wanted: &str) -> Span {
        let wanted = if wanted.is_empty() { "section" } else { wanted };
        let key = key_of(wanted);
        let Some(&taken) = self.anchors.get(&key) else {
            self.anchors.insert(key, 0);
            return self.document.kept.add(|kept| kept.push_str(wanted));
        };
        let mut count = taken;
        loop {
            count += 1;
            let candidate = format!("{wanted}.{count}");
            if let Entry::Vacant(free) = self.anchors.entry(key_of(candidate.as_str())) {
                free.insert(0);
                self.anchors.insert(key, count);
                return self.document.kept.add(|kept| kept.push_str(&candidate));
            }
        }
    }

    /// A place that links may lead to; it goes with whatever comes next. A name that is taken already is left out.
    pub(crate) fn anchor(&mut self, name: &str) {
        let name = anchor_of(name);
        if name.is_empty() || self.room.is_spent() {
            return;
        }
        let Entry::Vacant(free) = self.anchors.entry(key_of(&*name)) else { return };
        free.insert(0);
        let span = self.document.kept.add(|kept| kept.push_str(&name));
        if self.in_inline() && !self.line_start {
            self.push_inline(Inline::Anchor(span), Style::default());
        } else {
            self.pending_anchors.push(span);
        }
    }

    pub(super) fn flush_anchors_as_block(&mut self) {
        for span in std::mem::take(&mut self.pending_anchors) {
            self.push_inline(Inline::Anchor(span), Style::default());
        }
    }
}

/// The longest anchor, in bytes. Every passage and every line of the report repeats it.
const ANCHOR: usize = 300;

/// The anchor that Confluence Cloud's renderer gives to a heading of these words: spaces become hyphens.
pub(crate) fn anchor_of(words: &str) -> Cow<'_, str> {
    let words = words.trim();
    if !text::Classes::of_text(words).has(text::Classes::SUSPICIOUS) && !words.contains(char::is_whitespace) {
        return Cow::Borrowed(&words[..words.floor_char_boundary(ANCHOR)]);
    }
    let mut anchor = String::with_capacity(words.len());
    text::push_clean(&mut anchor, words);
    let mut anchor: String =
        anchor.chars().map(|c| if c.is_whitespace() { '-' } else { c }).take(ANCHOR).collect();
    anchor.truncate(anchor.floor_char_boundary(ANCHOR));
    Cow::Owned(anchor)
}
