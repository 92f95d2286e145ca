//! Writes a document as safe, accessible HTML.
//!
//! Nothing of the source is copied: every element and attribute is one of those below, every text is escaped and
//! every address was checked. The form is the one in which browsers serialize, so that a sanitizer has nothing to do.

use crate::{
    source::ImageAddress,
    tree::{Block, Document, Inline, Leaf, LinkId, Marks, Op, Span, Style},
};

/// Writes the whole document.
pub(crate) fn write(document: &Document) -> String {
    let mut writer = Writer::new(document, document.strings.len() * 2 + document.ops.len() * 4);
    writer.range(0, document.ops.len());
    writer.out
}

/// Writes the operations of one block, for Markdown that has no other form for it.
pub(crate) fn write_range(document: &Document, from: usize, to: usize) -> String {
    let mut writer = Writer::new(document, 256);
    writer.plain = true;
    writer.range(from, to);
    writer.out
}

struct Writer<'a> {
    document: &'a Document,
    out: String,
    style: Style,
    /// Numbers that keep the labels of scrollable regions apart.
    tables: u32,
    codes: u32,
    contents: u32,
    /// For each open row group: whether it is the head.
    groups: Vec<Group>,
    /// Without ids, roles and wrappers: inside Markdown.
    plain: bool,
}

/// A table that is being written.
struct Group {
    /// The index of the last operation of the header rows; rows after it are the body.
    head_end: usize,
    in_head: bool,
    in_body: bool,
    /// Whether the next cell is the first of its row.
    first_cell: bool,
}

impl<'a> Writer<'a> {
    fn new(document: &'a Document, capacity: usize) -> Self {
        Self {
            document,
            out: String::with_capacity(capacity),
            style: Style::default(),
            tables: 0,
            codes: 0,
            contents: 0,
            groups: Vec::new(),
            plain: false,
        }
    }

    fn range(&mut self, from: usize, to: usize) {
        let document = self.document;
        let mut at = from;
        while at < to {
            match document.ops[at] {
                Op::Open { block, end } => {
                    self.restyle(Style::default());
                    self.open(block, at, end as usize);
                }
                Op::Close { start } => {
                    self.restyle(Style::default());
                    if let Op::Open { block, .. } = document.ops[start as usize] {
                        self.close(block, start as usize);
                    }
                }
                Op::Leaf(leaf) => {
                    self.restyle(Style::default());
                    self.leaf(leaf);
                }
                Op::Inline(inline, style) => {
                    self.restyle(style);
                    self.inline(inline);
                }
            }
            at += 1;
        }
        self.restyle(Style::default());
    }

    fn open(&mut self, block: Block, at: usize, end: usize) {
        match block {
            Block::Paragraph => {
                if !self.is_bare_paragraph(at, end) {
                    self.out.push_str("<p>");
                }
            }
            Block::Heading(index) => {
                let heading = &self.document.headings[index as usize];
                self.out.push_str("<h");
                self.out.push((b'0' + heading.level) as char);
                if !self.plain {
                    self.attribute("id", &heading.anchor);
                }
                self.out.push('>');
            }
            Block::List(None) => self.out.push_str("<ul>\n"),
            Block::List(Some(1)) => self.out.push_str("<ol>\n"),
            Block::List(Some(start)) => self.out.push_str(&format!("<ol start=\"{start}\">\n")),
            Block::Item => self.out.push_str("<li>"),
            Block::Tasks => self.out.push_str("<ul class=\"tasks\">\n"),
            Block::Task { done } => {
                let (class, label) = if done { ("task-done", "Done") } else { ("task-open", "To do") };
                self.out.push_str(&format!(
                    "<li class=\"task {class}\"><span class=\"task-box\" role=\"img\" aria-label=\"{label}\"></span> "
                ));
            }
            Block::Decisions => self.out.push_str("<ul class=\"decisions\">\n"),
            Block::Decision { decided } => {
                self.out.push_str("<li class=\"decision\"><span class=\"decision-label\">");
                self.out.push_str(if decided { "Decision:" } else { "Undecided:" });
                self.out.push_str("</span> ");
            }
            Block::Quote => self.out.push_str("<blockquote>\n"),
            Block::Callout { kind, title } => {
                self.out.push_str(&format!("<div class=\"callout callout-{}\" role=\"note\"", kind.class()));
                let title = self.document.str(title);
                if title.is_empty() {
                    self.attribute("aria-label", kind.label());
                } else {
                    self.attribute("aria-label", &format!("{}: {title}", kind.label()));
                }
                self.out.push_str(">\n<p class=\"callout-label\">");
                if title.is_empty() {
                    self.out.push_str(kind.label())
                } else {
                    escape(&mut self.out, title)
                }
                self.out.push_str("</p>\n");
            }
            Block::Expand { title } => {
                self.out.push_str("<details class=\"expand\"><summary>");
                let title = self.document.str(title);
                escape(&mut self.out, if title.is_empty() { "Details" } else { title });
                self.out.push_str("</summary>\n");
            }
            Block::Section { title } => {
                self.out.push_str("<div class=\"section\">\n");
                if !title.is_empty() {
                    self.out.push_str("<p class=\"section-label\">");
                    escape(&mut self.out, self.document.str(title));
                    self.out.push_str("</p>\n");
                }
            }
            Block::Table => self.open_table(at, end),
            Block::Row => {
                if let Some(group) = self.groups.last_mut() {
                    group.first_cell = true;
                    if at < group.head_end && !group.in_head {
                        group.in_head = true;
                        self.out.push_str("<thead>\n");
                    } else if at >= group.head_end && !group.in_body {
                        group.in_body = true;
                        self.out.push_str(if group.in_head { "</thead>\n<tbody>\n" } else { "<tbody>\n" });
                    }
                }
                self.out.push_str("<tr>");
            }
            Block::Cell { header, columns, rows } => self.open_cell(header, columns, rows, at, end),
            Block::Figure(image) => {
                self.out.push_str("<figure class=\"image\">");
                self.picture(image, true);
            }
            Block::Caption => self.out.push_str("<figcaption>"),
            Block::Terms => self.out.push_str("<dl>\n"),
            Block::Term => self.out.push_str("<dt>"),
            Block::Description => self.out.push_str("<dd>"),
        }
    }

    fn close(&mut self, block: Block, start: usize) {
        let Op::Open { end, .. } = self.document.ops[start] else { return };
        match block {
            Block::Paragraph => {
                if !self.is_bare_paragraph(start, end as usize) {
                    self.out.push_str("</p>\n");
                } else if !matches!(self.document.ops.get(end as usize + 1), Some(Op::Close { .. })) {
                    self.out.push('\n');
                }
            }
            Block::Heading(index) => {
                let level = self.document.headings[index as usize].level;
                self.out.push_str(&format!("</h{level}>\n"));
            }
            Block::List(None) | Block::Tasks | Block::Decisions => self.out.push_str("</ul>\n"),
            Block::List(_) => self.out.push_str("</ol>\n"),
            Block::Item | Block::Task { .. } | Block::Decision { .. } => self.out.push_str("</li>\n"),
            Block::Quote => self.out.push_str("</blockquote>\n"),
            Block::Callout { .. } | Block::Section { .. } => self.out.push_str("</div>\n"),
            Block::Expand { .. } => self.out.push_str("</details>\n"),
            Block::Table => {
                if let Some(group) = self.groups.pop() {
                    self.out.push_str(if group.in_body {
                        "</tbody>\n"
                    } else if group.in_head {
                        "</thead>\n"
                    } else {
                        ""
                    });
                }
                self.out.push_str(if self.plain { "</table>\n" } else { "</table>\n</div>\n" });
            }
            Block::Row => self.out.push_str("</tr>\n"),
            Block::Cell { header, .. } => {
                let is_header = header && end as usize > start + 1;
                self.out.push_str(if is_header { "</th>" } else { "</td>" });
            }
            Block::Figure(_) => self.out.push_str("</figure>\n"),
            Block::Caption => self.out.push_str("</figcaption>"),
            Block::Terms => self.out.push_str("</dl>\n"),
            Block::Term => self.out.push_str("</dt>\n"),
            Block::Description => self.out.push_str("</dd>\n"),
        }
    }

    /// Whether a paragraph is the first thing in an item or a cell with nothing but lists after it: then the
    /// words stand in the item themselves, as people write lists and tables by hand.
    fn is_bare_paragraph(&self, start: usize, end: usize) -> bool {
        let ops = &self.document.ops;
        let Some(Op::Open { block, end: outer_end }) = start.checked_sub(1).map(|before| ops[before]) else {
            return false;
        };
        let fits = matches!(
            block,
            Block::Item
                | Block::Task { .. }
                | Block::Decision { .. }
                | Block::Cell { .. }
                | Block::Description
        );
        if !fits {
            return false;
        }
        let mut at = end + 1;
        while at < outer_end as usize {
            match ops[at] {
                Op::Open { block: Block::List(_) | Block::Tasks, end } => at = end as usize + 1,
                _ => return false,
            }
        }
        true
    }

    fn open_table(&mut self, at: usize, end: usize) {
        self.tables += 1;
        if !self.plain {
            self.out.push_str(&format!(
                "<div class=\"table-scroll\" role=\"region\" aria-label=\"Table {}\" tabindex=\"0\">",
                self.tables
            ));
        }
        self.out.push_str("<table>\n");
        let head_end = header_rows(self.document, at, end);
        self.groups.push(Group { head_end, in_head: false, in_body: false, first_cell: true });
    }

    fn open_cell(&mut self, header: bool, columns: u16, rows: u16, at: usize, end: usize) {
        let first_cell =
            self.groups.last_mut().is_some_and(|group| std::mem::replace(&mut group.first_cell, false));
        let in_head = self.groups.last().is_some_and(|group| at < group.head_end);
        // A header without words labels nothing.
        let is_header = header && end > at + 1;
        self.out.push_str(if is_header { "<th" } else { "<td" });
        if is_header && !self.plain {
            let scope = if in_head {
                "col"
            } else if first_cell {
                "row"
            } else {
                "col"
            };
            self.attribute("scope", scope);
        }
        if columns > 1 {
            self.attribute("colspan", &columns.to_string());
        }
        if rows > 1 {
            self.attribute("rowspan", &rows.to_string());
        }
        self.out.push('>');
    }

    fn leaf(&mut self, leaf: Leaf) {
        match leaf {
            Leaf::Rule => self.out.push_str("<hr>\n"),
            Leaf::Code { language, title, text } => {
                self.codes += 1;
                if self.plain {
                    self.plain_code(title, text);
                    return;
                }
                let title = self.document.str(title);
                self.out.push_str("<figure class=\"code\">");
                if !title.is_empty() {
                    self.out.push_str("<figcaption>");
                    escape(&mut self.out, title);
                    self.out.push_str("</figcaption>");
                }
                self.out.push_str(&format!(
                    "<pre tabindex=\"0\" role=\"region\" aria-label=\"Code {}\"><code",
                    self.codes
                ));
                let language = self.document.str(language);
                if !language.is_empty() {
                    self.attribute("class", &format!("language-{language}"));
                }
                self.out.push('>');
                escape(&mut self.out, self.document.str(text));
                self.out.push_str("</code></pre></figure>\n");
            }
            Leaf::Math(tex) => {
                self.out.push_str("<p class=\"math\">");
                self.math(tex);
                self.out.push_str("</p>\n");
            }
            Leaf::Contents { least, most } => self.table_of_contents(least, most),
            Leaf::Notice { text, link } => {
                self.out.push_str("<p class=\"not-shown\">");
                self.linked(text, link);
                self.out.push_str("</p>\n");
            }
        }
    }

    fn plain_code(&mut self, title: Span, text: Span) {
        if !title.is_empty() {
            self.out.push_str("<p>");
            escape(&mut self.out, self.document.str(title));
            self.out.push_str("</p>\n");
        }
        self.out.push_str("<pre><code>");
        escape(&mut self.out, self.document.str(text));
        self.out.push_str("</code></pre>\n");
    }

    fn table_of_contents(&mut self, least: u8, most: u8) {
        let document = self.document;
        let listed: Vec<_> = document
            .headings
            .iter()
            .filter(|heading| (least..=most).contains(&heading.source_level))
            .collect();
        if listed.is_empty() {
            return;
        }
        self.contents += 1;
        let label =
            if self.contents == 1 { "Contents".to_owned() } else { format!("Contents {}", self.contents) };
        self.out.push_str("<nav class=\"toc\"");
        self.attribute("aria-label", &label);
        self.out.push_str(">\n<ul>\n");
        for heading in listed {
            self.out.push_str(&format!("<li class=\"toc-{}\"><a", heading.level));
            self.attribute("href", &format!("#{}", fragment(&heading.anchor)));
            self.out.push('>');
            escape(&mut self.out, &heading.text);
            self.out.push_str("</a></li>\n");
        }
        self.out.push_str("</ul>\n</nav>\n");
    }

    fn inline(&mut self, inline: Inline) {
        match inline {
            Inline::Text(span) => escape(&mut self.out, self.document.str(span)),
            Inline::Break => self.out.push_str("<br>\n"),
            Inline::Status { text, colour } => {
                self.out.push_str(&format!("<span class=\"status status-{}\">", colour.class()));
                escape(&mut self.out, self.document.str(text));
                self.out.push_str("</span>");
            }
            Inline::Date(date) => {
                self.out.push_str("<time");
                self.attribute("datetime", self.document.str(date));
                self.out.push('>');
                escape(&mut self.out, self.document.str(date));
                self.out.push_str("</time>");
            }
            Inline::Mention(name) => {
                self.out.push_str("<span class=\"mention\">");
                escape(&mut self.out, self.document.str(name));
                self.out.push_str("</span>");
            }
            Inline::Anchor(name) => {
                if !self.plain {
                    self.out.push_str("<span");
                    self.attribute("id", self.document.str(name));
                    self.out.push_str("></span>");
                }
            }
            Inline::Math(tex) => self.math(tex),
            Inline::Image(image) => self.picture(image, false),
        }
    }

    fn math(&mut self, tex: Span) {
        self.out.push_str("<code class=\"math\">");
        escape(&mut self.out, self.document.str(tex));
        self.out.push_str("</code>");
    }

    fn picture(&mut self, image: u32, is_block: bool) {
        let picture = &self.document.images[image as usize];
        if let ImageAddress::Shown(address) = &picture.address {
            self.out.push_str("<img");
            self.attribute("src", address);
            self.attribute("alt", &picture.label);
            for (name, size) in [("width", picture.width), ("height", picture.height)] {
                if let Some(size) = size {
                    self.attribute(name, &size.to_string());
                }
            }
            self.attribute("loading", "lazy");
            self.out.push('>');
            return;
        }
        let (open, close) = if is_block {
            ("<p class=\"not-shown\">", "</p>")
        } else {
            ("<span class=\"not-shown\">", "</span>")
        };
        self.out.push_str(open);
        // A link must not hold another.
        let has_link = self.style.link != LinkId::NONE;
        match &picture.address {
            ImageAddress::Linked(address) if !has_link => {
                self.out.push_str("<a");
                self.attribute("href", address);
                self.out.push_str(">Image: ");
                escape(&mut self.out, &picture.label);
                self.out.push_str("</a>");
            }
            _ => {
                self.out.push_str("Image: ");
                escape(&mut self.out, &picture.label);
            }
        }
        self.out.push_str(close);
    }

    fn linked(&mut self, text: Span, link: LinkId) {
        let address = link.index().map(|index| &self.document.links[index].address);
        if let Some(address) = address {
            self.out.push_str("<a");
            self.attribute("href", address);
            self.out.push('>');
        }
        escape(&mut self.out, self.document.str(text));
        if address.is_some() {
            self.out.push_str("</a>");
        }
    }

    /// Closes and opens marks so that what follows has a style; marks nest in one order only.
    fn restyle(&mut self, style: Style) {
        if style == self.style {
            return;
        }
        let (old, new) = (self.style, style);
        self.style = new;
        let shared = if old.link == new.link {
            Marks::ORDER.iter().take_while(|&&mark| old.marks.has(mark) == new.marks.has(mark)).count()
        } else {
            0
        };
        for &mark in Marks::ORDER[shared..].iter().rev() {
            if old.marks.has(mark) {
                self.out.push_str("</");
                self.out.push_str(element_of(mark));
                self.out.push('>');
            }
        }
        if old.link != new.link {
            if old.link != LinkId::NONE {
                self.out.push_str("</a>");
            }
            if let Some(index) = new.link.index() {
                self.out.push_str("<a");
                self.attribute("href", &self.document.links[index].address);
                self.out.push('>');
            }
        }
        for &mark in &Marks::ORDER[shared..] {
            if new.marks.has(mark) {
                self.out.push('<');
                self.out.push_str(element_of(mark));
                self.out.push('>');
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape_attribute(&mut self.out, value);
        self.out.push('"');
    }
}

fn element_of(mark: Marks) -> &'static str {
    match mark {
        Marks::STRONG => "strong",
        Marks::EM => "em",
        Marks::UNDERLINE => "u",
        Marks::STRIKE => "s",
        Marks::SUB => "sub",
        Marks::SUP => "sup",
        Marks::SMALL => "small",
        _ => "code",
    }
}

/// The end of a table's leading rows of headers alone; its start if there is none or nothing follows them.
pub(crate) fn header_rows(document: &Document, table: usize, table_end: usize) -> usize {
    let mut row = table + 1;
    let mut head_end = table;
    let mut rows_left_of_spans = 0;
    while row < table_end {
        let Op::Open { block: Block::Row, end } = document.ops[row] else {
            row += 1;
            continue;
        };
        let mut cell = row + 1;
        let mut all_headers = true;
        let mut cells = 0;
        while cell < end as usize {
            if let Op::Open { block: Block::Cell { header, rows, .. }, end } = document.ops[cell] {
                all_headers &= header;
                cells += 1;
                rows_left_of_spans = rows_left_of_spans.max(rows);
                cell = end as usize;
            }
            cell += 1;
        }
        if !all_headers || cells == 0 {
            return if rows_left_of_spans > 1 && head_end > table { table } else { head_end };
        }
        rows_left_of_spans = rows_left_of_spans.saturating_sub(1);
        head_end = end as usize;
        row = end as usize + 1;
    }
    // A table of headers alone has nothing that they could head.
    table
}

/// An anchor as the fragment of an address.
pub(crate) fn fragment(anchor: &str) -> String {
    let mut out = String::with_capacity(anchor.len());
    for c in anchor.chars() {
        if matches!(c, ' ' | '"' | '<' | '>' | '`' | '%' | '#' | '\\' | '^' | '{' | '|' | '}' | '[' | ']') {
            out.push_str(&format!("%{:02X}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// Escapes text as browsers serialize it (HTML Standard §13.3, "escaping a string").
pub(crate) fn escape(out: &mut String, text: &str) {
    // U+00A0 is the bytes C2 A0, and no other character ends in A0 after C2.
    let is_plain = !text
        .bytes()
        .fold(false, |found, byte| found | (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == 0xA0));
    if is_plain {
        out.push_str(text);
        return;
    }
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            0xA0 if at > 0 && text.as_bytes()[at - 1] == 0xC2 => {
                out.push_str(&text[from..at - 1]);
                out.push_str("&nbsp;");
                from = at + 1;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(reference);
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Escapes the value of an attribute as browsers serialize it.
pub(crate) fn escape_attribute(out: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            _ => out.push(c),
        }
    }
}
