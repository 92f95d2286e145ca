//! Writes a document as plain text, and marks the units that passages are cut from.

use std::fmt::Write;

use crate::{
    article::Link,
    text::{Classes, WordCount},
    tree::{Block, Code, Document, Inline, Leaf, LinkId, Op},
};

/// A line of the text, which a passage never cuts: a paragraph, an item, a row, a line of code.
#[derive(Clone, Copy, Debug)]
struct Unit {
    /// Where it ends, before its line feed. It begins where the one before it ends.
    end: u32,
    words: WordCount,
    /// The index of its place in [`Units::places`].
    place: u32,
}

/// What units that follow one another have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// The heading that they stand under, plus one.
    heading: u32,
    /// What they are: [`PLAIN`], [`HEADING`], or rows of the table whose header row is the unit before this number.
    kind: u32,
    /// Units of one group (a list of steps, a table, a block of code) stay together where they fit. A unit of
    /// [`ALONE`] is a group of its own.
    group: u32,
}

const PLAIN: u32 = 0;
/// It opens a passage and is never one on its own.
const HEADING: u32 = u32::MAX;
const ALONE: u32 = 0;

/// The lines of a text.
#[derive(Debug, Default)]
pub(crate) struct Units {
    units: Vec<Unit>,
    places: Vec<Place>,
}

impl Units {
    fn with_capacity(units: usize) -> Self {
        Self { units: Vec::with_capacity(units), places: Vec::new() }
    }

    fn push(&mut self, end: usize, words: WordCount, place: Place) {
        if self.places.last() != Some(&place) {
            crate::text::grow(&mut self.places);
            self.places.push(place);
        }
        crate::text::grow(&mut self.units);
        self.units.push(Unit { end: end as u32, words, place: self.places.len() as u32 - 1 });
    }

    fn place(&self, unit: usize) -> &Place {
        &self.places[self.units[unit].place as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.units.len()
    }

    pub(crate) fn start(&self, unit: usize) -> usize {
        unit.checked_sub(1).map_or(0, |before| self.end(before) + 1)
    }

    pub(crate) fn end(&self, unit: usize) -> usize {
        self.units[unit].end as usize
    }

    pub(crate) fn words(&self, unit: usize) -> WordCount {
        self.units[unit].words
    }

    pub(crate) fn heading(&self, unit: usize) -> Option<u32> {
        self.place(unit).heading.checked_sub(1)
    }

    /// Whether a unit belongs to the group of the unit before it.
    pub(crate) fn continues_group(&self, unit: usize) -> bool {
        let Some(before) = unit.checked_sub(1) else { return false };
        let group = self.place(unit).group;
        group != ALONE && group == self.place(before).group
    }

    pub(crate) fn is_heading(&self, unit: usize) -> bool {
        self.place(unit).kind == HEADING
    }

    /// The header row of the table that a unit is a row of.
    pub(crate) fn table_header(&self, unit: usize) -> Option<usize> {
        match self.place(unit).kind {
            PLAIN | HEADING => None,
            after => Some(after as usize - 1),
        }
    }
}

#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) text: String,
    pub(crate) units: Units,
    pub(crate) links: Vec<Link>,
    /// For each loss, where it stands in `text`.
    pub(crate) loss_offsets: Vec<u32>,
}

struct Writer<'a> {
    document: &'a Document,
    out: Lines,
    heading: Option<u32>,
    /// The last heading inside the line that is being written, which counts from the next line on.
    heading_in_line: Option<u32>,
    lists: Vec<Option<u32>>,
    /// What begins the next line, such as a bullet.
    marker: String,
    line_start: usize,
    groups: u32,
    group: u32,
    /// How many groups are open: only the outermost counts.
    grouped: u32,
    /// How many rows are open: cells of a row share a line.
    rows: u32,
    /// For each open table, its header row as in [`Unit::kind`].
    tables: Vec<u32>,
    link: LinkId,
    link_text: String,
}

/// Writes the whole document.
pub(crate) fn write(document: &Document) -> Lines {
    let mut writer = Writer {
        document,
        out: Lines {
            text: String::with_capacity(
                document.strings.len() + document.kept.len() / 2 + document.ops.len() + 64,
            ),
            units: Units::with_capacity(document.ops.len() / 3 + document.kept.lines() + 4),
            links: Vec::with_capacity(document.links.len()),
            ..Lines::default()
        },
        heading: None,
        heading_in_line: None,
        lists: Vec::new(),
        marker: String::new(),
        line_start: 0,
        groups: 0,
        group: 0,
        grouped: 0,
        rows: 0,
        tables: Vec::new(),
        link: LinkId::NONE,
        link_text: String::new(),
    };
    let mut losses = document.losses.iter().map(|loss| loss.op as usize).peekable();
    for (at, op) in document.ops.iter().enumerate() {
        while losses.next_if(|&op| op <= at).is_some() {
            let offset = writer.out.text.len() as u32;
            writer.out.loss_offsets.push(offset);
        }
        writer.op(*op);
    }
    writer.end_line(false);
    let end = writer.out.text.len() as u32;
    writer.out.loss_offsets.extend(losses.map(|_| end));
    writer.out
}

impl Writer<'_> {
    fn op(&mut self, op: Op) {
        match op {
            Op::Open { block, .. } => self.open(block),
            Op::Close { start } => {
                if let Op::Open { block, .. } = self.document.ops[start as usize] {
                    self.close(block, start as usize);
                }
            }
            Op::Leaf(leaf) => self.leaf(leaf),
            Op::Inline(inline, style) => {
                if style.link != self.link {
                    self.end_link();
                    self.link = style.link;
                }
                self.inline(inline);
            }
        }
    }

    fn begin_group(&mut self) {
        if self.grouped == 0 {
            self.groups += 1;
            self.group = self.groups;
        }
        self.grouped += 1;
    }

    fn end_group(&mut self) {
        self.grouped = self.grouped.saturating_sub(1);
    }

    fn open(&mut self, block: Block) {
        match block {
            Block::Cell { .. } => {}
            _ if self.rows > 0 => self.in_row_break(),
            _ => self.end_line(false),
        }
        if matches!(block, Block::Item | Block::Task { .. } | Block::Decision { .. }) {
            self.marker.clear();
        }
        match block {
            // A line stands under the heading that it begins under, or with.
            Block::Heading(index) if self.rows > 0 => {
                if self.out.text.len() == self.line_start {
                    self.heading = Some(index);
                } else {
                    self.heading_in_line = Some(index);
                }
            }
            Block::List | Block::Numbered(_) => {
                self.lists.push(if let Block::Numbered(start) = block { Some(start) } else { None });
                self.begin_group();
            }
            Block::Item => match self.lists.last_mut() {
                Some(Some(number)) => {
                    let _ = write!(self.marker, "{number}. ");
                    *number = number.saturating_add(1);
                }
                _ => self.marker.push_str("- "),
            },
            Block::Tasks | Block::Decisions => self.begin_group(),
            Block::Task { done } => self.marker.push_str(if done { "[x] " } else { "[ ] " }),
            Block::Decision { .. } => self.marker.push_str("- "),
            Block::Callout { title, .. } | Block::Expand { title } | Block::Section { title }
                if !title.is_empty() =>
            {
                let title = self.document.str(title);
                self.push(title);
                self.break_line();
            }
            Block::Table => {
                self.tables.push(PLAIN);
                self.begin_group();
            }
            Block::Row => {
                self.rows += 1;
            }
            Block::Cell { .. } => {
                if self.out.text.len() > self.line_start {
                    while self.out.text.ends_with(' ') {
                        self.out.text.pop();
                    }
                    self.out.text.push_str(" | ");
                } else {
                    // An empty first cell still counts as a column.
                    self.marker.clear();
                }
            }
            Block::Figure(image) => {
                let label = self.document.str(self.document.images[image as usize].label);
                self.push("Image: ");
                self.push(label);
                self.break_line();
            }
            _ => {}
        }
    }

    fn close(&mut self, block: Block, start: usize) {
        match block {
            Block::Heading(index) if self.rows == 0 => {
                self.end_link();
                self.heading = Some(index);
                self.end_line(true);
            }
            Block::Row => {
                self.rows = self.rows.saturating_sub(1);
                if self.rows == 0 {
                    let before = self.out.units.len();
                    self.end_line(false);
                    let after = self.out.units.len();
                    let is_header = self.is_header_row(start);
                    if let Some(header) = self.tables.last_mut()
                        && *header == PLAIN
                        && is_header
                        && before < after
                    {
                        *header = after as u32;
                    }
                } else {
                    self.in_row_break();
                }
                return;
            }
            Block::Table => {
                self.tables.pop();
                self.end_group();
            }
            Block::List | Block::Numbered(_) => {
                self.lists.pop();
                self.end_group();
            }
            Block::Tasks | Block::Decisions => self.end_group(),
            Block::Cell { .. } => {
                self.end_link();
                return;
            }
            _ => {}
        }
        self.break_line();
    }

    fn is_header_row(&self, row: usize) -> bool {
        matches!(
            self.document.ops.get(row + 1),
            Some(Op::Open { block: Block::Cell { header: true, .. }, .. })
        ) && matches!(self.document.ops.get(row.wrapping_sub(1)), Some(Op::Open { block: Block::Table, .. }))
    }

    fn leaf(&mut self, leaf: Leaf) {
        self.break_line();
        match leaf {
            Leaf::Rule | Leaf::Contents { .. } => {}
            Leaf::Code(code) => {
                let Code { title, text, .. } = self.document.codes[code as usize];
                self.begin_group();
                if !title.is_empty() {
                    let title = self.document.str(title);
                    self.push(title);
                    self.break_line();
                }
                for line in self.document.str(text).lines() {
                    self.push(line);
                    self.break_line();
                }
                self.end_group();
            }
            Leaf::Math(text) => {
                let text = self.document.str(text);
                self.push(text);
            }
            Leaf::Notice { text, link } => {
                let text = self.document.str(text);
                self.link = link;
                self.push(text);
                self.end_link();
            }
        }
        self.break_line();
    }

    fn inline(&mut self, inline: Inline) {
        let document = self.document;
        match inline {
            Inline::Text(run, classes) => self.push_known(document.text(run), classes),
            Inline::Date(span) | Inline::Mention(span) | Inline::Math(span) => {
                self.push(document.str(span));
            }
            Inline::Status { text, .. } => self.push(document.str(text)),
            Inline::Break => self.in_row_break(),
            Inline::Anchor(_) => {}
            Inline::Image(image) => {
                self.push("Image: ");
                self.push(document.str(document.images[image as usize].label));
            }
        }
    }

    fn push(&mut self, text: &str) {
        let has_no_break = memchr::memchr(0xA0, text.as_bytes()).is_some();
        self.push_known(text, if has_no_break { Classes::NO_BREAK } else { Classes::default() });
    }

    fn push_known(&mut self, text: &str, classes: Classes) {
        if self.link != LinkId::NONE {
            self.link_text.push_str(text);
        }
        self.out.text.push_str(&self.marker);
        self.marker.clear();
        if !classes.has(Classes::NO_BREAK) {
            self.out.text.push_str(text);
            return;
        }
        for (at, part) in text.split('\u{a0}').enumerate() {
            if at > 0 {
                self.out.text.push(' ');
            }
            self.out.text.push_str(part);
        }
    }

    fn end_link(&mut self) {
        let Some(index) = self.link.index() else { return };
        let entry = &self.document.links[index];
        let text = self.link_text.trim().to_owned();
        self.link_text.clear();
        self.link = LinkId::NONE;
        crate::text::grow(&mut self.out.links);
        self.out.links.push(Link {
            kind: entry.kind,
            address: self.document.str(entry.address).to_owned(),
            text,
        });
    }

    /// Ends a line, except in a table, where a row is one line.
    fn break_line(&mut self) {
        if self.rows > 0 { self.in_row_break() } else { self.end_line(false) }
    }

    fn in_row_break(&mut self) {
        self.end_link_text_space();
        if self.out.text.len() > self.line_start && !self.out.text.ends_with(' ') {
            self.out.text.push(' ');
        }
    }

    fn end_link_text_space(&mut self) {
        if self.link != LinkId::NONE {
            self.link_text.push(' ');
        }
    }

    fn end_line(&mut self, is_heading: bool) {
        self.end_link();
        while self.out.text.len() > self.line_start && self.out.text.ends_with(' ') {
            self.out.text.pop();
        }
        let (start, end) = (self.line_start, self.out.text.len());
        // What was lost among spaces that are gone stands where the words end.
        for offset in self.out.loss_offsets.iter_mut().rev().take_while(|offset| **offset > end as u32) {
            *offset = end as u32;
        }
        if start == end {
            return;
        }
        self.out.text.push('\n');
        self.line_start = self.out.text.len();
        let group = if self.grouped > 0 { self.group } else { ALONE };
        let kind = if is_heading { HEADING } else { self.tables.first().copied().unwrap_or(PLAIN) };
        crate::text::grow_output(&mut self.out.text);
        let words = WordCount::of(&self.out.text[start..end]);
        let heading = self.heading.map_or(0, |heading| heading + 1);
        self.out.units.push(end, words, Place { heading, kind, group });
        self.heading = self.heading_in_line.take().or(self.heading);
    }
}
