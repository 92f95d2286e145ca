//! Writes a document as plain text, and marks the units that passages are cut from.

use crate::{
    article::Link,
    tree::{Block, Document, Inline, Leaf, LinkId, Op},
};

/// A part of the text that a passage never cuts: a paragraph, an item, a row, a line of code.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The heading that it stands under.
    pub(crate) heading: Option<u32>,
    /// The header row of the table that it is a row of.
    pub(crate) table_header: Option<(usize, usize)>,
    /// Units of one group (a list of steps, a table, a block of code) stay together where they fit.
    pub(crate) group: u32,
    /// A heading line: it opens a passage and is never one on its own.
    pub(crate) is_heading: bool,
}

#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) text: String,
    pub(crate) units: Vec<Unit>,
    pub(crate) links: Vec<Link>,
    /// For each loss, where it stands in `text`.
    pub(crate) loss_offsets: Vec<u32>,
}

struct Writer<'a> {
    document: &'a Document,
    out: Lines,
    heading: Option<u32>,
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
    tables: Vec<Option<(usize, usize)>>,
    link: LinkId,
    link_text: String,
}

/// Writes the whole document.
pub(crate) fn write(document: &Document) -> Lines {
    let mut writer = Writer {
        document,
        out: Lines { text: String::with_capacity(document.strings.len() + 64), ..Lines::default() },
        heading: None,
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
        match block {
            Block::List(start) => {
                self.lists.push(start);
                self.begin_group();
            }
            Block::Item => match self.lists.last_mut() {
                Some(Some(number)) => {
                    self.marker = format!("{number}. ");
                    *number = number.saturating_add(1);
                }
                _ => self.marker = "- ".to_owned(),
            },
            Block::Tasks | Block::Decisions => self.begin_group(),
            Block::Task { done } => self.marker = if done { "[x] " } else { "[ ] " }.to_owned(),
            Block::Decision { .. } => self.marker = "- ".to_owned(),
            Block::Callout { title, .. } | Block::Expand { title } | Block::Section { title }
                if !title.is_empty() =>
            {
                let title = self.document.str(title);
                self.push(title);
                self.break_line();
            }
            Block::Table => {
                self.tables.push(None);
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
                let label = &self.document.images[image as usize].label;
                self.push("Image: ");
                self.push(label);
                self.break_line();
            }
            _ => {}
        }
    }

    fn close(&mut self, block: Block, start: usize) {
        match block {
            Block::Heading(index) => {
                self.end_link();
                self.heading = Some(index);
                self.end_line(true);
            }
            Block::Row => {
                self.rows = self.rows.saturating_sub(1);
                if self.rows == 0 {
                    let from = self.line_start;
                    self.end_line(false);
                    let to = self.out.text.len().saturating_sub(1);
                    let is_header = self.is_header_row(start);
                    if let Some(header) = self.tables.last_mut()
                        && header.is_none()
                        && is_header
                        && from < to
                    {
                        *header = Some((from, to));
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
            Block::List(_) => {
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
            Leaf::Code { title, text, .. } => {
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
            Inline::Text(span) | Inline::Date(span) | Inline::Mention(span) | Inline::Math(span) => {
                self.push(document.str(span));
            }
            Inline::Status { text, .. } => self.push(document.str(text)),
            Inline::Break => self.in_row_break(),
            Inline::Anchor(_) => {}
            Inline::Image(image) => {
                self.push("Image: ");
                self.push(&document.images[image as usize].label);
            }
        }
    }

    fn push(&mut self, text: &str) {
        if self.link != LinkId::NONE {
            self.link_text.push_str(text);
        }
        if !self.marker.is_empty() {
            let marker = std::mem::take(&mut self.marker);
            self.out.text.push_str(&marker);
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
        self.out.links.push(Link { kind: entry.kind, address: entry.address.clone(), text });
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
        if start == end {
            return;
        }
        self.out.text.push('\n');
        self.line_start = self.out.text.len();
        let group = if self.grouped > 0 {
            self.group
        } else {
            self.groups += 1;
            self.groups
        };
        self.out.units.push(Unit {
            start,
            end,
            heading: self.heading,
            table_header: self.tables.first().copied().flatten(),
            group,
            is_heading,
        });
    }
}
