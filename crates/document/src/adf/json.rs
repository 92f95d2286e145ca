//! A JSON document as a flat tree, read without recursion: a page may nest deeper than a stack.

mod parser;

use std::borrow::Cow;

use memchr::memchr2;

use crate::source::ConversionError;
use parser::Parser;

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
    /// Where the value begins; its first byte says of which kind it is.
    start: u32,
    /// The end of a string or a scalar; of a container, whether the node that follows is its first child.
    end: u32,
    next: NodeId,
    /// Where the member's key begins, within its quotes; 0 outside of objects.
    key: u32,
}

// A page has one for each value, so their size is what a page costs while it is read.
const _: () = assert!(size_of::<Node>() == 16);

fn kind_of(first: u8) -> Kind {
    match first {
        b'{' => Kind::Object,
        b'[' => Kind::Array,
        b'"' => Kind::String,
        _ => Kind::Scalar,
    }
}

/// The length of a string from within its quotes on, without the quote that ends it.
fn length_of_string(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        // Whatever an escape escapes, it begins with an ASCII character or is wrong anyway.
        at += 2;
    }
}

pub(crate) struct Json<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    /// Whether any key is written with an escape, so that equal keys may look different.
    has_escaped_keys: bool,
}

impl<'a> Json<'a> {
    /// Reads a document that may have at most `limit` values (RFC 8259).
    pub(crate) fn parse(source: &'a str, limit: usize) -> Result<Self, ConversionError> {
        Parser::new(source, limit).run()
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn root(&self) -> NodeId {
        0
    }

    pub(crate) fn kind(&self, node: NodeId) -> Option<Kind> {
        self.nodes.get(node as usize).map(|node| kind_of(self.source.as_bytes()[node.start as usize]))
    }

    pub(crate) fn child(&self, node: NodeId) -> NodeId {
        let is_container = matches!(self.kind(node), Some(Kind::Object | Kind::Array));
        if is_container && self.nodes[node as usize].end != 0 { node + 1 } else { NONE }
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

    /// The key of an object's member, as it is written.
    fn raw_key(&self, node: NodeId) -> &'a str {
        let start = self.nodes.get(node as usize).map_or(0, |node| node.key as usize);
        if start == 0 {
            return "";
        }
        let rest = &self.source[start..];
        &rest[..length_of_string(rest.as_bytes()).unwrap_or(rest.len())]
    }

    /// The key of an object's member.
    pub(crate) fn key(&self, node: NodeId) -> Cow<'a, str> {
        unescape(self.raw_key(node))
    }

    /// The member of an object.
    pub(crate) fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        if self.kind(node) != Some(Kind::Object) {
            return None;
        }
        self.children(node).find(|&member| {
            let start = self.nodes[member as usize].key as usize;
            let after = self.source.as_bytes()[start..].strip_prefix(key.as_bytes());
            after.is_some_and(|after| after.first() == Some(&b'"'))
                || (self.has_escaped_keys && unescape(self.raw_key(member)) == key)
        })
    }

    /// A member by a path of keys.
    pub(crate) fn path(&self, node: NodeId, keys: &[&str]) -> Option<NodeId> {
        keys.iter().try_fold(node, |at, key| self.get(at, key))
    }

    /// A string.
    pub(crate) fn string(&self, node: NodeId) -> Option<Cow<'a, str>> {
        let is_string = self.kind(node) == Some(Kind::String);
        let node = self.nodes.get(node as usize).filter(|_| is_string)?;
        Some(unescape(&self.source[node.start as usize + 1..node.end as usize]))
    }

    /// A string, or a number or truth value as it is written; `null` is none.
    pub(crate) fn scalar(&self, node: NodeId) -> Option<Cow<'a, str>> {
        match self.kind(node)? {
            Kind::String => self.string(node),
            Kind::Scalar => {
                let node = &self.nodes[node as usize];
                let text = &self.source[node.start as usize..node.end as usize];
                (text != "null").then_some(Cow::Borrowed(text))
            }
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
