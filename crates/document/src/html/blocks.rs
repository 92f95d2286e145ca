//! Blocks as HTML.

use super::{
    Writer,
    escape::{escape, escape_attribute},
};
use crate::tree::{Block, Op};

impl Writer<'_> {
    pub(super) fn open(&mut self, block: Block, at: usize, end: usize) {
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
                    self.attribute("id", self.document.str(heading.anchor));
                }
                self.out.push('>');
            }
            Block::List => self.out.push_str("<ul>\n"),
            Block::Numbered(1) => self.out.push_str("<ol>\n"),
            Block::Numbered(start) => self.out.push_str(&format!("<ol start=\"{start}\">\n")),
            Block::Item => self.out.push_str("<li>"),
            Block::Tasks => self.out.push_str("<ul class=\"tasks\">\n"),
            Block::Task { done } => {
                let (class, label) = if done { ("task-done", "Done") } else { ("task-open", "To do") };
                self.put(&[
                    "<li class=\"task ",
                    class,
                    "\"><span class=\"task-box\" role=\"img\" aria-label=\"",
                    label,
                    "\"></span> ",
                ]);
            }
            Block::Decisions => self.out.push_str("<ul class=\"decisions\">\n"),
            Block::Decision { decided } => {
                self.out.push_str("<li class=\"decision\"><span class=\"decision-label\">");
                self.out.push_str(if decided { "Decision:" } else { "Undecided:" });
                self.out.push_str("</span> ");
            }
            Block::Quote => self.out.push_str("<blockquote>\n"),
            Block::Callout { kind, title } => {
                let title = self.document.str(title);
                self.put(&[
                    "<div class=\"callout callout-",
                    kind.class(),
                    "\" role=\"note\" aria-label=\"",
                    kind.label(),
                ]);
                if !title.is_empty() {
                    self.out.push_str(": ");
                    escape_attribute(&mut self.out, title);
                }
                self.out.push_str("\">\n<p class=\"callout-label\">");
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

    pub(super) fn close(&mut self, block: Block, start: usize) {
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
                self.out.push_str("</h");
                self.out.push((b'0' + level) as char);
                self.out.push_str(">\n");
            }
            Block::List | Block::Tasks | Block::Decisions => self.out.push_str("</ul>\n"),
            Block::Numbered(_) => self.out.push_str("</ol>\n"),
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
                Op::Open { block: Block::List | Block::Numbered(_) | Block::Tasks, end } => {
                    at = end as usize + 1
                }
                _ => return false,
            }
        }
        true
    }
}
