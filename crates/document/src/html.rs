//! Writes a document as safe, accessible HTML.
//!
//! Nothing of the source is copied: every element and attribute is one of those below, every text is escaped and
//! every address was checked. The form is the one in which browsers serialize, so that a sanitizer has nothing to do.

mod blocks;
mod escape;
mod leaves;
mod line;
mod math;
mod table;

use crate::{
    text::grow_output,
    tree::{Document, Op, Style},
};
use escape::escape_attribute;
use table::Group;

pub(crate) use escape::fragment;
pub(crate) use math::mathml;
pub(crate) use table::header_rows;

/// Writes the whole document.
pub(crate) fn write(document: &Document) -> String {
    let text = document.strings.len() + document.kept.len();
    let mut writer = Writer::new(document, text + document.html_of_structure + 64);
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
                    grow_output(&mut self.out);
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

    fn put(&mut self, parts: &[&str]) {
        self.out.reserve(parts.iter().map(|part| part.len()).sum());
        parts.iter().for_each(|part| self.out.push_str(part));
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.put(&[" ", name, "=\""]);
        escape_attribute(&mut self.out, value);
        self.out.push('"');
    }
}
