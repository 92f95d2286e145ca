//! The reader itself: one pass over the bytes, from `<` to `<`.

use memchr::{memchr, memchr2, memmem};

use super::{Markup, NONE, Node, NodeId, NodeKind, names::is_void};
use crate::source::ConversionError;

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// How many open elements an end tag may reach over to find its start tag; it keeps broken input linear.
const REACH: usize = 256;

/// The longest body, in bytes, of which room for a node for every 16 bytes is no matter.
const SHORT: usize = 16 << 10;

/// How many nodes a body has at most, if its markup is not broken: one for each tag that is no end tag, and one for the
/// text before each tag.
fn most_nodes(bytes: &[u8]) -> usize {
    // The sum of a chunk fits into a byte, so that many are counted at a time.
    const CHUNK: usize = 127;
    let middle = bytes.get(1..).unwrap_or_default();
    let after = bytes.get(2..).unwrap_or_default();
    let chunks = bytes.chunks(CHUNK).zip(middle.chunks(CHUNK)).zip(after.chunks(CHUNK));
    let counted: usize = chunks
        .map(|((before, middle), after)| {
            let nodes = before.iter().zip(middle).zip(after).map(|((&before, &byte), &after)| {
                let is_tag = byte == b'<';
                u8::from(is_tag & (before != b'>')) + u8::from(is_tag & (after != b'/'))
            });
            usize::from(nodes.sum::<u8>())
        })
        .sum();
    counted + 2
}

/// Whether a byte, inside a tag, ends the name or has to be looked at more closely.
const ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        ends[byte] = letter.is_ascii_whitespace() || matches!(letter, b'/' | b'>' | b'<' | b'"' | b'\'');
        byte += 1;
    }
    ends
};

pub(super) struct Parser<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    /// The innermost open element. While an element is open, its `next` is the element around it.
    open: NodeId,
    /// The last child of `open` so far.
    last: NodeId,
    /// Whether there may be an entity in the text since the last tag.
    has_entity: bool,
    malformed_at: Option<usize>,
    limit: usize,
    /// The quote characters that do not occur again, and whether the end of a comment does not.
    exhausted: [bool; 3],
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str, limit: usize) -> Self {
        // To count them is worth it where room for too many would be much.
        let nodes = match source.len() {
            length @ ..=SHORT => length / 16,
            length => most_nodes(source.as_bytes()).min(length / 2),
        };
        Self {
            source,
            nodes: Vec::with_capacity(nodes.min(limit) + 1),
            open: NONE,
            last: NONE,
            has_entity: false,
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
        while let Some(start) = self.next_angle(at) {
            // Everything up to `start` is text, unless the tag turns out to be text as well.
            let end = match bytes.get(start + 1) {
                Some(b'/') => {
                    if let Some(end) = self.end_of_open(start) {
                        self.text(text_from, start)?;
                        self.close();
                        text_from = end;
                        at = end;
                        continue;
                    }
                    let Some(end) = self.end_of_tag(start + 2) else {
                        self.broken(start);
                        at = start + 1;
                        continue;
                    };
                    self.text(text_from, start)?;
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
                    self.text(text_from, start)?;
                    start + 4 + length + 3
                }
                Some(b'!') if bytes[start..].starts_with(b"<![CDATA[") => {
                    self.text(text_from, start)?;
                    let content = start + 9;
                    let (length, terminator) = end_of_cdata(&bytes[content..]);
                    if terminator == 0 {
                        self.broken(start);
                    }
                    if length > 0 {
                        self.push(NodeKind::Verbatim, 0, content, content + length)?;
                    }
                    content + length + terminator
                }
                Some(b'!' | b'?') => {
                    let Some(end) = self.end_of_tag(start + 2) else {
                        self.broken(start);
                        at = start + 1;
                        continue;
                    };
                    self.text(text_from, start)?;
                    end + 1
                }
                Some(&byte) if is_name_start(byte) => {
                    let name = bytes[start + 1..].iter().position(|&byte| ENDS_NAME[usize::from(byte)]);
                    let after_name = name.map_or(bytes.len(), |length| start + 1 + length);
                    let Some(end) = self.end_of_tag(after_name) else {
                        self.broken(start);
                        at = start + 1;
                        continue;
                    };
                    self.text(text_from, start)?;
                    self.start_tag(start + 1, after_name, end)?;
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
        self.text(text_from, bytes.len())?;
        if self.open != NONE {
            self.broken(bytes.len());
            while self.open != NONE {
                self.close();
            }
        }
        Ok(Markup { source: self.source, nodes: self.nodes, malformed_at: self.malformed_at })
    }

    fn broken(&mut self, at: usize) {
        self.malformed_at.get_or_insert(at);
    }

    /// The next `<`, and whether an entity may be before it.
    fn next_angle(&mut self, from: usize) -> Option<usize> {
        let rest = self.source.as_bytes().get(from..)?;
        // Tags often follow one another.
        if rest.first() == Some(&b'<') {
            return Some(from);
        }
        let found = memchr2(b'<', b'&', rest)?;
        if rest[found] == b'<' {
            return Some(from + found);
        }
        self.has_entity = true;
        memchr(b'<', &rest[found..]).map(|length| from + found + length)
    }

    /// The end of the end tag that begins at `start`, if it is the plain end tag of the innermost open element.
    fn end_of_open(&self, start: usize) -> Option<usize> {
        let name = self.nodes.get(self.open as usize)?.name_in(self.source).as_bytes();
        let after = self.source.as_bytes()[start + 2..].strip_prefix(name)?;
        (after.first() == Some(&b'>')).then_some(start + 2 + name.len() + 1)
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

    fn push(&mut self, kind: NodeKind, name: u16, start: usize, end: usize) -> Result<(), ConversionError> {
        if self.nodes.len() >= self.limit {
            return Err(ConversionError::TooManyElements { limit: self.limit });
        }
        let id = self.nodes.len() as NodeId;
        if let Some(last) = self.nodes.get_mut(self.last as usize) {
            last.next = id;
        } else if let Some(parent) = self.nodes.get_mut(self.open as usize) {
            parent.has_child = true;
        }
        self.last = id;
        crate::text::grow(&mut self.nodes);
        let (start, end) = (start as u32, end as u32);
        self.nodes.push(Node { start, end, next: NONE, name, kind, has_child: false });
        Ok(())
    }

    /// Takes in what was found before a `<`.
    fn text(&mut self, start: usize, end: usize) -> Result<(), ConversionError> {
        let has_entity = std::mem::take(&mut self.has_entity);
        if start == end {
            return Ok(());
        }
        self.push(if has_entity { NodeKind::Text } else { NodeKind::Verbatim }, 0, start, end)
    }

    /// Takes in a start tag with the given beginnings of its name and of what follows, and its end.
    fn start_tag(&mut self, start: usize, after_name: usize, end: usize) -> Result<(), ConversionError> {
        let bytes = self.source.as_bytes();
        let closed = bytes[end - 1] == b'/';
        let end = if closed { end - 1 } else { end };
        let mut length = after_name.min(end) - start;
        if matches!(bytes[after_name], b'"' | b'\'') {
            // A quote does not end a name.
            let rest = bytes[after_name..end].iter();
            length += rest.take_while(|&&byte| !byte.is_ascii_whitespace() && byte != b'/').count();
        }
        if length > u16::MAX as usize {
            // A name is cut between characters only.
            length = (0..=u16::MAX as usize)
                .rev()
                .find(|&length| self.source.is_char_boundary(start + length))
                .unwrap_or_default();
        }
        self.push(NodeKind::Element, length as u16, start, end)?;
        if !closed && !is_void(&self.source[start..start + length]) {
            self.nodes[self.last as usize].next = self.open;
            self.open = self.last;
            self.last = NONE;
        }
        Ok(())
    }

    /// Closes the innermost open element.
    fn close(&mut self) {
        if let Some(node) = self.nodes.get_mut(self.open as usize) {
            self.last = self.open;
            self.open = std::mem::replace(&mut node.next, NONE);
        }
    }

    fn end_tag(&mut self, start: usize, end: usize) {
        let name = self.source[start + 2..end].trim();
        let mut at = self.open;
        for above in 0..REACH {
            let Some(node) = self.nodes.get(at as usize) else { break };
            if node.name_in(self.source) == name {
                if above > 0 {
                    self.broken(start);
                }
                (0..=above).for_each(|_| self.close());
                return;
            }
            at = node.next;
        }
        if !is_void(name) {
            self.broken(start);
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
