//! The reader itself: one pass over the bytes, with a stack of the containers that are open (RFC 8259).

use memchr::memchr2;

use super::{Json, Kind, NONE, Node, NodeId};
use crate::source::ConversionError;

pub(super) struct Parser<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    limit: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str, limit: usize) -> Self {
        let nodes = Vec::with_capacity(source.len() / 24 + 8);
        Self { source, bytes: source.as_bytes(), at: 0, nodes, limit }
    }

    /// Reads the document.
    pub(super) fn run(mut self) -> Result<Json<'a>, ConversionError> {
        // Open containers with the last child that each has so far.
        let mut open: Vec<(NodeId, NodeId)> = Vec::new();
        self.skip_space();
        if self.source.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.skip_space();
        }
        loop {
            // A value, with its key in an object.
            let mut key = (0, 0);
            if let Some(&(parent, last)) = open.last() {
                let is_object = self.nodes[parent as usize].kind == Kind::Object;
                let closing = if is_object { b'}' } else { b']' };
                if self.peek() == Some(closing) && last == NONE {
                    self.at += 1;
                    open.pop();
                    if self.end_of_value(&mut open)? {
                        return Ok(Json { source: self.source, nodes: self.nodes });
                    }
                    continue;
                }
                if is_object {
                    key = self.string()?;
                    self.skip_space();
                    if self.peek() != Some(b':') {
                        return Err(self.fault("a `:` is missing"));
                    }
                    self.at += 1;
                    self.skip_space();
                }
            }
            let (kind, text) = match self.peek() {
                Some(b'{') => (Kind::Object, (0, 0)),
                Some(b'[') => (Kind::Array, (0, 0)),
                Some(b'"') => (Kind::String, self.string()?),
                Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => (Kind::Scalar, self.scalar()?),
                Some(_) => return Err(self.fault("a value is missing")),
                None => return Err(self.fault("the JSON ends early")),
            };
            if self.nodes.len() >= self.limit {
                return Err(ConversionError::TooManyElements { limit: self.limit });
            }
            let id = self.nodes.len() as NodeId;
            self.nodes.push(Node { kind, key, text, child: NONE, next: NONE });
            if let Some((parent, last)) = open.last_mut() {
                match std::mem::replace(last, id) {
                    NONE => self.nodes[*parent as usize].child = id,
                    previous => self.nodes[previous as usize].next = id,
                }
            }
            if matches!(kind, Kind::Object | Kind::Array) {
                self.at += 1;
                self.skip_space();
                open.push((id, NONE));
                continue;
            }
            if self.end_of_value(&mut open)? {
                return Ok(Json { source: self.source, nodes: self.nodes });
            }
        }
    }

    /// After a value: a comma, or the ends of containers. Whether the document is over.
    fn end_of_value(&mut self, open: &mut Vec<(NodeId, NodeId)>) -> Result<bool, ConversionError> {
        loop {
            self.skip_space();
            let Some(&(parent, _)) = open.last() else {
                return if self.at == self.bytes.len() {
                    Ok(true)
                } else {
                    Err(self.fault("there is more after the end"))
                };
            };
            let closing = if self.nodes[parent as usize].kind == Kind::Object { b'}' } else { b']' };
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.skip_space();
                    return Ok(false);
                }
                Some(byte) if byte == closing => {
                    self.at += 1;
                    open.pop();
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

    /// The stretch within the quotes of a string.
    fn string(&mut self) -> Result<(u32, u32), ConversionError> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("a `\"` is missing"));
        }
        let start = self.at + 1;
        let mut at = start;
        while let Some(found) = memchr2(b'"', b'\\', &self.bytes[at.min(self.bytes.len())..]) {
            at += found;
            if self.bytes[at] == b'"' {
                self.at = at + 1;
                return Ok((start as u32, at as u32));
            }
            // Whatever an escape escapes, it begins with an ASCII character or is wrong anyway.
            at += 2;
        }
        Err(self.fault("a string has no end"))
    }

    fn scalar(&mut self) -> Result<(u32, u32), ConversionError> {
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
        Ok((start as u32, self.at as u32))
    }
}
