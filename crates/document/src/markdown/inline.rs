//! A line of text as Markdown: escaped, and with marks that are sure to be read as marks.

use super::shown;
use crate::{
    source::ImageAddress,
    tree::{Document, Inline, LinkId, Marks, Op, Picture, Span, Style},
};

/// Where a line stands, which decides what must be escaped.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Paragraph,
    Heading,
    Cell,
}

/// A mark or a link that is open.
struct Open {
    what: What,
    /// Where its content begins in the output.
    from: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Link(LinkId),
    Mark(Marks),
}

/// Writes the inline operations from `from` to `to`, all with some marks more.
pub(super) fn write(document: &Document, from: usize, to: usize, marks: Marks, place: Place) -> String {
    let mut writer = Writer { document, out: String::new(), open: Vec::new(), place };
    let ops = &document.ops[from..to];
    for op in ops {
        let Op::Inline(inline, style) = *op else { continue };
        let style = match inline {
            // Marks go on over a line break if they do on both sides of it.
            Inline::Break => writer.style(),
            _ => Style { marks: style.marks.with(marks), ..style },
        };
        writer.restyle(style, first_character(document, inline));
        writer.inline(inline);
    }
    writer.restyle(Style::default(), None);
    let out = writer.out;
    match place {
        Place::Paragraph if out.contains('\n') => {
            out.split('\n').map(|line| escape_line_start(line.to_owned())).collect::<Vec<_>>().join("\n")
        }
        Place::Paragraph => escape_line_start(out),
        Place::Heading => {
            // A row of number signs at the end would be taken for a closing sequence.
            if out.ends_with('#') { format!("{}\\#", &out[..out.len() - 1]) } else { out }
        }
        Place::Cell => out,
    }
}

/// Writes one run of text.
pub(super) fn write_run(out: &mut String, document: &Document, text: Span, style: Style) {
    let mut writer = Writer { document, out: String::new(), open: Vec::new(), place: Place::Paragraph };
    writer.restyle(style, None);
    writer.text(document.str(text));
    writer.restyle(Style::default(), None);
    out.push_str(&escape_line_start(writer.out));
}

pub(super) fn write_strong(out: &mut String, text: &str) {
    out.push_str("**");
    escape(out, text.trim(), Place::Paragraph);
    out.push_str("**");
}

/// The first character that an inline shows; none for one that shows a mark of its own.
fn first_character(document: &Document, inline: Inline) -> Option<char> {
    match inline {
        Inline::Text(span) | Inline::Date(span) | Inline::Mention(span) => document.str(span).chars().next(),
        Inline::Status { text, .. } => document.str(text).chars().next(),
        Inline::Break => Some(' '),
        Inline::Anchor(_) | Inline::Math(_) | Inline::Image(_) => Some('['),
    }
}

struct Writer<'a> {
    document: &'a Document,
    out: String,
    open: Vec<Open>,
    place: Place,
}

impl Writer<'_> {
    fn style(&self) -> Style {
        let mut style = Style::default();
        for open in &self.open {
            match open.what {
                What::Link(link) => style.link = link,
                What::Mark(mark) => style.marks = style.marks.with(mark),
            }
        }
        style
    }

    fn restyle(&mut self, style: Style, next: Option<char>) {
        if self.open.is_empty() && style == Style::default() {
            return;
        }
        let mut wanted = Vec::new();
        if style.link != LinkId::NONE {
            wanted.push(What::Link(style.link));
        }
        wanted.extend(Marks::ORDER.into_iter().filter(|&mark| style.marks.has(mark)).map(What::Mark));
        let shared = self.open.iter().zip(&wanted).take_while(|(open, wanted)| open.what == **wanted).count();
        let opens_more = wanted.len() > shared;
        while self.open.len() > shared {
            if let Some(open) = self.open.pop() {
                // What follows a closing mark: another mark or the end of a link, or the text itself.
                let follows = if self.open.len() > shared || opens_more { Some(')') } else { next };
                self.close(&open, follows);
            }
        }
        for &what in &wanted[shared..] {
            self.open.push(Open { what, from: self.out.len() });
        }
    }

    /// Puts the mark around what was written since it was opened.
    fn close(&mut self, open: &Open, next: Option<char>) {
        let content = &self.out[open.from..];
        let trimmed = content.trim_matches([' ', '\n']);
        if trimmed.is_empty() && !matches!(open.what, What::Link(_)) {
            return;
        }
        let leading = content.len() - content.trim_start_matches([' ', '\n']).len();
        let trailing = content.len() - content.trim_end_matches([' ', '\n']).len();
        let (from, to) = if trimmed.is_empty() {
            (open.from, self.out.len())
        } else {
            (open.from + leading, self.out.len() - trailing)
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
        let before = self.out[..from].chars().next_back();
        let (first, last) = (content.chars().next(), content.chars().next_back());
        let is_read = |delimiter: &str| {
            let own = delimiter.chars().next();
            let touches = before == own || next == own || content.starts_with("~") || content.ends_with('~');
            !touches && opens(before, first) && opens(next, last) && !content.contains('\n')
        };
        match delimiter {
            Some(delimiter) if is_read(delimiter) => {
                self.out.insert_str(from, delimiter);
                self.out.push_str(delimiter);
            }
            _ => {
                self.out.insert_str(from, &format!("<{element}>"));
                self.out.push_str(&format!("</{element}>"));
            }
        }
    }

    /// Text with the mark was kept as it stands.
    fn close_code(&mut self, from: usize) {
        let content = self.out.split_off(from);
        let content = content.replace('\n', " ");
        let fence = "`".repeat(longest_run(&content, '`') + 1);
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
        let Some(index) = link.index() else { return };
        let address = &self.document.links[index].address;
        let destination = destination(address);
        if self.out[from..].is_empty() {
            return;
        }
        if self.out[from..] == *address && address.starts_with("http") && destination == *address {
            self.out.insert(from, '<');
            self.out.push('>');
            return;
        }
        if self.out[..from].ends_with('!') {
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
        if self.in_code() { self.out.push_str(text) } else { escape(&mut self.out, text, self.place) }
    }

    fn inline(&mut self, inline: Inline) {
        let document = self.document;
        match inline {
            Inline::Text(span) => {
                self.text(document.str(span));
            }
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
                let tex = document.str(span).replace('\n', " ");
                let tex = if self.place == Place::Cell { tex.replace('|', "\\|") } else { tex };
                let fence = "`".repeat(longest_run(&tex, '`') + 1);
                self.out.push_str(&format!("${fence}{tex}{fence}$"));
            }
            Inline::Image(image) => {
                let in_link = self.open.iter().any(|open| matches!(open.what, What::Link(_)));
                let picture = &document.images[image as usize];
                if self.in_code() {
                    self.out.push_str(&picture.label);
                } else {
                    write_picture(&mut self.out, picture, in_link, self.place);
                }
            }
        }
    }
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

pub(super) fn write_picture(out: &mut String, picture: &Picture, in_link: bool, place: Place) {
    match (&picture.address, shown(&picture.address)) {
        (_, Some(address)) => {
            out.push_str("![");
            escape(out, &picture.label, place);
            out.push_str(&format!("]({})", destination(address)));
        }
        (ImageAddress::Linked(address), None) if !in_link => {
            out.push_str("[Image: ");
            escape(out, &picture.label, place);
            out.push_str(&format!("]({})", destination(address)));
        }
        _ => {
            out.push_str("Image: ");
            escape(out, &picture.label, place);
        }
    }
}

/// An address as the destination of a link, with the characters that would end it percent-encoded.
fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' | ')' | '<' | '>' | '\\' | '|' | '*' | '`' | ' ' | '"' | '\'' | '[' | ']' => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            _ => out.push(c),
        }
    }
    out
}

/// The longest run of a character.
pub(super) fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Escapes what would be read as Markdown.
fn escape(out: &mut String, text: &str, place: Place) {
    let bytes = text.as_bytes();
    let is_plain = !bytes.iter().fold(false, |found, &byte| {
        found
            | (byte == b'\\')
            | (byte == b'`')
            | (byte == b'*')
            | (byte == b'[')
            | (byte == b']')
            | (byte == b'<')
            | (byte == b'~')
            | (byte == b'$')
            | (byte == b'_')
            | (byte == b'|')
            | (byte == b'&')
    });
    if is_plain {
        out.push_str(text);
        return;
    }
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let escaped = match byte {
            b'\\' | b'`' | b'*' | b'[' | b']' | b'<' | b'~' => true,
            b'$' => bytes.get(at + 1) == Some(&b'`') || bytes.get(at + 1) == Some(&b'$'),
            b'_' => {
                let before = at
                    .checked_sub(1)
                    .map_or(out_ends_with_word(out, from == at), |at| bytes[at].is_ascii_alphanumeric());
                let after = bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
                !(before && after)
            }
            b'|' => place == Place::Cell,
            b'&' => bytes.get(at + 1).is_some_and(|&next| next == b'#' || next.is_ascii_alphabetic()),
            _ => false,
        };
        if escaped {
            out.push_str(&text[from..at]);
            out.push('\\');
            from = at;
        }
    }
    out.push_str(&text[from..]);
}

fn out_ends_with_word(out: &str, is_start: bool) -> bool {
    is_start && out.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Escapes what would begin a block.
fn escape_line_start(line: String) -> String {
    let bytes = line.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if (1..10).contains(&digits)
        && matches!(bytes.get(digits), Some(b'.' | b')'))
        && bytes.get(digits + 1).is_none_or(u8::is_ascii_whitespace)
    {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    match bytes.first() {
        Some(b'#' | b'>' | b'+' | b'-' | b'=' | b':' | b'|' | b'_') => format!("\\{line}"),
        _ => line,
    }
}
