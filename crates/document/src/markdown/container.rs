//! What stands before each line: quotes and items around it, blank lines between blocks.

use super::{Writer, inline};
use crate::tree::Span;

/// A block around the lines that are being written.
pub(super) struct Container {
    /// What its first line begins with.
    pub(super) first: String,
    /// What its other lines begin with.
    pub(super) rest: String,
    pub(super) begun: bool,
}

impl Writer<'_> {
    pub(super) fn begin_container(&mut self, first: &str, rest: &str) {
        self.separate();
        self.containers.push(Container { first: first.to_owned(), rest: rest.to_owned(), begun: false });
        self.fresh = true;
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
            self.out.push_str(if container.begun { &container.rest } else { &container.first });
        }
        let kept = from + self.out[from..].trim_end().len();
        self.out.truncate(kept);
        self.out.push('\n');
    }

    /// What a line begins with here.
    pub(super) fn prefix(&mut self) {
        for container in &mut self.containers {
            self.out.push_str(if container.begun { &container.rest } else { &container.first });
            container.begun = true;
        }
    }

    pub(super) fn begin_block(&mut self) {
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
            let mut line = String::new();
            inline::write_strong(&mut line, self.document.str(title));
            self.paragraph(&line);
        }
    }
}
