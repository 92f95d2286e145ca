//! The reader itself: one pass over the bytes, from `<` to `<`.

use memchr::{memchr, memmem};

use super::{Markup, NONE, Node, NodeId, NodeKind, names::is_void};
use crate::source::ConversionError;

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// How many open elements an end tag may reach over to find its start tag; it keeps broken input linear.
const REACH: usize = 256;

pub(super) struct Parser<'a> {
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

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str, limit: usize) -> Self {
        Self {
            source,
            nodes: Vec::with_capacity(source.len() / 40 + 8),
            open: Vec::new(),
            first: NONE,
            last: NONE,
            malformed_at: None,
            limit,
            exhausted: [false; 3],
        }
    }

    /// Reads the fragment.
    pub(super) fn run(mut self) -> Result<Markup<'a>, ConversionError> {
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
        Ok(Markup { source: self.source, nodes: self.nodes, malformed_at: self.malformed_at })
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
