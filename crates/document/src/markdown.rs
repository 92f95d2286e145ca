//! Writes a document as GitHub-flavoured Markdown, for machines that read and people who edit.
//!
//! What Markdown has no form for (merged cells, blocks in cells, underlined words) is written as the HTML that
//! Markdown allows; every character that would mean something is escaped.

mod inline;

use crate::{
    html,
    source::ImageAddress,
    tree::{Block, CalloutKind, Document, Leaf, LinkId, Marks, Op, Span, Style},
};

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

/// A block around the lines that are being written.
struct Container {
    /// What its first line begins with.
    first: String,
    /// What its other lines begin with.
    rest: String,
    begun: bool,
}

struct List {
    /// The next number of an ordered list.
    number: Option<u32>,
    mark: char,
    /// Without blank lines between its items.
    tight: bool,
    /// How many containers are around the list's items.
    depth: usize,
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

    fn begin_container(&mut self, first: &str, rest: &str) {
        self.separate();
        self.containers.push(Container { first: first.to_owned(), rest: rest.to_owned(), begun: false });
        self.fresh = true;
    }

    fn begin_list(&mut self, start: Option<u32>, at: usize, end: usize) {
        let ordered = start.is_some();
        // Two lists in a row would become one, if they had the same mark.
        let follows = self.last_list.take().filter(|&(end, _)| end + 1 == at).map(|(_, mark)| mark);
        let mark = match (ordered, follows) {
            (false, Some('-')) => '*',
            (false, _) => '-',
            (true, Some('.')) => ')',
            (true, _) => '.',
        };
        let tight = self.is_tight(at, end);
        // Right after a line of text, only a list that begins with 1 is read as one.
        if !self.fresh && start.is_some_and(|start| start != 1) {
            self.blank_line();
            self.fresh = true;
        }
        self.separate();
        self.fresh = true;
        self.lists.push(List { number: start, mark, tight, depth: self.containers.len() });
    }

    /// A list is tight if each item is a line, with further lists under it at most.
    fn is_tight(&self, at: usize, end: usize) -> bool {
        let ops = &self.document.ops;
        let mut item = at + 1;
        while item < end {
            let Op::Open { end: item_end, .. } = ops[item] else {
                item += 1;
                continue;
            };
            let mut child = item + 1;
            let mut is_first = true;
            while child < item_end as usize {
                match ops[child] {
                    Op::Open { block: Block::Paragraph, end } if is_first => child = end as usize,
                    Op::Open { block: Block::List(_) | Block::Tasks, end } => child = end as usize,
                    Op::Inline(..) => {}
                    _ => return false,
                }
                is_first = false;
                child += 1;
            }
            item = item_end as usize + 1;
        }
        true
    }

    fn begin_item(&mut self, task: &str) {
        let (marker, tight) = match self.lists.last_mut() {
            Some(list) => {
                let marker = match &mut list.number {
                    Some(number) => {
                        let marker = format!("{}{} ", (*number).min(999_999_999), list.mark);
                        *number = number.saturating_add(1);
                        marker
                    }
                    None => format!("{} ", list.mark),
                };
                (marker, list.tight)
            }
            None => ("- ".to_owned(), false),
        };
        if !self.fresh && !tight {
            self.blank_line();
        }
        let rest = " ".repeat(marker.len());
        self.containers.push(Container { first: marker + task, rest, begun: false });
        self.fresh = true;
    }

    /// Ends the block before: a blank line, unless there is none or the list is tight.
    fn separate(&mut self) {
        let in_tight_item =
            self.lists.last().is_some_and(|list| list.tight && self.containers.len() == list.depth + 1);
        if !self.fresh && !in_tight_item {
            self.blank_line();
        }
        // What comes next stands in the same container, on a line of its own.
        self.fresh = true;
    }

    fn blank_line(&mut self) {
        let from = self.out.len();
        for container in &self.containers {
            self.out.push_str(if container.begun { &container.rest } else { &container.first });
        }
        let kept = from + self.out[from..].trim_end().len();
        self.out.truncate(kept);
        self.out.push('\n');
    }

    /// What a line begins with here.
    fn prefix(&mut self) {
        for container in &mut self.containers {
            self.out.push_str(if container.begun { &container.rest } else { &container.first });
            container.begun = true;
        }
    }

    fn begin_block(&mut self) {
        self.separate();
        self.prefix();
        self.fresh = false;
    }

    /// A paragraph of lines that are already written as Markdown.
    fn paragraph(&mut self, lines: &str) {
        self.begin_block();
        for (at, line) in lines.split('\n').enumerate() {
            if at > 0 {
                self.prefix();
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn label(&mut self, title: Span) {
        if !title.is_empty() {
            let mut line = String::new();
            inline::write_strong(&mut line, self.document.str(title));
            self.paragraph(&line);
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

    fn table(&mut self, at: usize, end: usize) {
        match self.simple_rows(at, end) {
            Some(rows) => self.pipe_table(&rows, html::header_rows(self.document, at, end) > at),
            None => self.html_table(at, end),
        }
    }

    /// The cells of each row, if all are lines of text and none is merged.
    fn simple_rows(&self, at: usize, end: usize) -> Option<Vec<Vec<(usize, usize)>>> {
        let ops = &self.document.ops;
        let mut rows: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut head_rows = 0;
        let mut all_headers = true;
        let mut next = at + 1;
        while next < end {
            match ops[next] {
                Op::Open { block: Block::Row, .. } => {
                    rows.push(Vec::new());
                    all_headers = true;
                }
                Op::Close { .. } if all_headers && rows.last().is_some_and(|row| !row.is_empty()) => {
                    head_rows += 1;
                }
                Op::Open { block: Block::Cell { columns, rows: span, header }, end } => {
                    if columns != 1 || span != 1 {
                        return None;
                    }
                    all_headers &= header;
                    rows.last_mut()?.push((next, end as usize));
                    let mut inner = next + 1;
                    while inner < end as usize {
                        match ops[inner] {
                            Op::Open { block: Block::Paragraph, end } => inner = end as usize,
                            Op::Inline(..) => {}
                            _ => return None,
                        }
                        inner += 1;
                    }
                    next = end as usize;
                }
                _ => {}
            }
            next += 1;
        }
        // Markdown has exactly one header row.
        let columns = rows.iter().map(Vec::len).max()?;
        let too_ragged = rows.iter().map(Vec::len).sum::<usize>() * 4 < columns * rows.len();
        (columns > 0 && !too_ragged && (head_rows <= 1 || rows.len() == head_rows)).then_some(rows)
    }

    fn pipe_table(&mut self, rows: &[Vec<(usize, usize)>], has_header: bool) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        self.begin_block();
        let mut rows = rows.iter();
        let empty = Vec::new();
        let header = if has_header { rows.next() } else { None };
        self.pipe_row(header.unwrap_or(&empty), columns);
        self.prefix();
        self.out.push('|');
        for _ in 0..columns {
            self.out.push_str(" --- |");
        }
        self.out.push('\n');
        for row in rows {
            self.prefix();
            self.pipe_row(row, columns);
        }
    }

    fn pipe_row(&mut self, row: &[(usize, usize)], columns: usize) {
        self.out.push('|');
        for column in 0..columns {
            self.out.push(' ');
            if let Some(&(start, end)) = row.get(column) {
                let mut inner = start + 1;
                let mut is_first = true;
                while inner < end {
                    if let Op::Open { end: paragraph_end, .. } = self.document.ops[inner] {
                        if !is_first {
                            self.out.push_str("<br>");
                        }
                        is_first = false;
                        let line = inline::write(
                            self.document,
                            inner + 1,
                            paragraph_end as usize,
                            Marks::default(),
                            inline::Place::Cell,
                        );
                        self.out.push_str(&line);
                        inner = paragraph_end as usize;
                    }
                    inner += 1;
                }
            }
            self.out.push_str(" |");
        }
        self.out.push('\n');
    }

    /// A table as HTML: a block that lasts until the next blank line, so it must not have one.
    fn html_table(&mut self, at: usize, end: usize) {
        let table = html::write_range(self.document, at, end + 1);
        self.begin_block();
        let mut needs_prefix = false;
        for line in table.lines() {
            if std::mem::take(&mut needs_prefix) {
                self.prefix();
            }
            if line.trim().is_empty() {
                self.out.push_str("&#10;");
            } else {
                self.out.push_str(line);
                self.out.push('\n');
                needs_prefix = true;
            }
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

/// Whether an image can be shown rather than linked.
fn shown(address: &ImageAddress) -> Option<&str> {
    match address {
        ImageAddress::Shown(address) => Some(address),
        _ => None,
    }
}
