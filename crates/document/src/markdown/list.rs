//! Lists: their marks, their numbers and how tightly they are set.

use super::Writer;
use crate::tree::{Block, Op};

pub(super) struct List {
    /// The next number of an ordered list.
    pub(super) number: Option<u32>,
    pub(super) mark: char,
    /// Without blank lines between its items.
    pub(super) tight: bool,
    /// How many containers are around the list's items.
    pub(super) depth: usize,
}

/// As many spaces as the longest number of an item and its mark.
const SPACES: &str = "           ";

impl Writer<'_> {
    pub(super) fn begin_list(&mut self, start: Option<u32>, at: usize, end: usize) {
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
                    Op::Open { block: Block::List | Block::Numbered(_) | Block::Tasks, end } => {
                        child = end as usize
                    }
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

    pub(super) fn begin_item(&mut self, task: &str) {
        let (number, mark, tight) = match self.lists.last_mut() {
            Some(list) => {
                let number = list.number;
                list.number = number.map(|number| number.saturating_add(1));
                (number, list.mark, list.tight)
            }
            None => (None, '-', false),
        };
        if !self.fresh && !tight {
            self.blank_line();
        }
        // The lines that follow stand below the words of the first; the box of a task is part of these.
        match number {
            None => self.push_container(&[if mark == '*' { "* " } else { "- " }, task], "  "),
            Some(number) => {
                let number = number.min(999_999_999).to_string();
                let mark = if mark == ')' { ") " } else { ". " };
                let below = &SPACES[..number.len() + 2];
                self.push_container(&[&number, mark, task], below);
            }
        }
    }
}
