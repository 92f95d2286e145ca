//! A tolerant reader of storage format: bytes in, a flat tree of elements and text out.
//!
//! Storage format is an XML fragment with undeclared prefixes, HTML's named entities and, on pages that were
//! imported or made by a program, broken nesting. Nothing here fails on such input: like a browser, the reader
//! takes what it cannot understand for text, closes what was left open and remembers where that first happened.

mod attributes;
mod names;
mod parser;

use std::borrow::Cow;

use memchr::memchr;

use crate::source::ConversionError;
use attributes::Attributes;
use names::{is_block, is_hidden, is_phrase};
use parser::Parser;

/// An index into [`Markup`]; [`NONE`] stands for no node.
pub(crate) type NodeId = u32;
pub(crate) const NONE: NodeId = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NodeKind {
    Element,
    /// Text in which entities are still encoded.
    Text,
    /// Text without entities or the content of a CDATA section, to be taken as it stands.
    Verbatim,
}

#[derive(Clone, Copy)]
struct Node {
    start: u32,
    /// The end of the text, or of the element's attributes.
    end: u32,
    /// The sibling that follows.
    next: NodeId,
    /// The length of an element's name, which begins at `start`.
    name: u16,
    kind: NodeKind,
    /// Whether the node that follows is the first child.
    has_child: bool,
}

// A page has one for each tag, so their size is what a page costs while it is read.
const _: () = assert!(size_of::<Node>() == 16);

/// How many bytes nodes and operations may have together for each byte of the source, as long as that is foreseen.
const MOST_FOR_A_BYTE: usize = 11;
/// How many nodes or operations are so few that there may be room for too many.
const SHORT: usize = 1024;

impl Node {
    fn name_in<'a>(&self, source: &'a str) -> &'a str {
        &source[self.start as usize..self.start as usize + usize::from(self.name)]
    }
}

/// A body as a flat tree: nodes in document order, linked to their next sibling.
pub(crate) struct Markup<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    /// Where the markup was first seen to be broken.
    pub(crate) malformed_at: Option<usize>,
}

impl<'a> Markup<'a> {
    /// Reads a fragment that may have at most `limit` nodes.
    pub(crate) fn parse(source: &'a str, limit: usize) -> Result<Self, ConversionError> {
        Parser::new(source, limit).run()
    }

    /// How many operations the nodes become as a rule: the begin and the end of each block, and each text.
    pub(crate) fn operations(&self) -> usize {
        if self.nodes.len() <= SHORT {
            return self.nodes.len() * 2;
        }
        let mut operations = 0;
        let mut begins_quote = false;
        for node in &self.nodes {
            let name = node.name_in(self.source);
            operations += match node.kind {
                NodeKind::Element if name == "br" => 1,
                NodeKind::Element if is_block(name) => 2,
                NodeKind::Element => 0,
                _ if begins_quote => 3,
                _ => 1,
            };
            begins_quote = name == "blockquote";
        }
        // While they are made, the nodes are still there.
        let both = MOST_FOR_A_BYTE * self.source.len() / size_of::<Node>();
        operations.min(both.saturating_sub(self.nodes.len()).max(SHORT))
    }

    /// The first node of the fragment.
    pub(crate) fn first(&self) -> NodeId {
        if self.nodes.is_empty() { NONE } else { 0 }
    }

    pub(crate) fn kind(&self, node: NodeId) -> NodeKind {
        self.nodes[node as usize].kind
    }

    pub(crate) fn child(&self, node: NodeId) -> NodeId {
        if self.nodes[node as usize].has_child { node + 1 } else { NONE }
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
        self.nodes[node as usize].name_in(self.source)
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
    pub(crate) fn verbatim(&self, node: NodeId) -> Cow<'a, str> {
        let only = self.child(node);
        if only == NONE {
            return Cow::Borrowed("");
        }
        if self.kind(only) != NodeKind::Element && self.next(only) == NONE {
            return self.text(only);
        }
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
        Cow::Owned(out)
    }
}

/// Decodes HTML's character references.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if memchr(b'&', raw.as_bytes()).is_some() { htmlize::unescape(raw) } else { Cow::Borrowed(raw) }
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
