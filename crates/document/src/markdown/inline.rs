//! A line of text as Markdown: escaped, and with marks that are sure to be read as marks.

use std::{borrow::Cow, fmt::Write};

use crate::{
    text::Classes,
    tree::{Document, Inline, LinkId, Marks, Op, PictureAddress, Span, Style},
};

/// Where a line stands, which decides what must be escaped.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Paragraph,
    Heading,
    Cell,
}

/// A mark or a link that is open.
pub(super) struct Open {
    what: What,
    /// Where its content begins in the output.
    from: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Link(LinkId),
    Mark(Marks),
}

/// A line that is being written at the end of the output.
pub(super) struct Line<'a> {
    document: &'a Document,
    out: &'a mut String,
    /// Where the line begins in the output.
    start: usize,
    open: &'a mut Vec<Open>,
    place: Place,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        document: &'a Document,
        out: &'a mut String,
        open: &'a mut Vec<Open>,
        place: Place,
    ) -> Self {
        let start = out.len();
        open.clear();
        Self { document, out, start, open, place }
    }

    /// Writes the inline operations from one to another, all with some marks more.
    pub(super) fn inlines(&mut self, from: usize, to: usize, marks: Marks) {
        let document = self.document;
        for op in &document.ops[from..to] {
            let Op::Inline(inline, style) = *op else { continue };
            crate::text::grow_output(self.out);
            let style = match inline {
                // Marks go on over a line break if they do on both sides of it.
                Inline::Break => self.style(),
                _ => Style { marks: style.marks.with(marks), ..style },
            };
            self.restyle(style, || first_character(document, inline));
            self.inline(inline);
        }
        self.restyle(Style::default(), || None);
    }

    /// Writes one text with a style.
    pub(super) fn run(&mut self, text: Span, style: Style) {
        self.restyle(style, || None);
        self.text(self.document.str(text));
        self.restyle(Style::default(), || None);
    }

    pub(super) fn strong(&mut self, text: Span) {
        self.out.push_str("**");
        self.text(self.document.str(text).trim());
        self.out.push_str("**");
    }

    pub(super) fn picture(&mut self, image: u32) {
        let document = self.document;
        let picture = &document.images[image as usize];
        let label = document.str(picture.label);
        let in_link = self.open.iter().any(|open| matches!(open.what, What::Link(_)));
        self.end_address(self.out.len());
        let address = match picture.address {
            PictureAddress::Shown(address) => {
                self.out.push_str("![");
                address
            }
            PictureAddress::Linked(address) if !in_link => {
                self.out.push_str("[Image: ");
                address
            }
            _ => {
                self.out.push_str("Image: ");
                self.escaped(label, Classes::MARKDOWN);
                return;
            }
        };
        self.escaped(label, Classes::MARKDOWN);
        self.out.push_str("](");
        self.out.push_str(&destination(document.str(address)));
        self.out.push(')');
    }

    fn style(&self) -> Style {
        let mut style = Style::default();
        for open in self.open.iter() {
            match open.what {
                What::Link(link) => style.link = link,
                What::Mark(mark) => style.marks = style.marks.with(mark),
            }
        }
        style
    }

    fn restyle(&mut self, style: Style, next: impl FnOnce() -> Option<char>) {
        if self.open.is_empty() && style == Style::default() {
            return;
        }
        let link = (style.link != LinkId::NONE).then_some(What::Link(style.link));
        let mut wanted = link.into_iter().chain(style.marks.inwards().map(What::Mark)).peekable();
        let mut shared = 0;
        while let Some(open) = self.open.get(shared)
            && wanted.next_if(|&wanted| open.what == wanted).is_some()
        {
            shared += 1;
        }
        let opened = wanted.peek().copied();
        if self.open.len() > shared {
            let next = next();
            while self.open.len() > shared
                && let Some(open) = self.open.pop()
            {
                // What follows a closing mark: another mark or the end of a link, or the text itself.
                let follows = match opened {
                    _ if self.open.len() > shared => Some(')'),
                    // GitHub looks past tildes for what stands beside a mark; a letter is the least good.
                    Some(What::Mark(Marks::STRIKE)) => Some('a'),
                    Some(_) => Some(')'),
                    None => next,
                };
                self.close(&open, follows);
            }
        }
        for what in wanted {
            self.open.push(Open { what, from: self.out.len() });
        }
    }

    /// Puts the mark around what was written since it was opened.
    fn close(&mut self, open: &Open, next: Option<char>) {
        let content = &self.out[open.from..];
        let trimmed = without_space_around(content);
        if trimmed.is_empty() && !matches!(open.what, What::Link(_)) {
            return;
        }
        let (from, to) = if trimmed.is_empty() {
            (open.from, self.out.len())
        } else {
            let leading = trimmed.as_ptr().addr() - content.as_ptr().addr();
            (open.from + leading, open.from + leading + trimmed.len())
        };
        // White space stays outside: a mark beside it would not be read as one.
        let tail = self.out.split_off(to);
        match open.what {
            What::Link(link) => self.close_link(link, from),
            What::Mark(Marks::CODE) => self.close_code(from),
            What::Mark(mark) => {
                let next = if tail.is_empty() { next } else { Some(' ') };
                self.close_mark(mark, from, next);
            }
        }
        self.out.push_str(&tail);
    }

    fn close_mark(&mut self, mark: Marks, from: usize, next: Option<char>) {
        let (delimiter, element) = match mark {
            Marks::STRONG => (Some("**"), "strong"),
            Marks::EM => (Some("*"), "em"),
            Marks::STRIKE => (Some("~~"), "del"),
            Marks::UNDERLINE => (None, "u"),
            Marks::SUB => (None, "sub"),
            Marks::SUP => (None, "sup"),
            _ => (None, "small"),
        };
        let content = &self.out[from..];
        let touched = self.out[self.start..from].chars().next_back();
        let before = if touched == Some('~') { Some('a') } else { touched };
        let (first, last) = (content.chars().next(), content.chars().next_back());
        let is_read = |delimiter: &str| {
            let own = delimiter.chars().next();
            let touches = touched == own || next == own || content.starts_with('~') || content.ends_with('~');
            // An element ends an address that is linked by itself; a delimiter would become a part of it.
            let is_in_address = ends_in_address(&self.out[self.start..from])
                || (next.is_some_and(|next| !next.is_whitespace()) && ends_in_address(content));
            !touches && opens(before, first) && opens(next, last) && !content.contains('\n') && !is_in_address
        };
        match delimiter {
            Some(delimiter) if is_read(delimiter) => {
                self.out.insert_str(from, delimiter);
                self.out.push_str(delimiter);
            }
            _ => {
                self.out.insert(from, '>');
                self.out.insert_str(from, element);
                self.out.insert(from, '<');
                self.out.push_str("</");
                self.out.push_str(element);
                self.out.push('>');
            }
        }
    }

    /// Ends an address that is linked by itself, where what comes next would become a part of it: by a comment that
    /// stands at `at`. Gives where it ends.
    #[inline(never)]
    fn end_address(&mut self, at: usize) -> usize {
        const COMMENT: &str = "<!-- -->";
        if !ends_in_address(&self.out[self.start..at]) {
            return at;
        }
        self.out.insert_str(at, COMMENT);
        at + COMMENT.len()
    }

    /// Text with the mark was kept as it stands.
    fn close_code(&mut self, from: usize) {
        let from = self.end_address(from);
        let is_plain = !self.out.as_bytes()[from..].iter().any(|byte| matches!(byte, b'`' | b'\n' | b'|'));
        if is_plain {
            self.out.insert(from, '`');
            self.out.push('`');
            return;
        }
        let content = self.out.split_off(from);
        let content = content.replace('\n', " ");
        let fence = "`".repeat(longest_run(&content, b'`') + 1);
        let pad = content.starts_with('`') || content.ends_with('`');
        let escaped = if self.place == Place::Cell { content.replace('|', "\\|") } else { content };
        self.out.push_str(&fence);
        if pad {
            self.out.push(' ');
        }
        self.out.push_str(&escaped);
        if pad {
            self.out.push(' ');
        }
        self.out.push_str(&fence);
    }

    fn close_link(&mut self, link: LinkId, from: usize) {
        let document = self.document;
        let Some(index) = link.index() else { return };
        let address = document.str(document.links[index].address);
        let destination = destination(address);
        let content = &self.out[from..];
        if content.is_empty() {
            return;
        }
        if *content == *address && address.starts_with("http") && destination == address {
            self.out.insert(from, '<');
            self.out.push('>');
            return;
        }
        let from = self.end_address(from);
        if self.out[self.start..from].ends_with('!') {
            // An exclamation mark would make the link an image.
            self.out.insert(from - 1, '\\');
            self.out.insert(from + 1, '[');
        } else {
            self.out.insert(from, '[');
        }
        self.out.push_str("](");
        self.out.push_str(&destination);
        self.out.push(')');
    }

    fn in_code(&self) -> bool {
        self.open.iter().any(|open| open.what == What::Mark(Marks::CODE))
    }

    fn text(&mut self, text: &str) {
        if self.in_code() {
            self.out.push_str(text);
        } else {
            self.escaped(text, Classes::MARKDOWN);
        }
    }

    fn inline(&mut self, inline: Inline) {
        let document = self.document;
        match inline {
            Inline::Text(run, _) if self.in_code() => self.out.push_str(document.text(run)),
            Inline::Text(run, classes) => self.escaped(document.text(run), classes),
            Inline::Date(span) | Inline::Mention(span) => self.text(document.str(span)),
            Inline::Status { text, .. } => self.text(document.str(text)),
            Inline::Break => match self.place {
                Place::Paragraph if self.in_code() => self.out.push(' '),
                Place::Paragraph => self.out.push_str("\\\n"),
                Place::Heading => self.out.push(' '),
                Place::Cell => self.out.push_str("<br>"),
            },
            Inline::Anchor(_) => {}
            Inline::Math(span) => {
                self.end_address(self.out.len());
                let tex = document.str(span).replace('\n', " ");
                let tex = if self.place == Place::Cell { tex.replace('|', "\\|") } else { tex };
                let fence = "`".repeat(longest_run(&tex, b'`') + 1);
                for part in ["$", &fence, &tex, &fence, "$"] {
                    self.out.push_str(part);
                }
            }
            Inline::Image(image) => {
                if self.in_code() {
                    self.out.push_str(document.str(document.images[image as usize].label));
                } else {
                    self.picture(image);
                }
            }
        }
    }

    /// Escapes what would be read as Markdown, if there may be any.
    fn escaped(&mut self, text: &str, classes: Classes) {
        if !classes.has(Classes::MARKDOWN) {
            self.out.push_str(text);
            return;
        }
        let bytes = text.as_bytes();
        let mut from = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if !Classes::of(byte).has(Classes::MARKDOWN) {
                continue;
            }
            let escaped = match byte {
                b'$' => matches!(bytes.get(at + 1), Some(b'`' | b'$')),
                b'_' => {
                    let before = match at.checked_sub(1) {
                        Some(before) => bytes[before].is_ascii_alphanumeric(),
                        None => self.out[self.start..].ends_with(|c: char| c.is_ascii_alphanumeric()),
                    };
                    let after = bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
                    !(before && after)
                }
                b'|' => self.place == Place::Cell,
                b'&' => bytes.get(at + 1).is_some_and(|&next| next == b'#' || next.is_ascii_alphabetic()),
                _ => true,
            };
            if escaped {
                self.out.push_str(&text[from..at]);
                if byte == b'<' && ends_in_address(&self.out[self.start..]) {
                    // The address would take the backslash, and leave an element.
                    self.out.push_str("&lt;");
                    from = at + 1;
                    continue;
                }
                self.out.push('\\');
                from = at;
            }
        }
        self.out.push_str(&text[from..]);
    }
}

/// What was written, without the spaces and the line breaks around it.
#[inline(never)]
fn without_space_around(mut content: &str) -> &str {
    const BREAK: &str = "\\\n";
    loop {
        let before = content.len();
        content = content.strip_prefix(BREAK).unwrap_or(content).trim_start_matches(' ');
        content = content.strip_suffix(BREAK).unwrap_or(content).trim_end_matches(' ');
        if content.len() == before {
            return content;
        }
    }
}

/// The first character that an inline shows; none for one that shows a mark of its own.
fn first_character(document: &Document, inline: Inline) -> Option<char> {
    match inline {
        Inline::Text(run, _) => document.text(run).chars().next(),
        Inline::Date(span) | Inline::Mention(span) => document.str(span).chars().next(),
        Inline::Status { text, .. } => document.str(text).chars().next(),
        Inline::Break => Some(' '),
        Inline::Anchor(_) | Inline::Math(_) | Inline::Image(_) => Some('['),
    }
}

/// Whether a text ends in an address that GitHub links by itself, up to the next space or `<`.
#[inline(never)]
fn ends_in_address(text: &str) -> bool {
    /// How far back an address is looked for, in bytes.
    const LOOK_BACK: usize = 256;
    // A word that is longer still may begin as one.
    let near = &text.as_bytes()[text.len().saturating_sub(LOOK_BACK)..];
    let is_cut = text.len() > LOOK_BACK;
    let mut start = near.iter().rposition(|byte| matches!(byte, b' ' | b'\n' | b'<'));
    if start.is_none() && is_cut {
        return true;
    }
    // A `>` is a part of an address, but for the one that ends a tag or a link in angle brackets.
    if let Some(open) = start
        && near[open] == b'<'
        && (if open == 0 { !is_cut } else { near[open - 1] != b'\\' })
        && let Some(length) = near[open..].iter().position(|byte| *byte == b'>')
    {
        start = Some(open + length);
    }
    let word = &near[start.map_or(0, |space| space + 1)..];
    word.windows(3).any(|window| window == b"://") || word.windows(4).any(|window| window == b"www.")
}

/// Whether a delimiter between `outside` and `inside` opens (or, looked at backwards, closes) a mark:
/// CommonMark's left- and right-flanking rules.
fn opens(outside: Option<char>, inside: Option<char>) -> bool {
    let Some(inside) = inside else { return false };
    if inside.is_whitespace() {
        return false;
    }
    !is_punctuation(inside)
        || outside.is_none_or(|outside| outside.is_whitespace() || is_punctuation(outside))
}

fn is_punctuation(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_punctuation() } else { !c.is_alphanumeric() && !c.is_whitespace() }
}

/// An address as the destination of a link, with the characters that would end it percent-encoded.
fn destination(address: &str) -> Cow<'_, str> {
    let ends_it = |byte: u8| {
        matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'\\' | b'|' | b'*' | b'`' | b' ' | b'"' | b'\'' | b'[' | b']'
        )
    };
    if !address.bytes().any(ends_it) {
        return Cow::Borrowed(address);
    }
    let mut out = String::with_capacity(address.len() + 8);
    for c in address.chars() {
        match u8::try_from(c) {
            Ok(byte) if ends_it(byte) => {
                let _ = write!(out, "%{byte:02X}");
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The longest run of a character of ASCII.
pub(super) fn longest_run(text: &str, wanted: u8) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Escapes what would begin a block, in a line that begins at `start` and is the last of the output.
pub(super) fn escape_line_start(out: &mut String, start: usize) {
    let bytes = &out.as_bytes()[start..];
    match bytes.first() {
        Some(b'#' | b'>' | b'+' | b'-' | b'=' | b':' | b'|' | b'_') => out.insert(start, '\\'),
        Some(b'0'..=b'9') => {
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits < 10
                && matches!(bytes.get(digits), Some(b'.' | b')'))
                && bytes.get(digits + 1).is_none_or(u8::is_ascii_whitespace)
            {
                out.insert(start + digits, '\\');
            }
        }
        _ => {}
    }
}
