//! What the structure of a page may cost in memory.
//!
//! A table of one letter per cell is an article of twenty times the length of the page, and takes fifty times that while
//! it is written. So that no page takes more memory than its length allows, its blocks, marks and links are counted as
//! what they take; where a page has used up its room, what follows is words only, and the report says so. No page that
//! people wrote comes near to it.

use crate::tree::{Block, Code, HeadingEntry, Inline, Leaf, Marks, Op, Style};

/// How many bytes the structure of any page may take.
const ALLOWANCE: usize = 176 << 10;
/// How many it may take more for each byte of the page. With the text, which takes five as a rule, and the articles'
/// other parts, that makes twelve.
const FOR_A_BYTE: usize = 6;

/// What a byte of words takes that the body holds in a shorter form: once in each form of the article, and twice while
/// it is unpacked. Words that stand in the body have this from it.
const UNPACKED: usize = 8;

const OP: usize = size_of::<Op>();
/// The word that stands before the description of an image.
const IMAGE: usize = "Image: ".len();

/// The room that is left for structure.
pub(super) struct Room {
    left: usize,
    /// The bytes of HTML among those that were taken, about.
    pub(super) html: usize,
}

impl Room {
    /// The room of a page of so many bytes.
    pub(super) fn of(bytes: usize) -> Self {
        Self { left: ALLOWANCE + FOR_A_BYTE * bytes, html: 0 }
    }

    /// Makes more room, for a body that is shown inside the page.
    pub(super) fn add(&mut self, bytes: usize) {
        self.left += FOR_A_BYTE * bytes;
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Spends all room, if there is not enough for twice as many operations as are made.
    pub(super) fn spend_unless_twice(&mut self, operations: usize) {
        if self.left < 2 * operations * OP {
            self.left = 0;
        }
    }

    /// How many operations there is room for, at most: each stands for something that is written.
    pub(super) fn operations(&self) -> usize {
        self.left / (OP + 3)
    }

    /// How many bytes of words there is room for that are to be unpacked, if each is a sign that HTML escapes.
    pub(super) fn unpacked(&self) -> usize {
        self.left / (2 * UNPACKED)
    }

    pub(super) fn take_unpacked(&mut self, words: usize) {
        self.take(0, UNPACKED * words);
    }

    /// Takes room for something, of which a part is HTML.
    fn take(&mut self, html: usize, other: usize) {
        self.html += html;
        self.left = self.left.saturating_sub(html + other);
    }

    pub(super) fn take_block(&mut self, block: Block) {
        let (html, other) = match block {
            Block::Paragraph => (8, 3),
            // Its entry, its line of the outline and what a passage has besides its words.
            Block::Heading(_) => (20, 8 + size_of::<HeadingEntry>() + size_of::<crate::Heading>() + 100),
            Block::Item | Block::Row => (10, 6),
            Block::Cell { columns: 1, rows: 1, header } => (if header { 22 } else { 9 }, 7),
            Block::Cell { .. } => (50, 7),
            Block::Task { .. } => (96, 8),
            Block::Decision { .. } => (78, 20),
            Block::Callout { .. } => (120, 16),
            Block::Table => (100, 30),
            Block::Figure(_) => (120, 40),
            _ => (50, 20),
        };
        self.take(html, other + 2 * OP);
    }

    /// Takes room for something in a line, of so many bytes of words besides the text of the line.
    pub(super) fn take_inline(&mut self, inline: &Inline, words: usize, style: Style) {
        let (html, other) = match inline {
            Inline::Text(..) => (0, 0),
            Inline::Break => (5, 4),
            Inline::Anchor(_) => (20, 40),
            Inline::Image(_) => (90 + IMAGE, 20 + 4 * IMAGE),
            Inline::Math(_) => (30, 8),
            Inline::Status { .. } | Inline::Date(_) | Inline::Mention(_) => (45, 8),
        };
        self.take(html + words, other + 4 * words + OP);
        if style.marks != Marks::default() {
            let marks = style.marks.inwards().count();
            // Underlined, raised and small words are elements in Markdown too.
            let is_short = style.marks.without(Marks::STRONG.with(Marks::EM)) == Marks::default();
            self.take(marks * 13 + 5, marks * if is_short { 4 } else { 11 });
        }
    }

    pub(super) fn take_leaf(&mut self, leaf: Leaf, words: usize) {
        let (html, other) = match leaf {
            Leaf::Rule => (5, 5),
            Leaf::Code(_) => (115, 20 + size_of::<Code>()),
            Leaf::Math(_) => (30, 12),
            Leaf::Contents { .. } => (80, 0),
            Leaf::Notice { .. } => (44, 12),
        };
        self.take(html + words, other + 4 * words + OP);
    }

    /// Takes room for the line that a heading has in each table of contents.
    pub(super) fn take_contents_line(&mut self, words: usize) {
        self.take(45 + 2 * words, 0);
    }

    /// Takes room for the beginning of a link, which is written in HTML, in Markdown and in the list of links.
    pub(super) fn take_link(&mut self, address: usize) {
        self.take(15 + address, 4 + 2 * address + size_of::<crate::Link>());
    }

    pub(super) fn take_entry(&mut self, bytes: usize) {
        self.take(0, bytes);
    }

    pub(super) fn take_html(&mut self, bytes: usize) {
        self.take(bytes, 0);
    }

    /// Takes room for signs that are more bytes in HTML than one.
    pub(super) fn take_escapes(&mut self, signs: usize) {
        self.take(4 * signs, 0);
    }
}
