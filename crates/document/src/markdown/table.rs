//! Tables, with pipes where Markdown can and as HTML where it cannot.

use super::{Writer, inline};
use crate::{
    html,
    tree::{Block, Marks, Op},
};

impl Writer<'_> {
    pub(super) fn table(&mut self, at: usize, end: usize) {
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
