//! Builds a [`Document`] from whatever order of blocks and text a source gives, and keeps it well formed.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{Block, Document, Kept, Op, Span};
use crate::text;
use room::Room;

pub(crate) use headings::anchor_of;

mod blocks;
mod headings;
mod ledger;
mod line;
mod room;

/// Names an open block; closing it twice, or after it was closed for other reasons, does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Token(u32);

impl Token {
    /// A block that was flattened away: what comes after it stands apart from what was in it.
    const FLAT: Self = Self(0);
}

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

/// How many operations may come when there is no more room for structure: the ends of what is open.
const SPARE: usize = 128;

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
    room: Room,
    /// What stands for every image for which there is no room: its words are in the text.
    blank_picture: Option<u32>,
}

impl Builder {
    pub(crate) fn new(depth_limit: usize, reserved_anchors: &[&str], bytes: usize) -> Self {
        Self {
            document: Document {
                strings: String::with_capacity(bytes / 2),
                kept: Kept::with_capacity(bytes / 8),
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
            room: Room::of(bytes),
            blank_picture: None,
        }
    }

    /// Makes room for so many operations, before the first of them.
    pub(crate) fn reserve(&mut self, operations: usize) {
        // What is read into the page later would have all before it copied each time.
        if self.document.ops.is_empty() {
            self.document.ops.reserve_exact(operations.min(self.room.operations()) + 2 * SPARE);
        }
    }

    /// Makes room for the structure of a body of so many bytes that is shown inside the page.
    pub(crate) fn make_room_for(&mut self, bytes: usize) {
        self.room.add(bytes);
    }

    /// Takes room for HTML that will be longer than the words that it is made from.
    pub(crate) fn take_html(&mut self, bytes: usize) {
        self.room.take_html(bytes);
    }

    /// Whether blocks, marks and links are still written as such.
    pub(crate) fn has_room(&self) -> bool {
        !self.room.is_spent()
    }

    /// Unpacks words that are in the body in a shorter form: `unpack` is told how long they may be, in bytes.
    pub(crate) fn unpacked(&mut self, unpack: impl FnOnce(usize) -> Option<String>) -> Option<String> {
        let words = unpack(self.room.unpacked())?;
        self.room.take_unpacked(words.len());
        Some(words)
    }

    /// How many operations there are so far.
    pub(crate) fn operations(&self) -> usize {
        self.document.ops.len()
    }

    fn push_op(&mut self, op: Op) {
        let ops = &mut self.document.ops;
        if ops.len() + SPARE == ops.capacity() {
            // All of them would be there twice while they are moved to where there is room for more.
            self.room.spend_unless_twice(ops.len());
        }
        text::grow(ops);
        self.document.ops.push(op);
    }

    /// Closes what is open and gives the tree.
    pub(crate) fn finish(mut self) -> Document {
        while !self.frames.is_empty() {
            self.pop();
        }
        self.document.html_of_structure = self.room.html;
        self.document.give_back_room();
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
