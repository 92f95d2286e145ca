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

use crate::text::{Classes, is_roomy};

/// A string that a block, a link or an image has, by its number in [`Document::kept`]; the default is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span(u32);

impl Span {
    pub(crate) const EMPTY: Self = Self(0);

    pub(crate) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }
}

/// The strings of a document that are no text of a line.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    strings: String,
    /// Where each string ends.
    ends: Vec<u32>,
}

impl Kept {
    fn with_capacity(bytes: usize) -> Self {
        Self { strings: String::with_capacity(bytes), ends: Vec::new() }
    }

    fn give_back_room(&mut self) {
        if is_roomy(self.strings.capacity(), self.strings.len()) {
            self.strings.shrink_to_fit();
        }
        if is_roomy(self.ends.capacity() * size_of::<u32>(), self.ends.len() * size_of::<u32>()) {
            self.ends.shrink_to_fit();
        }
    }

    /// How many bytes the strings have together.
    pub(crate) fn len(&self) -> usize {
        self.strings.len()
    }

    /// How many lines of the strings end in a line feed and are not empty.
    pub(crate) fn lines(&self) -> usize {
        let bytes = self.strings.as_bytes();
        memchr::memchr_iter(b'\n', bytes).filter(|&at| at > 0 && bytes[at - 1] != b'\n').count()
    }

    pub(crate) fn get(&self, span: Span) -> &str {
        let Some(at) = (span.0 as usize).checked_sub(1) else { return "" };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.strings[start..self.ends[at] as usize]
    }

    /// Keeps what `write` appends.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut String)) -> Span {
        let start = self.strings.len();
        write(&mut self.strings);
        if self.strings.len() == start {
            return Span::EMPTY;
        }
        self.ends.push(self.strings.len() as u32);
        Span(self.ends.len() as u32)
    }
}

/// A run of text: a stretch of [`Document::strings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The index of a link in [`Document::links`], plus one; zero is no link.
///
/// Three bytes are enough for every link of a body of 180 MB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkId([u8; 3]);

impl LinkId {
    pub(crate) const NONE: Self = Self([0; 3]);
    const MOST: usize = (1 << 24) - 1;

    /// None if there are too many links.
    pub(crate) fn new(index: usize) -> Option<Self> {
        let [a, b, c, _] = ((index + 1) as u32).to_le_bytes();
        (index < Self::MOST).then_some(Self([a, b, c]))
    }
    pub(crate) fn index(self) -> Option<usize> {
        let [a, b, c] = self.0;
        (u32::from_le_bytes([a, b, c, 0]) as usize).checked_sub(1)
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
    /// A block of code, by its index in [`Document::codes`].
    Code(u32),
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
    /// Text, and what the writers have to look for in it.
    Text(Run, Classes),
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

// A page has several of these for each of its elements, so their size is what a conversion costs.
const _: () = assert!(size_of::<Op>() == 16);

#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadingEntry {
    /// The level in the source, 1 to 6.
    pub(crate) source_level: u8,
    /// The level in the article, 2 to 6.
    pub(crate) level: u8,
    pub(crate) text: Span,
    pub(crate) anchor: Span,
    /// The heading that this one stands under.
    pub(crate) parent: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Code {
    pub(crate) language: Span,
    pub(crate) title: Span,
    pub(crate) text: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LinkEntry {
    pub(crate) kind: crate::article::LinkKind,
    pub(crate) address: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Picture {
    /// The alternative text, else the file's name.
    pub(crate) label: Span,
    pub(crate) address: PictureAddress,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
}

/// How an image is shown: [`crate::source::ImageAddress`], kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PictureAddress {
    Shown(Span),
    Linked(Span),
    Unknown,
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
    /// The text of all lines.
    pub(crate) strings: String,
    pub(crate) kept: Kept,
    pub(crate) headings: Vec<HeadingEntry>,
    pub(crate) links: Vec<LinkEntry>,
    pub(crate) images: Vec<Picture>,
    pub(crate) codes: Vec<Code>,
    pub(crate) losses: Vec<LossEntry>,
    pub(crate) dependencies: Vec<crate::article::Dependency>,
    pub(crate) malformed_at: Option<u64>,
    /// How many bytes of HTML the blocks, marks and links take, about.
    pub(crate) html_of_structure: usize,
}

impl Document {
    /// Gives back the room that was made for what did not come.
    fn give_back_room(&mut self) {
        if is_roomy(self.ops.capacity() * size_of::<Op>(), self.ops.len() * size_of::<Op>()) {
            self.ops.shrink_to_fit();
        }
        if is_roomy(self.strings.capacity(), self.strings.len()) {
            self.strings.shrink_to_fit();
        }
        self.kept.give_back_room();
    }

    pub(crate) fn str(&self, span: Span) -> &str {
        self.kept.get(span)
    }

    /// Whether the block between two operations holds a line of text itself: anchors alone may stand between blocks.
    pub(crate) fn is_line(&self, open: usize, close: usize) -> bool {
        let mut shows = false;
        for op in &self.ops[open + 1..close] {
            match op {
                Op::Inline(inline, _) => shows |= !matches!(inline, Inline::Anchor(_)),
                _ => return false,
            }
        }
        shows
    }

    pub(crate) fn text(&self, run: Run) -> &str {
        &self.strings[run.start as usize..run.end as usize]
    }
}
