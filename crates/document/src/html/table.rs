//! Tables as HTML: groups of rows, headers and what they head.

use super::Writer;
use crate::tree::{Block, Document, Op};

/// A table that is being written.
pub(super) struct Group {
    /// The index of the last operation of the header rows; rows after it are the body.
    pub(super) head_end: usize,
    pub(super) in_head: bool,
    pub(super) in_body: bool,
    /// Whether the next cell is the first of its row.
    pub(super) first_cell: bool,
}

impl Writer<'_> {
    pub(super) fn open_table(&mut self, at: usize, end: usize) {
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

    pub(super) fn open_cell(&mut self, header: bool, columns: u16, rows: u16, at: usize, end: usize) {
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
