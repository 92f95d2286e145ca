//! The document tree that both source formats become, and that every output is written from.
//!
//! The tree is kept flat, as the list of its opening and closing operations in document order, so that no step of
//! a conversion recurses. Marks (bold, links, …) are properties of a run of text and never nest: a block that the
//! source puts inside a mark needs no repair.

mod block;
mod builder;
mod kinds;

pub(crate) use block::Block;
pub(crate) use builder::{Builder, Token, anchor_of};
pub(crate) use kinds::{CalloutKind, Colour, Marks};

/// A stretch of [`Document::strings`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The index of a link in [`Document::links`], plus one; zero is no link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkId(u32);

impl LinkId {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) fn new(index: usize) -> Self {
        Self(index as u32 + 1)
    }
    pub(crate) fn index(self) -> Option<usize> {
        (self.0 as usize).checked_sub(1)
    }
}

/// How a run of text looks and where it leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) marks: Marks,
    pub(crate) link: LinkId,
}

/// A block that holds nothing further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Rule,
    Code {
        language: Span,
        title: Span,
        text: Span,
    },
    /// A formula in TeX.
    Math(Span),
    /// A table of contents of the headings between two source levels.
    Contents {
        least: u8,
        most: u8,
    },
    /// What stands in the place of something that cannot be shown.
    Notice {
        text: Span,
        link: LinkId,
    },
}

/// Something in a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Text(Span),
    Break,
    Status {
        text: Span,
        colour: Colour,
    },
    /// A date as `YYYY-MM-DD`.
    Date(Span),
    Mention(Span),
    /// A place that links lead to.
    Anchor(Span),
    Math(Span),
    /// An image in a line, by its index in [`Document::images`].
    Image(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Open {
        block: Block,
        /// The index of the matching [`Op::Close`].
        end: u32,
    },
    Close {
        /// The index of the matching [`Op::Open`].
        start: u32,
    },
    Leaf(Leaf),
    Inline(Inline, Style),
}

#[derive(Clone, Debug)]
pub(crate) struct HeadingEntry {
    /// The level in the source, 1 to 6.
    pub(crate) source_level: u8,
    /// The level in the article, 2 to 6.
    pub(crate) level: u8,
    pub(crate) text: String,
    pub(crate) anchor: String,
    /// The heading that this one stands under.
    pub(crate) parent: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct LinkEntry {
    pub(crate) kind: crate::article::LinkKind,
    pub(crate) address: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// The alternative text, else the file's name.
    pub(crate) label: String,
    pub(crate) address: crate::source::ImageAddress,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct LossEntry {
    pub(crate) name: String,
    pub(crate) origin: crate::article::Origin,
    pub(crate) outcome: crate::article::Outcome,
    pub(crate) count: u32,
    pub(crate) words: String,
    pub(crate) heading: Option<u32>,
    /// The index of the operation that follows.
    pub(crate) op: u32,
}

/// A page as a tree.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) ops: Vec<Op>,
    pub(crate) strings: String,
    pub(crate) headings: Vec<HeadingEntry>,
    pub(crate) links: Vec<LinkEntry>,
    pub(crate) images: Vec<Picture>,
    pub(crate) losses: Vec<LossEntry>,
    pub(crate) dependencies: Vec<crate::article::Dependency>,
    pub(crate) malformed_at: Option<u64>,
}

impl Document {
    pub(crate) fn str(&self, span: Span) -> &str {
        &self.strings[span.start as usize..span.end as usize]
    }

    /// The headings above and including `heading`, outermost first.
    pub(crate) fn path(&self, heading: Option<u32>) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = heading;
        while let Some(index) = at {
            let entry = &self.headings[index as usize];
            path.push(entry.text.clone());
            at = entry.parent;
        }
        path.reverse();
        path
    }
}
