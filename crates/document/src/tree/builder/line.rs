//! Lines: text and what stands in it.

use super::Builder;
use crate::{
    text::{self, Classes},
    tree::{Block, Inline, Op, Run, Span, Style},
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
            self.push_inline(Inline::Anchor(span), Style::default());
        }
    }

    /// Adds text; runs of white space become one space, as in HTML.
    pub(crate) fn text(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        let style = if self.room.is_spent() { Style::default() } else { style };
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
        let (classes, is_regular) = Classes::of_words(&text[at..]);
        let classes = if is_regular && !classes.has(Classes::SUSPICIOUS) && text[at..] != *" " {
            self.push_words(&text[at..]);
            classes
        } else {
            self.push_collapsed(&text[at..])
        };
        let strings = &self.document.strings;
        if classes.has(Classes::HTML) {
            self.room.take_escapes(text::escapes(&strings[start..]));
        }
        let (start, end) = (start as u32, strings.len() as u32);
        if start == end {
            return;
        }
        match self.document.ops.last_mut() {
            Some(Op::Inline(Inline::Text(run, known), last)) if *last == style && run.end == start => {
                run.end = end;
                *known = known.with(classes);
            }
            _ => self.push_inline(Inline::Text(Run { start, end }, classes), style),
        }
    }

    /// Adds words between which there are single spaces.
    fn push_words(&mut self, words: &str) {
        let is_led = (self.line_start || self.after_space) && words.starts_with(' ');
        self.document.strings.push_str(&words[usize::from(is_led)..]);
        self.has_content = true;
        self.line_start = false;
        self.after_space = words.ends_with(' ');
    }

    /// Adds words with white space of every kind between them.
    fn push_collapsed(&mut self, text: &str) -> Classes {
        let strings = &mut self.document.strings;
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut classes = Classes::default();
        while at < bytes.len() {
            if Classes::of(bytes[at]).has(Classes::WHITE) {
                while at < bytes.len() && Classes::of(bytes[at]).has(Classes::WHITE) {
                    at += 1;
                }
                if !self.line_start && !self.after_space {
                    strings.push(' ');
                }
                self.after_space = true;
                continue;
            }
            // Words with single spaces between them are taken together.
            let from = at;
            let mut seen = Classes::default();
            while at < bytes.len() {
                let class = Classes::of(bytes[at]);
                seen = seen.with(class);
                if class.has(Classes::WHITE) {
                    let is_single = bytes[at] == b' '
                        && bytes.get(at + 1).is_some_and(|&next| !Classes::of(next).has(Classes::WHITE));
                    if !is_single {
                        break;
                    }
                }
                at += 1;
            }
            if seen.has(Classes::SUSPICIOUS) {
                text::push_clean(strings, &text[from..at]);
            } else {
                strings.push_str(&text[from..at]);
            }
            classes = classes.with(seen);
            self.has_content = true;
            self.line_start = false;
            self.after_space = false;
        }
        classes
    }

    pub(super) fn push_inline(&mut self, inline: Inline, style: Style) {
        let document = &self.document;
        let words = match inline {
            Inline::Status { text, .. } | Inline::Date(text) | Inline::Mention(text) => {
                document.str(text).len()
            }
            _ => 0,
        };
        self.room.take_inline(&inline, words, style);
        if let Some(link) = style.link.index()
            && !matches!(document.ops.last(), Some(Op::Inline(_, last)) if last.link == style.link)
        {
            self.room.take_link(document.str(document.links[link].address).len());
        }
        self.push_op(Op::Inline(inline, style));
    }

    /// The words of something for which there is no room.
    fn flatten_inline(&mut self, inline: Inline) {
        let document = &self.document;
        let words = match inline {
            Inline::Status { text, .. } | Inline::Date(text) | Inline::Mention(text) | Inline::Math(text) => {
                document.str(text).to_owned()
            }
            Inline::Image(image) => document.str(document.images[image as usize].label).to_owned(),
            Inline::Break => String::new(),
            Inline::Text(..) | Inline::Anchor(_) => return,
        };
        self.lose_structure();
        self.words_apart(&words);
    }

    /// Keeps the words before and after apart.
    pub(crate) fn space(&mut self) {
        if self.in_inline() {
            self.text(" ", Style::default());
        }
    }

    /// Adds something in a line of text.
    pub(crate) fn inline(&mut self, inline: Inline, style: Style) {
        if self.room.is_spent() {
            return self.flatten_inline(inline);
        }
        if inline == Inline::Break {
            if !self.in_inline() || (self.line_start && !self.has_content()) {
                return;
            }
            self.push_inline(Inline::Break, Style::default());
            self.begin_line();
            return;
        }
        self.make_line();
        let is_insert = !matches!(inline, Inline::Anchor(_));
        if is_insert {
            self.apart();
        }
        self.push_inline(inline, style);
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
            Some(Op::Inline(Inline::Text(run, _), _)) => {
                self.document.text(*run).ends_with(char::is_alphanumeric)
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
        self.document.kept.add(|kept| text::push_clean(kept, text))
    }

    /// Keeps a string as one line.
    pub(crate) fn keep_line(&mut self, text: &str) -> Span {
        self.document.kept.add(|kept| text::push_line(kept, text))
    }
}
