//! A tolerant reader of storage format: bytes in, a flat tree of elements and text out.
//!
//! Storage format is an XML fragment with undeclared prefixes, HTML's named entities and, on pages that were
//! imported or made by a program, broken nesting. Nothing here fails on such input: like a browser, the reader
//! takes what it cannot understand for text, closes what was left open and remembers where that first happened.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use crate::source::ConversionError;

/// An index into [`Markup`]; [`NONE`] stands for no node.
pub(crate) type NodeId = u32;
pub(crate) const NONE: NodeId = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NodeKind {
    Element,
    /// Text in which entities are still encoded.
    Text,
    /// The content of a CDATA section, to be taken as it stands.
    Verbatim,
}

#[derive(Clone, Copy)]
struct Node {
    kind: NodeKind,
    /// The length of an element's name, which begins at `start`.
    name: u16,
    start: u32,
    /// The end of the text, or of the element's attributes.
    end: u32,
    child: NodeId,
    next: NodeId,
}

/// A body as a flat tree: nodes in document order, linked to their first child and next sibling.
pub(crate) struct Markup<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    /// Where the markup was first seen to be broken.
    pub(crate) malformed_at: Option<usize>,
}

/// HTML's elements that never have an end tag.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "hr"
            | "img"
            | "col"
            | "wbr"
            | "input"
            | "area"
            | "base"
            | "link"
            | "meta"
            | "embed"
            | "source"
            | "track"
    )
}

/// Elements whose text nobody reads.
fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "ac:parameter"
            | "ac:default-parameter"
            | "ac:task-id"
            | "ac:task-uuid"
            | "ac:task-status"
            | "ac:adf-attribute"
            | "ac:adf-parameter"
    ) || name.starts_with("fab:")
}

/// Elements that may be a part of a word.
fn is_phrase(name: &str) -> bool {
    matches!(
        name,
        "strong"
            | "b"
            | "em"
            | "i"
            | "u"
            | "ins"
            | "s"
            | "del"
            | "strike"
            | "sub"
            | "sup"
            | "small"
            | "big"
            | "code"
            | "tt"
            | "a"
            | "span"
            | "font"
            | "ac:inline-comment-marker"
    )
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// How many open elements an end tag may reach over to find its start tag; it keeps broken input linear.
const REACH: usize = 256;

struct Parser<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    /// Open elements with the last child that each has so far; the fragment itself is below them.
    open: Vec<(NodeId, NodeId)>,
    first: NodeId,
    last: NodeId,
    malformed_at: Option<usize>,
    limit: usize,
    /// The quote characters that do not occur again, and whether the end of a comment does not.
    exhausted: [bool; 3],
}

impl<'a> Markup<'a> {
    /// Reads a fragment that may have at most `limit` nodes.
    pub(crate) fn parse(source: &'a str, limit: usize) -> Result<Self, ConversionError> {
        let mut parser = Parser {
            source,
            nodes: Vec::with_capacity(source.len() / 40 + 8),
            open: Vec::new(),
            first: NONE,
            last: NONE,
            malformed_at: None,
            limit,
            exhausted: [false; 3],
        };
        parser.run()?;
        Ok(Self { source, nodes: parser.nodes, malformed_at: parser.malformed_at })
    }

    /// The first node of the fragment.
    pub(crate) fn first(&self) -> NodeId {
        if self.nodes.is_empty() { NONE } else { 0 }
    }

    pub(crate) fn kind(&self, node: NodeId) -> NodeKind {
        self.nodes[node as usize].kind
    }

    pub(crate) fn child(&self, node: NodeId) -> NodeId {
        self.nodes[node as usize].child
    }

    pub(crate) fn next(&self, node: NodeId) -> NodeId {
        self.nodes[node as usize].next
    }

    pub(crate) fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut at = self.child(node);
        std::iter::from_fn(move || {
            if at == NONE {
                return None;
            }
            let current = at;
            at = self.next(at);
            Some(current)
        })
    }

    /// The name of an element; empty for text.
    pub(crate) fn name(&self, node: NodeId) -> &'a str {
        let node = &self.nodes[node as usize];
        &self.source[node.start as usize..node.start as usize + node.name as usize]
    }

    /// The raw content of a text node.
    pub(crate) fn raw(&self, node: NodeId) -> &'a str {
        let node = &self.nodes[node as usize];
        &self.source[node.start as usize..node.end as usize]
    }

    /// The content of a text node with its entities decoded.
    pub(crate) fn text(&self, node: NodeId) -> Cow<'a, str> {
        let raw = self.raw(node);
        match self.kind(node) {
            NodeKind::Text => decode(raw),
            _ => Cow::Borrowed(raw),
        }
    }

    /// The child element of this name.
    pub(crate) fn child_named(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.children(node).find(|&child| self.kind(child) == NodeKind::Element && self.name(child) == name)
    }

    /// An attribute's value with its entities decoded.
    pub(crate) fn attribute(&self, node: NodeId, name: &str) -> Option<Cow<'a, str>> {
        let node = &self.nodes[node as usize];
        if node.kind != NodeKind::Element {
            return None;
        }
        let attributes = &self.source[node.start as usize + node.name as usize..node.end as usize];
        if attributes.len() <= name.len() {
            return None;
        }
        Attributes { rest: attributes }.find(|(key, _)| *key == name).map(|(_, value)| {
            if value.contains('&') { htmlize::unescape_attribute(value) } else { Cow::Borrowed(value) }
        })
    }

    /// Appends the words below a node, without parameters and ids; those of different blocks are kept apart.
    pub(crate) fn words_into(&self, node: NodeId, out: &mut String) {
        let mut raw = String::new();
        // Siblings still to be read, and `None` for the end of a block.
        let mut stack = vec![Some(self.child(node))];
        while let Some(at) = stack.pop() {
            let Some(at) = at else {
                raw.push(' ');
                continue;
            };
            if at == NONE {
                continue;
            }
            stack.push(Some(self.next(at)));
            if self.kind(at) != NodeKind::Element {
                raw.push_str(&self.text(at));
                continue;
            }
            let name = self.name(at);
            if is_hidden(name) {
                continue;
            }
            if !is_phrase(name) {
                raw.push(' ');
                stack.push(None);
            }
            stack.push(Some(self.child(at)));
        }
        crate::text::append_words(out, &raw);
    }

    /// All text below a node, exactly as it stands: for code.
    pub(crate) fn verbatim(&self, node: NodeId) -> String {
        let mut out = String::new();
        let mut stack = vec![node];
        while let Some(at) = stack.pop() {
            if at != node && self.next(at) != NONE {
                stack.push(self.next(at));
            }
            if self.kind(at) == NodeKind::Element {
                if self.name(at) == "br" {
                    out.push('\n');
                }
                if self.child(at) != NONE {
                    stack.push(self.child(at));
                }
            } else {
                out.push_str(&self.text(at));
            }
        }
        out
    }
}

/// Decodes HTML's character references.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if memchr(b'&', raw.as_bytes()).is_some() { htmlize::unescape(raw) } else { Cow::Borrowed(raw) }
}

struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let name_end = rest
            .bytes()
            .position(|byte| byte == b'=' || byte == b'/' || byte.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let name = &rest[..name_end];
        let after = rest[name_end..].trim_start();
        let Some(value) = after.strip_prefix('=') else {
            // A stray character such as a quote must not stop the iteration.
            self.rest = if name.is_empty() { rest.get(1..).unwrap_or("") } else { after };
            return Some((name, ""));
        };
        let value = value.trim_start();
        let (value, rest) = match value.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => match memchr(quote, &value.as_bytes()[1..]) {
                Some(end) => (&value[1..=end], &value[end + 2..]),
                None => (&value[1..], ""),
            },
            _ => {
                let end = value.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(value.len());
                value.split_at(end)
            }
        };
        self.rest = rest;
        Some((name, value))
    }
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<(), ConversionError> {
        let bytes = self.source.as_bytes();
        let mut text_from = 0;
        let mut at = 0;
        while let Some(found) = memchr(b'<', &bytes[at..]) {
            let start = at + found;
            // Everything up to `start` is text, unless the tag turns out to be text as well.
            let end = match bytes.get(start + 1) {
                Some(b'/') => {
                    let Some(end) = self.end_of_tag(start + 2) else {
                        self.broken(start);
                        at = start + 1;
                        continue;
                    };
                    self.text(text_from, start, NodeKind::Text)?;
                    self.end_tag(start, end);
                    end + 1
                }
                Some(b'!') if bytes[start..].starts_with(b"<!--") => {
                    let length =
                        if self.exhausted[2] { None } else { memmem::find(&bytes[start + 4..], b"-->") };
                    let Some(length) = length else {
                        self.exhausted[2] = true;
                        self.broken(start);
                        at = start + 4;
                        continue;
                    };
                    self.text(text_from, start, NodeKind::Text)?;
                    start + 4 + length + 3
                }
                Some(b'!') if bytes[start..].starts_with(b"<![CDATA[") => {
                    self.text(text_from, start, NodeKind::Text)?;
                    let content = start + 9;
                    let (length, terminator) = end_of_cdata(&bytes[content..]);
                    if terminator == 0 {
                        self.broken(start);
                    }
                    self.text(content, content + length, NodeKind::Verbatim)?;
                    content + length + terminator
                }
                Some(b'!' | b'?') => {
                    let Some(end) = self.end_of_tag(start + 2) else {
                        self.broken(start);
                        at = start + 1;
                        continue;
                    };
                    self.text(text_from, start, NodeKind::Text)?;
                    end + 1
                }
                Some(&byte) if is_name_start(byte) => {
                    let Some(end) = self.end_of_tag(start + 1) else {
                        self.broken(start);
                        at = start + 1;
                        continue;
                    };
                    self.text(text_from, start, NodeKind::Text)?;
                    self.start_tag(start + 1, end)?;
                    end + 1
                }
                _ => {
                    self.broken(start);
                    at = start + 1;
                    continue;
                }
            };
            text_from = end;
            at = end;
        }
        self.text(text_from, bytes.len(), NodeKind::Text)?;
        if !self.open.is_empty() {
            self.broken(bytes.len());
        }
        Ok(())
    }

    fn broken(&mut self, at: usize) {
        self.malformed_at.get_or_insert(at);
    }

    /// The position of the `>` that ends a tag, if the tag ends before another begins.
    fn end_of_tag(&mut self, from: usize) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'>' => return Some(at),
                b'<' => return None,
                b'"' | b'\'' => {
                    let which = usize::from(byte == b'"');
                    if self.exhausted[which] {
                        return None;
                    }
                    let Some(length) = memchr(byte, &bytes[at + 1..]) else {
                        self.exhausted[which] = true;
                        return None;
                    };
                    at += length + 2;
                }
                _ => at += 1,
            }
        }
        None
    }

    fn push(&mut self, node: Node) -> Result<NodeId, ConversionError> {
        if self.nodes.len() >= self.limit {
            return Err(ConversionError::TooManyElements { limit: self.limit });
        }
        let id = self.nodes.len() as NodeId;
        self.nodes.push(node);
        let previous = match self.open.last_mut() {
            Some((parent, last)) => {
                if *last == NONE {
                    self.nodes[*parent as usize].child = id;
                }
                std::mem::replace(last, id)
            }
            None => {
                if self.first == NONE {
                    self.first = id;
                }
                std::mem::replace(&mut self.last, id)
            }
        };
        if previous != NONE {
            self.nodes[previous as usize].next = id;
        }
        Ok(id)
    }

    fn text(&mut self, start: usize, end: usize, kind: NodeKind) -> Result<(), ConversionError> {
        if start < end {
            self.push(Node { kind, name: 0, start: start as u32, end: end as u32, child: NONE, next: NONE })?;
        }
        Ok(())
    }

    fn start_tag(&mut self, start: usize, end: usize) -> Result<(), ConversionError> {
        let bytes = self.source.as_bytes();
        let closed = bytes[end - 1] == b'/';
        let end = if closed { end - 1 } else { end };
        let length = bytes[start..end]
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || *byte == b'/')
            .unwrap_or(end - start)
            .min(u16::MAX as usize);
        // A name is cut between characters only.
        let length = (0..=length).rev().find(|&n| self.source.is_char_boundary(start + n)).unwrap_or(0);
        let name = &self.source[start..start + length];
        let id = self.push(Node {
            kind: NodeKind::Element,
            name: length as u16,
            start: start as u32,
            end: end as u32,
            child: NONE,
            next: NONE,
        })?;
        if !closed && !is_void(name) {
            self.open.push((id, NONE));
        }
        Ok(())
    }

    fn end_tag(&mut self, start: usize, end: usize) {
        let name = self.source[start + 2..end].trim();
        let found = self.open.iter().rev().take(REACH).position(|&(id, _)| {
            let node = &self.nodes[id as usize];
            &self.source[node.start as usize..node.start as usize + node.name as usize] == name
        });
        match found {
            Some(0) => {
                self.open.pop();
            }
            Some(above) => {
                self.broken(start);
                self.open.truncate(self.open.len() - 1 - above);
            }
            None if is_void(name) => {}
            None => self.broken(start),
        }
    }
}

/// Where a CDATA section ends, and how long its terminator is (0 at the end of the body).
///
/// A space export holds whole bodies in CDATA and therefore writes each `]]>` inside them as `]] >`.
fn end_of_cdata(bytes: &[u8]) -> (usize, usize) {
    let plain = memmem::find(bytes, b"]]>");
    let searched = &bytes[..plain.map_or(bytes.len(), |end| end + 3)];
    if let Some(exported) = memmem::find(searched, b"]] ></ac:plain-text") {
        return (exported, 4);
    }
    match plain {
        Some(end) => (end, 3),
        None => (bytes.len(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(source: &str) -> String {
        let markup = Markup::parse(source, 1000).unwrap();
        let mut out = String::new();
        let mut stack = vec![(markup.first(), 0)];
        while let Some((node, depth)) = stack.pop() {
            if node == NONE {
                continue;
            }
            stack.push((markup.next(node), depth));
            stack.push((markup.child(node), depth + 1));
            let label = match markup.kind(node) {
                NodeKind::Element => format!("<{}>", markup.name(node)),
                _ => format!("{:?}", markup.text(node)),
            };
            out.push_str(&format!("{}{label}\n", "  ".repeat(depth)));
        }
        if let Some(at) = markup.malformed_at {
            out.push_str(&format!("malformed at {at}\n"));
        }
        out
    }

    #[test]
    fn elements_text_and_cdata_become_a_tree() {
        assert_eq!(
            outline("<p>a &amp; b<br/>c</p><ac:plain-text-body><![CDATA[<x> &amp;]]></ac:plain-text-body>"),
            "<p>\n  \"a & b\"\n  <br>\n  \"c\"\n<ac:plain-text-body>\n  \"<x> &amp;\"\n"
        );
    }

    #[test]
    fn broken_nesting_is_closed_and_located() {
        assert_eq!(outline("<p><b>a</p>c"), "<p>\n  <b>\n    \"a\"\n\"c\"\nmalformed at 7\n");
        assert_eq!(outline("a < b</i> <c"), "\"a < b\"\n\" <c\"\nmalformed at 2\n");
        assert_eq!(outline("<p title=\"x>y"), "\"<p title=\\\"x>y\"\nmalformed at 0\n");
    }

    #[test]
    fn an_export_escapes_the_end_of_cdata() {
        assert_eq!(
            outline("<ac:plain-text-body><![CDATA[a]] ></ac:plain-text-body>b<x><![CDATA[c]]></x>"),
            "<ac:plain-text-body>\n  \"a\"\n\"b\"\n<x>\n  \"c\"\n"
        );
    }

    #[test]
    fn attributes_are_decoded_and_may_be_broken() {
        let markup =
            Markup::parse("<a href=\"x&amp;y\" b='c' d=e \" f>z</a>", 10).unwrap_or_else(|_| unreachable!());
        let node = markup.first();
        assert_eq!(markup.kind(node), NodeKind::Text);
        let markup = Markup::parse("<a href=\"x&amp;y\" b='c' d=e = f>z</a>", 10).unwrap();
        let node = markup.first();
        assert_eq!(markup.attribute(node, "href").as_deref(), Some("x&y"));
        assert_eq!(markup.attribute(node, "b").as_deref(), Some("c"));
        assert_eq!(markup.attribute(node, "d").as_deref(), Some("e"));
        assert_eq!(markup.attribute(node, "g"), None);
    }
}
