//! Writes a document as GitHub-flavoured Markdown, for machines that read and people who edit.
//!
//! What Markdown has no form for (merged cells, blocks in cells, underlined words) is written as the HTML that
//! Markdown allows; every character that would mean something is escaped.

mod container;
mod inline;
mod list;
mod table;

use crate::tree::{Block, CalloutKind, Code, Document, Leaf, LinkId, Marks, Op, Span, Style};
use container::Container;
use inline::{Line, Place};
use list::List;

/// Writes the whole document.
pub(crate) fn write(document: &Document) -> String {
    let text = document.strings.len() + document.kept.len();
    let mut writer = Writer {
        document,
        out: String::with_capacity(text + text / 8 + document.ops.len()),
        containers: Vec::new(),
        prefixes: String::new(),
        lists: Vec::new(),
        last_list: None,
        fresh: true,
        open: Vec::new(),
    };
    let mut at = 0;
    while at < document.ops.len() {
        at = writer.op(at);
    }
    writer.out
}

struct Writer<'a> {
    document: &'a Document,
    out: String,
    containers: Vec<Container>,
    /// What the containers begin lines with.
    prefixes: String,
    lists: Vec<List>,
    /// Where the last list ended, and its mark.
    last_list: Option<(usize, char)>,
    /// Whether the next block is the first of its container.
    fresh: bool,
    /// The marks that are open in the line that is being written; here so that each line need not make a list anew.
    open: Vec<inline::Open>,
}

impl Writer<'_> {
    /// Writes what begins at an operation, and gives the operation to go on with.
    fn op(&mut self, at: usize) -> usize {
        match self.document.ops[at] {
            Op::Open { block, end } => self.open(block, at, end as usize),
            Op::Close { start } => {
                if let Op::Open { block, .. } = self.document.ops[start as usize] {
                    self.close(block, at);
                }
                at + 1
            }
            Op::Leaf(leaf) => {
                self.leaf(leaf);
                at + 1
            }
            // Anchors between blocks.
            Op::Inline(..) => at + 1,
        }
    }

    fn open(&mut self, block: Block, at: usize, end: usize) -> usize {
        match block {
            Block::Paragraph | Block::Caption | Block::Term => {
                let marks = match block {
                    Block::Caption => Marks::EM,
                    Block::Term => Marks::STRONG,
                    _ => Marks::default(),
                };
                self.inlines(at + 1, end, marks);
                return end + 1;
            }
            Block::Heading(index) => {
                let level = self.document.headings[index as usize].level;
                self.begin_block();
                self.out.push_str(&"###### "[usize::from(6_u8.saturating_sub(level))..]);
                let from = self.out.len();
                self.line(Place::Heading).inlines(at + 1, end, Marks::default());
                // A row of number signs at the end would be taken for a closing sequence.
                if self.out[from..].ends_with('#') {
                    self.out.insert(self.out.len() - 1, '\\');
                }
                self.out.push('\n');
                return end + 1;
            }
            Block::Table => {
                self.table(at, end);
                return end + 1;
            }
            Block::Numbered(start) => self.begin_list(Some(start), at, end),
            Block::List | Block::Tasks | Block::Decisions => self.begin_list(None, at, end),
            Block::Item => {
                self.begin_item("");
                return self.own_line(at, end);
            }
            Block::Task { done } => {
                let mark = if done { "[x] " } else { "[ ] " };
                if self.begins_with_line(at, end) {
                    self.begin_item(mark);
                    return self.own_line(at, end);
                } else {
                    // The box belongs to a line of text.
                    self.begin_item("");
                    self.paragraph(mark.trim_end());
                }
            }
            Block::Decision { decided } => {
                self.begin_item("");
                let label = if decided { "**Decision:** " } else { "**Undecided:** " };
                if self.begins_with_line(at, end) {
                    self.lengthen_first(label);
                    return self.own_line(at, end);
                }
                self.paragraph(label.trim_end());
            }
            Block::Quote => self.begin_quote(),
            Block::Callout { kind, title } => {
                self.begin_quote();
                if let Some(alert) = alert(kind) {
                    self.begin_block();
                    self.out.push_str(alert);
                    self.out.push('\n');
                    // The first line of an alert's content follows its mark directly.
                    self.fresh = true;
                }
                self.label(title);
                if kind == CalloutKind::Panel && title.is_empty() && end == at + 1 {
                    self.paragraph("");
                }
            }
            Block::Expand { title } | Block::Section { title } => self.label(title),
            Block::Figure(image) => {
                self.begin_block();
                self.line(Place::Paragraph).picture(image);
                self.out.push('\n');
            }
            Block::Description => return self.own_line(at, end),
            Block::Row | Block::Cell { .. } | Block::Terms => {}
        }
        at + 1
    }

    /// Whether the first thing in an item is a line of text.
    fn begins_with_line(&self, at: usize, end: usize) -> bool {
        matches!(self.document.ops.get(at + 1), Some(Op::Open { block: Block::Paragraph, .. }))
            || self.document.is_line(at, end)
    }

    /// Writes the line that an item holds itself, if it does, and gives the operation to go on with.
    fn own_line(&mut self, at: usize, end: usize) -> usize {
        if !self.document.is_line(at, end) {
            return at + 1;
        }
        self.inlines(at + 1, end, Marks::default());
        end
    }

    fn close(&mut self, block: Block, at: usize) {
        match block {
            Block::List | Block::Numbered(_) | Block::Tasks | Block::Decisions => {
                self.last_list = self.lists.pop().map(|list| (at, list.mark));
                self.fresh = false;
            }
            Block::Item
            | Block::Task { .. }
            | Block::Decision { .. }
            | Block::Quote
            | Block::Callout { .. } => {
                // An empty item is still an item.
                if self.containers.last().is_some_and(|container| !container.begun) {
                    self.prefix();
                    self.out.push('\n');
                }
                self.end_container();
                self.fresh = false;
            }
            _ => {}
        }
    }

    fn leaf(&mut self, leaf: Leaf) {
        match leaf {
            Leaf::Rule => {
                self.begin_block();
                self.out.push_str("___\n");
            }
            Leaf::Code(code) => {
                let Code { language, title, text } = self.document.codes[code as usize];
                self.label(title);
                self.fence(self.document.str(language), self.document.str(text));
            }
            Leaf::Math(tex) => self.fence("math", self.document.str(tex)),
            // A machine has the headings themselves.
            Leaf::Contents { .. } => {}
            Leaf::Notice { text, link } => self.notice(text, link),
        }
    }

    fn fence(&mut self, language: &str, text: &str) {
        let fence = "`".repeat(inline::longest_run(text, b'`').max(2) + 1);
        self.begin_block();
        self.out.push_str(&fence);
        self.out.push_str(language);
        self.out.push('\n');
        for line in text.lines() {
            let from = self.out.len();
            self.prefix();
            if line.is_empty() {
                let kept = from + self.out[from..].trim_end().len();
                self.out.truncate(kept);
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
        self.prefix();
        self.out.push_str(&fence);
        self.out.push('\n');
    }

    fn notice(&mut self, text: Span, link: LinkId) {
        self.begin_block();
        let from = self.out.len();
        self.line(Place::Paragraph).run(text, Style { link, ..Style::default() });
        inline::escape_line_start(&mut self.out, from);
        self.out.push('\n');
    }

    /// Begins to write text where the output ends.
    fn line(&mut self, place: Place) -> Line<'_> {
        Line::new(self.document, &mut self.out, &mut self.open, place)
    }

    /// A paragraph of the inlines from one operation to another, all with some marks more.
    fn inlines(&mut self, from: usize, to: usize, marks: Marks) {
        self.begin_block();
        let start = self.out.len();
        self.line(Place::Paragraph).inlines(from, to, marks);
        if memchr::memchr(b'\n', &self.out.as_bytes()[start..]).is_none() {
            inline::escape_line_start(&mut self.out, start);
            self.out.push('\n');
            return;
        }
        let lines = self.out.split_off(start);
        for (at, line) in lines.split('\n').enumerate() {
            if at > 0 {
                self.prefix();
            }
            let start = self.out.len();
            self.out.push_str(line);
            inline::escape_line_start(&mut self.out, start);
            self.out.push('\n');
        }
    }
}

/// GitHub's alerts, by what they are for rather than by name.
fn alert(kind: CalloutKind) -> Option<&'static str> {
    Some(match kind {
        CalloutKind::Info | CalloutKind::Note => "[!NOTE]",
        CalloutKind::Tip | CalloutKind::Success => "[!TIP]",
        CalloutKind::Warning => "[!WARNING]",
        CalloutKind::Error => "[!CAUTION]",
        CalloutKind::Panel => return None,
    })
}
