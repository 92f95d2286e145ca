//! Lines: text and what stands in it.

use super::Builder;
use crate::{
    text,
    tree::{Block, Inline, Op, Span, Style},
};

impl Builder {
    /// Makes sure that text may come: loose text gets a paragraph, and whatever that needs around it.
    fn make_line(&mut self) {
        loop {
            match self.frames.last() {
                Some(frame) if frame.block.is_inline() => break,
                Some(frame) if frame.block.is_structural() => self.make_part(),
                _ => {
                    self.push(Block::Paragraph, true);
                    break;
                }
            }
        }
        for span in std::mem::take(&mut self.pending_anchors) {
            self.document.ops.push(Op::Inline(Inline::Anchor(span), Style::default()));
        }
    }

    /// Adds text; runs of white space become one space, as in HTML.
    pub(crate) fn text(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        // White space between blocks is only layout of the source.
        if !self.in_inline() {
            while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            if at == bytes.len() {
                return;
            }
            self.make_line();
        } else if !self.pending_anchors.is_empty() {
            self.make_line();
        }
        if std::mem::take(&mut self.after_insert) && text[at..].starts_with(char::is_alphanumeric) {
            self.text(" ", Style::default());
        }
        let start = self.document.strings.len();
        let is_clean = !text::is_suspicious(text);
        while at < bytes.len() {
            if bytes[at].is_ascii_whitespace() {
                while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                    at += 1;
                }
                if !self.line_start && !self.after_space {
                    self.document.strings.push(' ');
                }
                self.after_space = true;
                continue;
            }
            // Words with single spaces between them are taken together.
            let from = at;
            while at < bytes.len() {
                let is_space = bytes[at].is_ascii_whitespace();
                let is_single =
                    bytes[at] == b' ' && bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace());
                if is_space && !is_single {
                    break;
                }
                at += 1;
            }
            if is_clean {
                self.document.strings.push_str(&text[from..at]);
            } else {
                text::push_clean(&mut self.document.strings, &text[from..at]);
            }
            self.has_content = true;
            self.line_start = false;
            self.after_space = false;
        }
        let end = self.document.strings.len();
        if start == end {
            return;
        }
        if self.document.ops.last().is_none_or(|op| !matches!(op, Op::Inline(Inline::Text(span), last) if *last == style && span.end as usize == start))
        {
            let span = Span { start: start as u32, end: end as u32 };
            self.document.ops.push(Op::Inline(Inline::Text(span), style));
        } else if let Some(Op::Inline(Inline::Text(span), _)) = self.document.ops.last_mut() {
            span.end = end as u32;
        }
    }

    /// Keeps the words before and after apart.
    pub(crate) fn space(&mut self) {
        if self.in_inline() {
            self.text(" ", Style::default());
        }
    }

    /// Adds something in a line of text.
    pub(crate) fn inline(&mut self, inline: Inline, style: Style) {
        if inline == Inline::Break {
            if !self.in_inline() || (self.line_start && !self.has_content()) {
                return;
            }
            self.document.ops.push(Op::Inline(Inline::Break, Style::default()));
            self.begin_line();
            return;
        }
        self.make_line();
        let is_insert = !matches!(inline, Inline::Anchor(_));
        if is_insert {
            self.apart();
        }
        self.document.ops.push(Op::Inline(inline, style));
        self.has_content |= is_insert;
        self.line_start = false;
        self.after_space = false;
        self.after_insert = is_insert;
    }

    /// Keeps an insert (an image, a status, a smart link), which Confluence shows in a frame, from running into the
    /// words before it; and, once it is there, into those after it.
    pub(crate) fn apart(&mut self) {
        if !self.in_inline() || self.line_start || self.after_space {
            return;
        }
        let ends_with_word = match self.document.ops.last() {
            Some(Op::Inline(Inline::Text(span), _)) => {
                self.document.str(*span).ends_with(char::is_alphanumeric)
            }
            Some(Op::Inline(Inline::Break | Inline::Anchor(_), _)) => false,
            _ => true,
        };
        if ends_with_word {
            self.text(" ", Style::default());
        }
    }

    /// The text that was just added is an insert.
    pub(crate) fn end_insert(&mut self) {
        self.after_insert = true;
    }

    /// Whether the line that is open shows anything yet.
    pub(crate) fn has_content(&self) -> bool {
        self.has_content && self.in_inline()
    }

    /// Keeps a string for a block, cleaned of what HTML cannot hold.
    pub(crate) fn keep(&mut self, text: &str) -> Span {
        let start = self.document.strings.len() as u32;
        text::push_clean(&mut self.document.strings, text);
        Span { start, end: self.document.strings.len() as u32 }
    }

    /// Keeps a string as one line.
    pub(crate) fn keep_line(&mut self, text: &str) -> Span {
        let mut line = String::with_capacity(text.len());
        text::append_words(&mut line, text);
        self.keep(&line)
    }
}
