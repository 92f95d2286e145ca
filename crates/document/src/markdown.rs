//! Writes a document as GitHub-flavoured Markdown, for machines that read and people who edit.
//!
//! What Markdown has no form for (merged cells, blocks in cells, underlined words) is written as the HTML that
//! Markdown allows; every character that would mean something is escaped.

mod container;
mod inline;
mod list;
mod table;

use crate::{
    source::ImageAddress,
    tree::{Block, CalloutKind, Document, Leaf, LinkId, Marks, Op, Span, Style},
};
use container::Container;
use list::List;

/// Writes the whole document.
pub(crate) fn write(document: &Document) -> String {
    let mut writer = Writer {
        document,
        out: String::with_capacity(document.strings.len() + document.strings.len() / 4),
        containers: Vec::new(),
        lists: Vec::new(),
        last_list: None,
        fresh: true,
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
    lists: Vec<List>,
    /// Where the last list ended, and its mark.
    last_list: Option<(usize, char)>,
    /// Whether the next block is the first of its container.
    fresh: bool,
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
                let line = inline::write(self.document, at + 1, end, marks, inline::Place::Paragraph);
                self.paragraph(&line);
                return end + 1;
            }
            Block::Heading(index) => {
                let level = self.document.headings[index as usize].level;
                let line =
                    inline::write(self.document, at + 1, end, Marks::default(), inline::Place::Heading);
                self.begin_block();
                for _ in 0..level {
                    self.out.push('#');
                }
                self.out.push(' ');
                self.out.push_str(&line);
                self.out.push('\n');
                return end + 1;
            }
            Block::Table => {
                self.table(at, end);
                return end + 1;
            }
            Block::List(start) => self.begin_list(start, at, end),
            Block::Tasks | Block::Decisions => self.begin_list(None, at, end),
            Block::Item => self.begin_item(""),
            Block::Task { done } => {
                let mark = if done { "[x]" } else { "[ ]" };
                if matches!(self.document.ops.get(at + 1), Some(Op::Open { block: Block::Paragraph, .. })) {
                    self.begin_item(&format!("{mark} "));
                } else {
                    // The box belongs to a line of text.
                    self.begin_item("");
                    self.paragraph(mark);
                }
            }
            Block::Decision { decided } => {
                self.begin_item("");
                let is_bare =
                    matches!(self.document.ops.get(at + 1), Some(Op::Open { block: Block::Paragraph, .. }));
                let label = if decided { "**Decision:** " } else { "**Undecided:** " };
                if is_bare && let Some(container) = self.containers.last_mut() {
                    container.first.push_str(label);
                } else {
                    self.paragraph(label.trim_end());
                }
            }
            Block::Quote => self.begin_container("> ", "> "),
            Block::Callout { kind, title } => {
                self.begin_container("> ", "> ");
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
                let picture = &self.document.images[image as usize];
                let mut line = String::new();
                inline::write_picture(&mut line, picture, false, inline::Place::Paragraph);
                self.paragraph(&line);
            }
            Block::Row | Block::Cell { .. } | Block::Terms | Block::Description => {}
        }
        at + 1
    }

    fn close(&mut self, block: Block, at: usize) {
        match block {
            Block::List(_) | Block::Tasks | Block::Decisions => {
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
                self.containers.pop();
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
            Leaf::Code { language, title, text } => {
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
        let fence = "`".repeat(inline::longest_run(text, '`').max(2) + 1);
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
        let mut line = String::new();
        let style = Style { link, ..Style::default() };
        inline::write_run(&mut line, self.document, text, style);
        self.paragraph(&line);
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

/// Whether an image can be shown rather than linked.
fn shown(address: &ImageAddress) -> Option<&str> {
    match address {
        ImageAddress::Shown(address) => Some(address),
        _ => None,
    }
}
