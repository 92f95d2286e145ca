//! What stands before each line: quotes and items around it, blank lines between blocks.

use std::ops::Range;

use super::{Writer, inline::Place};
use crate::tree::Span;

/// A block around the lines that are being written. What its lines begin with are stretches of `Writer::prefixes`.
pub(super) struct Container {
    first: Range<usize>,
    rest: Range<usize>,
    pub(super) begun: bool,
}

impl Container {
    fn prefix(&self) -> Range<usize> {
        if self.begun { self.rest.clone() } else { self.first.clone() }
    }
}

impl Writer<'_> {
    pub(super) fn begin_quote(&mut self) {
        self.separate();
        self.push_container(&["> "], "> ");
    }

    /// Begins to put these before the first line and before the others.
    pub(super) fn push_container(&mut self, first: &[&str], rest: &str) {
        let from = self.prefixes.len();
        first.iter().for_each(|part| self.prefixes.push_str(part));
        let middle = self.prefixes.len();
        self.prefixes.push_str(rest);
        let end = self.prefixes.len();
        self.containers.push(Container { first: from..middle, rest: middle..end, begun: false });
        self.fresh = true;
    }

    /// Puts words before the first line of the innermost container, or on a line of their own if there is none.
    pub(super) fn lengthen_first(&mut self, words: &str) {
        let Some(container) = self.containers.last_mut() else { return self.paragraph(words.trim_end()) };
        self.prefixes.insert_str(container.first.end, words);
        container.first.end += words.len();
        container.rest = container.first.end..self.prefixes.len();
    }

    pub(super) fn end_container(&mut self) {
        if let Some(container) = self.containers.pop() {
            self.prefixes.truncate(container.first.start);
        }
    }

    /// Ends the block before: a blank line, unless there is none or the list is tight.
    pub(super) fn separate(&mut self) {
        let in_tight_item =
            self.lists.last().is_some_and(|list| list.tight && self.containers.len() == list.depth + 1);
        if !self.fresh && !in_tight_item {
            self.blank_line();
        }
        // What comes next stands in the same container, on a line of its own.
        self.fresh = true;
    }

    pub(super) fn blank_line(&mut self) {
        let from = self.out.len();
        for container in &self.containers {
            self.out.push_str(&self.prefixes[container.prefix()]);
        }
        let kept = from + self.out[from..].trim_end().len();
        self.out.truncate(kept);
        self.out.push('\n');
    }

    /// What a line begins with here.
    pub(super) fn prefix(&mut self) {
        for container in &mut self.containers {
            self.out.push_str(&self.prefixes[container.prefix()]);
            container.begun = true;
        }
    }

    pub(super) fn begin_block(&mut self) {
        crate::text::grow_output(&mut self.out);
        self.separate();
        self.prefix();
        self.fresh = false;
    }

    /// A paragraph of lines that are already written as Markdown.
    pub(super) fn paragraph(&mut self, lines: &str) {
        self.begin_block();
        for (at, line) in lines.split('\n').enumerate() {
            if at > 0 {
                self.prefix();
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    pub(super) fn label(&mut self, title: Span) {
        if !title.is_empty() {
            self.begin_block();
            self.line(Place::Paragraph).strong(title);
            self.out.push('\n');
        }
    }
}
