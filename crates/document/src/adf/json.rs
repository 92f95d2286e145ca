//! A JSON document as a flat tree, read without recursion: a page may nest deeper than a stack.

use std::borrow::Cow;

use memchr::memchr2;

use crate::source::ConversionError;

/// An index into [`Json`]; [`NONE`] stands for no value.
pub(crate) type NodeId = u32;
pub(crate) const NONE: NodeId = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    /// A number, `true`, `false` or `null`.
    Scalar,
}

#[derive(Clone, Copy)]
struct Node {
    kind: Kind,
    /// The member's key within its quotes; empty outside of objects.
    key: (u32, u32),
    /// The text of a scalar, or of a string within its quotes.
    text: (u32, u32),
    child: NodeId,
    next: NodeId,
}

pub(crate) struct Json<'a> {
    source: &'a str,
    nodes: Vec<Node>,
}

impl<'a> Json<'a> {
    /// Reads a document that may have at most `limit` values (RFC 8259).
    pub(crate) fn parse(source: &'a str, limit: usize) -> Result<Self, ConversionError> {
        Parser {
            source,
            bytes: source.as_bytes(),
            at: 0,
            nodes: Vec::with_capacity(source.len() / 24 + 8),
            limit,
        }
        .run()
    }

    pub(crate) fn root(&self) -> NodeId {
        0
    }

    pub(crate) fn kind(&self, node: NodeId) -> Option<Kind> {
        self.nodes.get(node as usize).map(|node| node.kind)
    }

    pub(crate) fn child(&self, node: NodeId) -> NodeId {
        self.nodes.get(node as usize).map_or(NONE, |node| node.child)
    }

    pub(crate) fn next(&self, node: NodeId) -> NodeId {
        self.nodes.get(node as usize).map_or(NONE, |node| node.next)
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

    fn slice(&self, (start, end): (u32, u32)) -> &'a str {
        &self.source[start as usize..end as usize]
    }

    /// The key of an object's member.
    pub(crate) fn key(&self, node: NodeId) -> Cow<'a, str> {
        self.nodes.get(node as usize).map_or(Cow::Borrowed(""), |node| unescape(self.slice(node.key)))
    }

    /// The member of an object.
    pub(crate) fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        if self.kind(node) != Some(Kind::Object) {
            return None;
        }
        self.children(node).find(|&member| {
            let raw = self.slice(self.nodes[member as usize].key);
            raw == key || (raw.contains('\\') && unescape(raw) == key)
        })
    }

    /// A member by a path of keys.
    pub(crate) fn path(&self, node: NodeId, keys: &[&str]) -> Option<NodeId> {
        keys.iter().try_fold(node, |at, key| self.get(at, key))
    }

    /// A string.
    pub(crate) fn string(&self, node: NodeId) -> Option<Cow<'a, str>> {
        let node = self.nodes.get(node as usize)?;
        (node.kind == Kind::String).then(|| unescape(self.slice(node.text)))
    }

    /// A string, or a number or truth value as it is written; `null` is none.
    pub(crate) fn scalar(&self, node: NodeId) -> Option<Cow<'a, str>> {
        let found = self.nodes.get(node as usize)?;
        match found.kind {
            Kind::String => self.string(node),
            Kind::Scalar => Some(self.slice(found.text)).filter(|&text| text != "null").map(Cow::Borrowed),
            Kind::Object | Kind::Array => None,
        }
    }

    /// A member that is a string and not empty.
    pub(crate) fn text(&self, node: NodeId, key: &str) -> Option<Cow<'a, str>> {
        self.get(node, key).and_then(|member| self.string(member)).filter(|text| !text.is_empty())
    }

    /// A member that is a number, or a string that holds one.
    pub(crate) fn number(&self, node: NodeId, key: &str) -> Option<f64> {
        self.get(node, key).and_then(|member| self.scalar(member)).and_then(|text| text.trim().parse().ok())
    }
}

/// A string without its escapes. One that holds half of a surrogate pair is kept with U+FFFD in its place.
fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let quoted = format!("\"{raw}\"");
    match serde_json::from_str::<String>(&quoted) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Owned(unescape_leniently(raw)),
    }
}

fn unescape_leniently(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let Some(letter) = escape.chars().next() else { break };
        rest = &escape[letter.len_utf8()..];
        match letter {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' | 'f' => {}
            'u' => {
                let code = rest.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                match code {
                    Some(code) => {
                        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                        rest = &rest[4..];
                    }
                    None => out.push('u'),
                }
            }
            other => out.push(other),
        }
    }
    out.push_str(rest);
    out
}

struct Parser<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    limit: usize,
}

impl<'a> Parser<'a> {
    fn run(mut self) -> Result<Json<'a>, ConversionError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_key() {
        let json = Json::parse(r#" {"a":[1,true,null,"x\n\u00e9"],"b":{},"c\u0041":"d"} "#, 100).unwrap();
        let a = json.get(json.root(), "a").unwrap();
        let items: Vec<_> = json.children(a).map(|item| json.scalar(item).map(Cow::into_owned)).collect();
        assert_eq!(items, [Some("1".into()), Some("true".into()), None, Some("x\né".into())]);
        assert_eq!(json.text(json.root(), "cA").as_deref(), Some("d"));
        assert_eq!(json.child(json.get(json.root(), "b").unwrap()), NONE);
    }

    #[test]
    fn faults_are_located() {
        for (source, offset) in [
            ("", 0),
            ("{", 1),
            ("{\"a\"}", 4),
            ("[1 2]", 3),
            ("[1],", 3),
            ("{\"a\":x}", 5),
            ("\"a", 0),
            ("[01x]", 1),
        ] {
            match Json::parse(source, 100).err() {
                Some(ConversionError::NotADocument { offset: found, .. }) => {
                    assert_eq!(found, offset, "{source}")
                }
                other => panic!("{source}: {other:?}"),
            }
        }
    }

    #[test]
    fn nesting_has_no_limit() {
        let depth = 200_000;
        let source = "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::parse(&source, depth + 1).is_ok());
        assert_eq!(Json::parse(&source, 10).err(), Some(ConversionError::TooManyElements { limit: 10 }));
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        let json = Json::parse(r#""a\ud83dz\"""#, 10).unwrap();
        assert_eq!(json.string(0).as_deref(), Some("a\u{fffd}z\""));
    }
}
