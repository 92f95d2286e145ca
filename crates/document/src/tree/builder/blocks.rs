//! Blocks: what is opened and closed around a block so that it may stand where the source puts it.

use super::{Builder, CONTENTS, Frame, Token};
use crate::{
    article::{Origin, Outcome},
    text,
    tree::{Block, Code, HeadingEntry, Inline, Leaf, LossEntry, Op, Span, Style},
};

impl Builder {
    /// Opens a block where it may stand: what cannot hold it is closed, what it needs around it is opened.
    pub(crate) fn open(&mut self, block: Block) -> Token {
        if self.room.is_spent() {
            return self.flatten();
        }
        let in_figure = matches!(self.frames.last(), Some(frame) if matches!(frame.block, Block::Figure(_)));
        if block == Block::Caption && !in_figure {
            return self.open(Block::Paragraph);
        }
        if block.is_part() {
            self.make_room_for_part(block);
        } else {
            self.make_room(block);
        }
        self.push(block, false)
    }

    /// Opens a heading of a source level (1 to 6).
    pub(crate) fn open_heading(&mut self, source_level: u8) -> Token {
        if self.room.is_spent() {
            return self.flatten();
        }
        self.make_room(Block::Heading(0));
        let index = self.document.headings.len() as u32;
        let top_is_inline = self.frames.last().is_some_and(|frame| frame.block.is_inline());
        if top_is_inline {
            return self.push_phantom(Block::Paragraph);
        }
        self.document.headings.push(HeadingEntry {
            source_level: source_level.clamp(1, 6),
            level: 2,
            text: Span::EMPTY,
            anchor: Span::EMPTY,
            parent: None,
        });
        self.push(Block::Heading(index), false)
    }

    /// Whether a block was not closed yet.
    pub(crate) fn is_open(&self, token: Token) -> bool {
        token == Token::FLAT || self.frames.binary_search_by_key(&token, |frame| frame.token).is_ok()
    }

    /// Closes a block and whatever is still open in it.
    pub(crate) fn close(&mut self, token: Token) {
        if token == Token::FLAT {
            return self.boundary();
        }
        let Ok(at) = self.frames.binary_search_by_key(&token, |frame| frame.token) else { return };
        while self.frames.len() > at {
            self.pop();
        }
    }

    /// Ends the paragraph that loose text may have begun: what follows stands on its own.
    pub(crate) fn boundary(&mut self) {
        match self.frames.last() {
            Some(frame) if frame.block == Block::Paragraph && frame.op.is_some() => {
                if !self.room.is_spent() {
                    self.pop();
                } else if !self.after_space {
                    self.lose_structure();
                    self.space();
                }
            }
            Some(frame) if frame.block.is_inline() => self.space(),
            _ => {}
        }
    }

    /// Adds a block that holds nothing further.
    pub(crate) fn leaf(&mut self, leaf: Leaf) {
        let is_flat = self.room.is_spent();
        if !is_flat {
            self.make_room(Block::Table);
        }
        if is_flat || self.in_inline() {
            // In a caption or a term there is room for words only.
            let text = match leaf {
                Leaf::Code(code) => self.document.codes[code as usize].text,
                Leaf::Math(text) | Leaf::Notice { text, .. } => text,
                Leaf::Rule | Leaf::Contents { .. } => return,
            };
            let words = self.document.str(text).to_owned();
            self.words_apart(&words);
            return;
        }
        if matches!(leaf, Leaf::Contents { .. }) {
            // Each lists every heading, which must not make the article longer than the page squared.
            self.contents += 1;
            if self.contents > CONTENTS {
                self.lose("toc", Origin::Native, Outcome::Dropped, "");
                return;
            }
        }
        self.flush_anchors_as_block();
        let words = match leaf {
            Leaf::Notice { text, .. } => self.document.str(text).len(),
            Leaf::Contents { .. } => {
                for heading in &self.document.headings {
                    self.room.take_contents_line(self.document.str(heading.text).len());
                }
                0
            }
            _ => 0,
        };
        self.room.take_leaf(leaf, words);
        if let Leaf::Notice { link, .. } = leaf
            && let Some(link) = link.index()
        {
            self.room.take_link(self.document.str(self.document.links[link].address).len());
        }
        self.push_op(Op::Leaf(leaf));
    }

    /// Leaves out a block for which there is no room, but not what is in it.
    fn flatten(&mut self) -> Token {
        self.lose_structure();
        self.space();
        Token::FLAT
    }

    /// Reports a part of the structure for which there is no room.
    pub(super) fn lose_structure(&mut self) {
        self.lose("structure", Origin::Markup, Outcome::Approximated, "");
    }

    /// Words that stand apart from those around them.
    pub(super) fn words_apart(&mut self, words: &str) {
        self.space();
        self.text(words, Style::default());
        self.space();
    }

    /// Adds a block of code.
    pub(crate) fn code(&mut self, language: &str, title: &str, source: &str) {
        if self.room.is_spent() {
            self.lose_structure();
            self.words_apart(title);
            self.words_apart(source);
            return;
        }
        self.room.take_escapes(text::escapes(source));
        let code =
            Code { language: self.keep(language), title: self.keep_line(title), text: self.keep(source) };
        text::grow(&mut self.document.codes);
        self.document.codes.push(code);
        self.leaf(Leaf::Code(self.document.codes.len() as u32 - 1));
    }

    /// Whether text is part of a line that is open.
    pub(crate) fn is_in_line(&self) -> bool {
        self.in_inline()
    }

    pub(super) fn in_inline(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.block.is_inline())
    }

    /// Closes and opens until a flow block may come.
    fn make_room(&mut self, block: Block) {
        loop {
            let Some(top) = self.frames.last() else { return };
            if top.op.is_none() && top.block.is_inline() {
                return;
            }
            match top.block {
                // A paragraph inside a heading stays part of the heading.
                Block::Heading(_) if block == Block::Paragraph => return,
                Block::Caption | Block::Term => return,
                Block::Paragraph | Block::Heading(_) | Block::Figure(_) => self.pop(),
                structural if structural.is_structural() => self.make_part(),
                _ => return,
            }
        }
    }

    /// Opens a part of the structural block on top for loose content; or closes the block, if it was opened for a
    /// part that has ended.
    pub(super) fn make_part(&mut self) {
        let Some(top) = self.frames.last() else { return };
        let is_empty = top.op.is_none_or(|op| op as usize + 1 == self.document.ops.len());
        if top.implicit && !is_empty {
            self.pop();
        } else if is_empty || !self.reopen_last_part() {
            let part = top_part(&self.frames);
            self.push(part, true);
        }
    }

    /// Closes and opens until a part (an item, a row, a cell, …) may come.
    fn make_room_for_part(&mut self, part: Block) {
        loop {
            let Some(top) = self.frames.last() else {
                self.open_home(part);
                return;
            };
            if top.op.is_none() || top.block.accepts(part) {
                return;
            }
            let below = self.frames.len().checked_sub(2).map(|at| &self.frames[at]);
            if below.is_some_and(|below| below.op.is_some() && below.block.accepts(part)) {
                // The previous sibling was left open.
                self.pop();
                return;
            }
            if top.block.is_inline() || matches!(top.block, Block::Figure(_)) {
                self.pop();
            } else if top.block == Block::Table && matches!(part, Block::Cell { .. }) {
                self.push(Block::Row, true);
                return;
            } else if top.block.is_structural() {
                self.make_part();
            } else {
                self.open_home(part);
                return;
            }
        }
    }

    fn open_home(&mut self, part: Block) {
        if matches!(part, Block::Caption) {
            return;
        }
        let home = part.home();
        if home == Block::Row {
            self.push(Block::Table, true);
        }
        self.push(home, true);
    }

    /// Opens the last part of the structural block on top again, so that loose content joins it.
    fn reopen_last_part(&mut self) -> bool {
        let Some(top) = self.frames.last() else { return false };
        let (Some(op), block) = (top.op, top.block) else { return false };
        if matches!(block, Block::Table | Block::Row) {
            return false;
        }
        let last = self.document.ops.len() - 1;
        let Op::Close { start } = self.document.ops[last] else { return false };
        if start <= op {
            return false;
        }
        let Op::Open { block, .. } = self.document.ops[start as usize] else { return false };
        if block.is_inline() {
            return false;
        }
        self.document.ops.pop();
        self.wrap_line(start as usize);
        let token = self.token();
        self.frames.push(Frame { token, block, op: Some(start), implicit: true });
        self.begin_line();
        true
    }

    fn token(&mut self) -> Token {
        self.next_token += 1;
        Token(self.next_token)
    }

    /// Opens a block of which nothing is to be seen. In another such, that one does for both.
    fn push_phantom(&mut self, block: Block) -> Token {
        if self.frames.last().is_some_and(|frame| frame.op.is_none()) {
            return Token::FLAT;
        }
        let token = self.token();
        self.frames.push(Frame { token, block, op: None, implicit: false });
        token
    }

    pub(super) fn push(&mut self, block: Block, implicit: bool) -> Token {
        // In a caption, a term or a heading there is room for words only.
        if self.in_inline() {
            self.space();
            return self.push_phantom(Block::Paragraph);
        }
        let in_flattened = self.frames.last().is_some_and(|frame| frame.op.is_none());
        if in_flattened && block.is_part() {
            return self.push_phantom(Block::Description);
        }
        if self.frames.len() >= self.depth_limit && !block.is_inline() && !block.is_part() {
            self.lose("nesting", Origin::Markup, Outcome::Approximated, "");
            return self.push_phantom(Block::Description);
        }
        if !matches!(block, Block::Paragraph | Block::Heading(_) | Block::Caption | Block::Term)
            && !block.is_part()
        {
            self.flush_anchors_as_block();
        }
        let op = self.document.ops.len() as u32;
        self.room.take_block(block);
        self.push_op(Op::Open { block, end: 0 });
        let token = self.token();
        self.frames.push(Frame { token, block, op: Some(op), implicit });
        if block.is_inline() {
            self.begin_line();
            self.has_content = false;
        }
        token
    }

    pub(super) fn begin_line(&mut self) {
        self.after_insert = false;
        self.line_start = true;
        self.after_space = false;
    }

    pub(super) fn pop(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(start) = frame.op else { return };
        let start_at = start as usize;
        if frame.block.is_inline() {
            self.trim_line_end(start_at);
        }
        let is_empty = self.document.ops.len() == start_at + 1;
        let keeps_empty = matches!(
            frame.block,
            Block::Cell { .. } | Block::Task { .. } | Block::Callout { .. } | Block::Figure(_) | Block::Row
        ) || matches!(frame.block, Block::Expand { title } | Block::Section { title } if !title.is_empty());
        let is_blank = is_empty || (frame.block.is_inline() && self.is_blank_line(start_at));
        if is_blank && !keeps_empty {
            if let Block::Heading(index) = frame.block {
                self.document.headings.truncate(index as usize);
            }
            self.document.ops.truncate(start_at);
            return;
        }
        if frame.block.may_be_line() {
            self.unwrap_line(start_at);
        }
        let end = self.document.ops.len() as u32;
        self.push_op(Op::Close { start });
        if let Op::Open { end: slot, .. } = &mut self.document.ops[start_at] {
            *slot = end;
        }
        if let Block::Heading(index) = frame.block {
            self.finish_heading(index, start_at);
        }
    }

    /// Takes a paragraph that is all of an item or a cell out of it: the words stand there themselves, as people write
    /// lists and tables by hand.
    fn unwrap_line(&mut self, start: usize) {
        let ops = &mut self.document.ops;
        let last = ops.len() - 1;
        match ops.get(start + 1) {
            Some(&Op::Open { block: Block::Paragraph, end }) if end as usize == last => {}
            _ => return,
        }
        ops.pop();
        ops.remove(start + 1);
        let after = |loss: &&mut LossEntry| loss.op as usize > start + 1;
        for loss in self.document.losses.iter_mut().rev().take_while(after) {
            loss.op -= if loss.op as usize > last { 2 } else { 1 };
        }
    }

    /// Undoes [`Self::unwrap_line`], for an item that more is to come into.
    fn wrap_line(&mut self, start: usize) {
        let Op::Open { block, .. } = self.document.ops[start] else { return };
        let end = self.document.ops.len();
        if !block.may_be_line() || !self.document.is_line(start, end) {
            return;
        }
        let inside = |loss: &&mut LossEntry| loss.op as usize > start;
        for loss in self.document.losses.iter_mut().rev().take_while(inside) {
            loss.op += 1;
        }
        self.document.ops.insert(start + 1, Op::Open { block: Block::Paragraph, end: end as u32 + 1 });
        self.push_op(Op::Close { start: start as u32 + 1 });
    }

    /// Removes white space and line breaks at the end of a line; they show nothing.
    fn trim_line_end(&mut self, start: usize) {
        while self.document.ops.len() > start + 1 {
            match self.document.ops.last_mut() {
                Some(Op::Inline(Inline::Break, _)) => {
                    self.document.ops.pop();
                }
                Some(Op::Inline(Inline::Text(run, _), _)) => {
                    let text = &self.document.strings[run.start as usize..run.end as usize];
                    let kept = text.trim_end_matches([' ', '\u{a0}']).len();
                    if kept > 0 {
                        run.end = run.start + kept as u32;
                        return;
                    }
                    self.document.ops.pop();
                }
                _ => return,
            }
        }
    }

    fn is_blank_line(&self, start: usize) -> bool {
        self.document.ops[start + 1..].iter().all(|op| match op {
            Op::Inline(Inline::Text(run, _), _) => self.document.text(*run).chars().all(char::is_whitespace),
            Op::Inline(Inline::Break, _) => true,
            _ => false,
        })
    }
}

fn top_part(frames: &[Frame]) -> Block {
    frames.last().map_or(Block::Item, |frame| frame.block.part())
}
