//! The reader itself: one pass over the bytes (RFC 8259).

use memchr::memchr;

use super::{Json, Kind, NONE, Node, NodeId, kind_of, length_of_string};
use crate::source::ConversionError;

pub(super) struct Parser<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The innermost open container. While a container is open, its `next` is the container around it.
    open: NodeId,
    /// The last child of `open` so far.
    last: NodeId,
    limit: usize,
    has_escaped_keys: bool,
}

/// How many values a document has at most: one after each comma and one in each container that is not empty, of which
/// those in strings are none. Each but the last has a byte of its own and another that tells it from the next.
fn most_values(bytes: &[u8]) -> usize {
    let counts = |byte: u8, next: u8| {
        (byte == b',') | ((byte == b'[') & (next != b']')) | ((byte == b'{') & (next != b'}'))
    };
    let next = bytes.get(1..).unwrap_or_default();
    // The sum of a chunk fits into a byte, so that many are counted at a time.
    let chunks = bytes.chunks(255).zip(next.chunks(255));
    let counted: usize = chunks
        .map(|(bytes, next)| {
            usize::from(bytes.iter().zip(next).map(|(&byte, &next)| u8::from(counts(byte, next))).sum::<u8>())
        })
        .sum();
    (counted + 1).min(bytes.len() / 2 + 1)
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str, limit: usize) -> Self {
        let bytes = source.as_bytes();
        let nodes = Vec::with_capacity(most_values(bytes).min(limit));
        Self { source, bytes, at: 0, nodes, open: NONE, last: NONE, limit, has_escaped_keys: false }
    }

    /// Reads the document.
    pub(super) fn run(mut self) -> Result<Json<'a>, ConversionError> {
        self.skip_space();
        if self.source.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.skip_space();
        }
        loop {
            // A value, with its key in an object.
            let mut key = 0;
            if let Some(closing) = self.closing() {
                if self.peek() == Some(closing) && self.last == NONE {
                    self.at += 1;
                    self.close();
                    if self.end_of_value()? {
                        return Ok(self.finish());
                    }
                    continue;
                }
                if closing == b'}' {
                    key = self.at + 1;
                    let end = self.string()?;
                    self.has_escaped_keys |= memchr(b'\\', &self.bytes[key..end]).is_some();
                    self.skip_space();
                    if self.peek() != Some(b':') {
                        return Err(self.fault("a `:` is missing"));
                    }
                    self.at += 1;
                    self.skip_space();
                }
            }
            let start = self.at;
            let kind = match self.peek() {
                Some(first @ (b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')) => {
                    kind_of(first)
                }
                Some(_) => return Err(self.fault("a value is missing")),
                None => return Err(self.fault("the JSON ends early")),
            };
            let end = match kind {
                Kind::String => self.string()?,
                Kind::Scalar => self.scalar()?,
                Kind::Object | Kind::Array => 0,
            };
            self.push(Node { start: start as u32, end: end as u32, next: NONE, key: key as u32 })?;
            if matches!(kind, Kind::Object | Kind::Array) {
                self.at += 1;
                self.skip_space();
                self.nodes[self.last as usize].next = self.open;
                self.open = self.last;
                self.last = NONE;
                continue;
            }
            if self.end_of_value()? {
                return Ok(self.finish());
            }
        }
    }

    fn finish(self) -> Json<'a> {
        Json { source: self.source, nodes: self.nodes, has_escaped_keys: self.has_escaped_keys }
    }

    fn push(&mut self, node: Node) -> Result<(), ConversionError> {
        if self.nodes.len() >= self.limit {
            return Err(ConversionError::TooManyElements { limit: self.limit });
        }
        if self.nodes.len() > self.bytes.len() / 2 {
            // There are not bytes enough to end them all.
            return Err(self.fault("the JSON ends early"));
        }
        let id = self.nodes.len() as NodeId;
        if let Some(last) = self.nodes.get_mut(self.last as usize) {
            last.next = id;
        } else if let Some(parent) = self.nodes.get_mut(self.open as usize) {
            parent.end = 1;
        }
        self.last = id;
        crate::text::grow(&mut self.nodes);
        self.nodes.push(node);
        Ok(())
    }

    /// What ends the innermost open container.
    fn closing(&self) -> Option<u8> {
        let open = self.nodes.get(self.open as usize)?;
        Some(if self.bytes[open.start as usize] == b'{' { b'}' } else { b']' })
    }

    /// Closes the innermost open container.
    fn close(&mut self) {
        if let Some(node) = self.nodes.get_mut(self.open as usize) {
            self.last = self.open;
            self.open = std::mem::replace(&mut node.next, NONE);
        }
    }

    /// After a value: a comma, or the ends of containers. Whether the document is over.
    fn end_of_value(&mut self) -> Result<bool, ConversionError> {
        loop {
            self.skip_space();
            let Some(closing) = self.closing() else {
                return if self.at == self.bytes.len() {
                    Ok(true)
                } else {
                    Err(self.fault("there is more after the end"))
                };
            };
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.skip_space();
                    return Ok(false);
                }
                Some(byte) if byte == closing => {
                    self.at += 1;
                    self.close();
                }
                Some(_) => return Err(self.fault("a `,` is missing")),
                None => return Err(self.fault("the JSON ends early")),
            }
        }
    }

    fn fault(&self, reason: &str) -> ConversionError {
        ConversionError::NotADocument { reason: reason.to_owned(), offset: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Reads a string; gives where it ends, within its quotes.
    fn string(&mut self) -> Result<usize, ConversionError> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("a `\"` is missing"));
        }
        let start = self.at + 1;
        let Some(length) = length_of_string(&self.bytes[start..]) else {
            return Err(self.fault("a string has no end"));
        };
        self.at = start + length + 1;
        Ok(start + length)
    }

    /// Reads a number or a literal; gives where it ends.
    fn scalar(&mut self) -> Result<usize, ConversionError> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
        {
            self.at += 1;
        }
        let text = &self.source[start..self.at];
        let is_literal = matches!(text, "true" | "false" | "null");
        if !is_literal && text.parse::<f64>().is_err() {
            self.at = start;
            return Err(self.fault("a value is not of JSON"));
        }
        Ok(self.at)
    }
}
