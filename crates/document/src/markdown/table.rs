//! Tables, with pipes where Markdown can and as HTML where it cannot.

use std::ops::Range;

use super::{Writer, inline::Place};
use crate::{
    html,
    tree::{Block, Marks, Op},
};

impl Writer<'_> {
    pub(super) fn table(&mut self, at: usize, end: usize) {
        match self.simple_columns(at, end) {
            Some(columns) => self.pipe_table(at, end, columns),
            None => self.html_table(at, end),
        }
    }

    /// The number of columns, if all cells are lines of text and none is merged.
    fn simple_columns(&self, at: usize, end: usize) -> Option<usize> {
        let ops = &self.document.ops;
        let (mut rows, mut head_rows, mut cells, mut columns) = (0, 0, 0, 0);
        // The cells of the row that is being looked at; none before the first.
        let mut of_row = None;
        let mut all_headers = true;
        let mut next = at + 1;
        while next < end {
            match ops[next] {
                Op::Open { block: Block::Row, .. } => {
                    rows += 1;
                    of_row = Some(0);
                    all_headers = true;
                }
                Op::Close { .. } if all_headers && of_row.is_some_and(|cells| cells > 0) => head_rows += 1,
                Op::Open { block: Block::Cell { columns: width, rows: height, header }, end } => {
                    if width != 1 || height != 1 {
                        return None;
                    }
                    all_headers &= header;
                    let of_row = of_row.as_mut()?;
                    *of_row += 1;
                    cells += 1;
                    columns = columns.max(*of_row);
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
        let too_ragged = cells * 4 < columns * rows;
        (columns > 0 && !too_ragged && (head_rows <= 1 || rows == head_rows)).then_some(columns)
    }

    fn pipe_table(&mut self, at: usize, end: usize, columns: usize) {
        self.begin_block();
        let mut needs_header = true;
        if html::header_rows(self.document, at, end) == at {
            self.pipe_row(0..0, columns);
            self.delimiter_row(columns);
            needs_header = false;
        }
        let mut next = at + 1;
        while next < end {
            if let Op::Open { block: Block::Row, end } = self.document.ops[next] {
                if !needs_header {
                    self.prefix();
                }
                self.pipe_row(next + 1..end as usize, columns);
                if std::mem::take(&mut needs_header) {
                    self.delimiter_row(columns);
                }
                next = end as usize;
            }
            next += 1;
        }
    }

    fn delimiter_row(&mut self, columns: usize) {
        self.prefix();
        self.out.push('|');
        for _ in 0..columns {
            self.out.push_str(" --- |");
        }
        self.out.push('\n');
    }

    fn pipe_row(&mut self, cells: Range<usize>, columns: usize) {
        crate::text::grow_output(&mut self.out);
        self.out.push('|');
        let mut next = cells.start;
        for _ in 0..columns {
            self.out.push(' ');
            while next < cells.end {
                next += 1;
                if let Op::Open { end, .. } = self.document.ops[next - 1] {
                    self.pipe_cell(next..end as usize);
                    next = end as usize + 1;
                    break;
                }
            }
            self.out.push_str(" |");
        }
        self.out.push('\n');
    }

    fn pipe_cell(&mut self, content: Range<usize>) {
        // The operation before its content is the cell's own.
        if self.document.is_line(content.start - 1, content.end) {
            self.line(Place::Cell).inlines(content.start, content.end, Marks::default());
            return;
        }
        let mut next = content.start;
        let mut is_first = true;
        while next < content.end {
            if let Op::Open { end, .. } = self.document.ops[next] {
                if !std::mem::take(&mut is_first) {
                    self.out.push_str("<br>");
                }
                self.line(Place::Cell).inlines(next + 1, end as usize, Marks::default());
                next = end as usize;
            }
            next += 1;
        }
    }

    /// A table as HTML: a block that lasts until the next blank line, so it must not have one.
    fn html_table(&mut self, at: usize, end: usize) {
        let table = html::write_range(self.document, at, end + 1);
        self.begin_block();
        self.out.reserve_exact(table.len() + 64);
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
