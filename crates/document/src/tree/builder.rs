//! Builds a [`Document`] from whatever order of blocks and text a source gives, and keeps it well formed.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{Block, Document, Kept, Op, Span};
use crate::text;

pub(crate) use headings::anchor_of;

mod blocks;
mod headings;
mod ledger;
mod line;

/// Names an open block; closing it twice, or after it was closed for other reasons, does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Token(u32);

struct Frame {
    token: Token,
    block: Block,
    /// The index of the block's [`Op::Open`]; none for a block that was flattened away.
    op: Option<u32>,
    /// Opened to hold loose content: closes as soon as something comes that it cannot hold.
    implicit: bool,
}

/// How many tables of contents a page may have.
const CONTENTS: usize = 4;

/// Builds a [`Document`].
pub(crate) struct Builder {
    document: Document,
    frames: Vec<Frame>,
    next_token: u32,
    depth_limit: usize,
    /// Whether the next text begins a line, so that white space before it does not count.
    line_start: bool,
    /// Whether the text so far ends in white space, so that more of it does not count.
    after_space: bool,
    after_insert: bool,
    has_content: bool,
    contents: usize,
    pending_anchors: Vec<Span>,
    /// Anchors that are taken, by [`key_of`], and how often each was wanted since.
    anchors: BTreeMap<u64, u32>,
    heading: Option<u32>,
    heading_stack: Vec<u32>,
    /// The indices of losses and of dependencies, by [`key_of`].
    losses: BTreeMap<u64, u32>,
    dependencies: BTreeMap<u64, u32>,
}

impl Builder {
    pub(crate) fn new(depth_limit: usize, reserved_anchors: &[&str], capacity: usize) -> Self {
        Self {
            document: Document {
                strings: String::with_capacity(capacity / 2),
                kept: Kept::with_capacity(capacity / 8),
                ..Document::default()
            },
            frames: Vec::with_capacity(16),
            next_token: 0,
            depth_limit,
            line_start: true,
            after_space: false,
            after_insert: false,
            has_content: false,
            contents: 0,
            pending_anchors: Vec::new(),
            anchors: reserved_anchors.iter().map(|&anchor| (key_of(anchor), 0)).collect(),
            heading: None,
            heading_stack: Vec::new(),
            losses: BTreeMap::new(),
            dependencies: BTreeMap::new(),
        }
    }

    /// Makes room for so many operations.
    pub(crate) fn reserve(&mut self, operations: usize) {
        self.document.ops.reserve_exact(operations + 16);
    }

    /// How many operations there are so far.
    pub(crate) fn operations(&self) -> usize {
        self.document.ops.len()
    }

    fn push_op(&mut self, op: Op) {
        text::grow(&mut self.document.ops);
        self.document.ops.push(op);
    }

    /// Closes what is open and gives the tree.
    pub(crate) fn finish(mut self) -> Document {
        while !self.frames.is_empty() {
            self.pop();
        }
        self.document
    }
}

/// What stands for a value in a map. Two values with one key are as good as impossible, and would cost an anchor its
/// name or a loss its line, nothing else.
///
/// The hash has no secret, because there is no source of randomness here; the maps are ordered, so that no choice of
/// names makes them slow.
fn key_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
