//! Builds a [`Document`] from whatever order of blocks and text a source gives, and keeps it well formed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Block, Document, HeadingEntry, Inline, Leaf, LinkEntry, LinkId, LossEntry, Op, Picture, Span, Style,
};
use crate::{
    article::{Dependency, LinkKind, Origin, Outcome},
    text,
};

/// Names an open block; closing it twice, or after it was closed for other reasons, does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Token(u32);

struct Frame {
    token: Token,
    block: Block,
    /// The index of the block's [`Op::Open`]; none for a block that was flattened away.
    op: Option<u32>,
    /// Opened to hold loose content: closes as soon as something comes that it cannot hold.
    implicit: bool,
}

/// How many tables of contents a page may have.
const CONTENTS: usize = 4;

/// Builds a [`Document`].
pub(crate) struct Builder {
    document: Document,
    frames: Vec<Frame>,
    next_token: u32,
    depth_limit: usize,
    /// Whether the next text begins a line, so that white space before it does not count.
    line_start: bool,
    /// Whether the text so far ends in white space, so that more of it does not count.
    after_space: bool,
    after_insert: bool,
    has_content: bool,
    contents: usize,
    pending_anchors: Vec<Span>,
    anchors: BTreeSet<String>,
    anchor_counts: BTreeMap<String, u32>,
    heading: Option<u32>,
    heading_stack: Vec<u32>,
    losses: BTreeMap<(String, Outcome, Option<u32>), usize>,
    dependencies: BTreeSet<Dependency>,
}

impl Builder {
    pub(crate) fn new(depth_limit: usize, reserved_anchors: &[&str], capacity: usize) -> Self {
        Self {
            document: Document {
                ops: Vec::with_capacity(capacity / 40),
                strings: String::with_capacity(capacity / 2),
                ..Document::default()
            },
            frames: Vec::new(),
            next_token: 0,
            depth_limit,
            line_start: true,
            after_space: false,
            after_insert: false,
            has_content: false,
            contents: 0,
            pending_anchors: Vec::new(),
            anchors: reserved_anchors.iter().map(|&anchor| anchor.to_owned()).collect(),
            anchor_counts: BTreeMap::new(),
            heading: None,
            heading_stack: Vec::new(),
            losses: BTreeMap::new(),
            dependencies: BTreeSet::new(),
        }
    }

    /// Closes what is open and gives the tree.
    pub(crate) fn finish(mut self) -> Document {
        while !self.frames.is_empty() {
            self.pop();
        }
        self.document
    }

    // Blocks

    /// Opens a block where it may stand: what cannot hold it is closed, what it needs around it is opened.
    pub(crate) fn open(&mut self, block: Block) -> Token {
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
        self.make_room(Block::Heading(0));
        let index = self.document.headings.len() as u32;
        let top_is_inline = self.frames.last().is_some_and(|frame| frame.block.is_inline());
        if top_is_inline {
            return self.push_phantom(Block::Paragraph);
        }
        self.document.headings.push(HeadingEntry {
            source_level: source_level.clamp(1, 6),
            level: 2,
            text: String::new(),
            anchor: String::new(),
            parent: None,
        });
        self.push(Block::Heading(index), false)
    }

    /// Closes a block and whatever is still open in it.
    pub(crate) fn close(&mut self, token: Token) {
        let Ok(at) = self.frames.binary_search_by_key(&token, |frame| frame.token) else { return };
        while self.frames.len() > at {
            self.pop();
        }
    }

    /// Ends the paragraph that loose text may have begun: what follows stands on its own.
    pub(crate) fn boundary(&mut self) {
        match self.frames.last() {
            Some(frame) if frame.block == Block::Paragraph && frame.op.is_some() => self.pop(),
            Some(frame) if frame.block.is_inline() => self.space(),
            _ => {}
        }
    }

    /// Adds a block that holds nothing further.
    pub(crate) fn leaf(&mut self, leaf: Leaf) {
        self.make_room(Block::Table);
        if self.in_inline() {
            // In a caption or a term there is room for words only.
            match leaf {
                Leaf::Code { text, .. } | Leaf::Math(text) | Leaf::Notice { text, .. } => {
                    let words = self.document.str(text).to_owned();
                    self.space();
                    self.text(&words, Style::default());
                }
                Leaf::Rule | Leaf::Contents { .. } => {}
            }
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
        self.document.ops.push(Op::Leaf(leaf));
    }

    /// Whether text is part of a line that is open.
    pub(crate) fn is_in_line(&self) -> bool {
        self.in_inline()
    }

    fn in_inline(&self) -> bool {
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
    fn make_part(&mut self) {
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
        let token = self.token();
        self.frames.push(Frame { token, block, op: Some(start), implicit: true });
        self.begin_line();
        true
    }

    fn token(&mut self) -> Token {
        self.next_token += 1;
        Token(self.next_token)
    }

    fn push_phantom(&mut self, block: Block) -> Token {
        let token = self.token();
        self.frames.push(Frame { token, block, op: None, implicit: false });
        token
    }

    fn push(&mut self, block: Block, implicit: bool) -> Token {
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
        self.document.ops.push(Op::Open { block, end: 0 });
        let token = self.token();
        self.frames.push(Frame { token, block, op: Some(op), implicit });
        if block.is_inline() {
            self.begin_line();
            self.has_content = false;
        }
        token
    }

    fn begin_line(&mut self) {
        self.after_insert = false;
        self.line_start = true;
        self.after_space = false;
    }

    fn pop(&mut self) {
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
        let end = self.document.ops.len() as u32;
        self.document.ops.push(Op::Close { start });
        if let Op::Open { end: slot, .. } = &mut self.document.ops[start_at] {
            *slot = end;
        }
        if let Block::Heading(index) = frame.block {
            self.finish_heading(index, start_at);
        }
    }

    /// Removes white space and line breaks at the end of a line; they show nothing.
    fn trim_line_end(&mut self, start: usize) {
        while self.document.ops.len() > start + 1 {
            match self.document.ops.last_mut() {
                Some(Op::Inline(Inline::Break, _)) => {
                    self.document.ops.pop();
                }
                Some(Op::Inline(Inline::Text(span), _)) => {
                    let text = &self.document.strings[span.start as usize..span.end as usize];
                    let kept = text.trim_end_matches([' ', '\u{a0}']).len();
                    if kept > 0 {
                        span.end = span.start + kept as u32;
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
            Op::Inline(Inline::Text(span), _) => self.document.str(*span).chars().all(char::is_whitespace),
            Op::Inline(Inline::Break, _) => true,
            _ => false,
        })
    }

    // Headings

    fn finish_heading(&mut self, index: u32, start: usize) {
        let mut words = String::new();
        for op in &self.document.ops[start..] {
            if let Op::Inline(inline, _) = op {
                match inline {
                    Inline::Text(span) | Inline::Date(span) | Inline::Mention(span) | Inline::Math(span) => {
                        words.push_str(self.document.str(*span));
                    }
                    Inline::Status { text, .. } => words.push_str(self.document.str(*text)),
                    Inline::Image(image) => words.push_str(&self.document.images[*image as usize].label),
                    Inline::Break => words.push(' '),
                    Inline::Anchor(_) => {}
                }
            }
        }
        let words = words.trim().to_owned();
        let source_level = self.document.headings[index as usize].source_level;
        while self
            .heading_stack
            .last()
            .is_some_and(|&above| self.document.headings[above as usize].source_level >= source_level)
        {
            self.heading_stack.pop();
        }
        let anchor = self.unique_anchor(&anchor_of(&words));
        let entry = &mut self.document.headings[index as usize];
        // Levels follow the outline, so that none is skipped whatever the source does.
        entry.level = (2 + self.heading_stack.len() as u8).min(6);
        entry.parent = self.heading_stack.last().copied();
        entry.text = words;
        entry.anchor = anchor;
        self.heading_stack.push(index);
        self.heading = Some(index);
    }

    /// Repeats get `.1`, `.2`, … as in Confluence Cloud's renderer.
    fn unique_anchor(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "section" } else { wanted };
        if self.anchors.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let mut count = self.anchor_counts.get(wanted).copied().unwrap_or(0);
        loop {
            count += 1;
            let candidate = format!("{wanted}.{count}");
            if self.anchors.insert(candidate.clone()) {
                self.anchor_counts.insert(wanted.to_owned(), count);
                return candidate;
            }
        }
    }

    /// A place that links may lead to; it goes with whatever comes next. A name that is taken already is left out.
    pub(crate) fn anchor(&mut self, name: &str) {
        let name = anchor_of(name);
        if name.is_empty() || !self.anchors.insert(name.clone()) {
            return;
        }
        let span = self.keep(&name);
        if self.in_inline() && !self.line_start {
            self.document.ops.push(Op::Inline(Inline::Anchor(span), Style::default()));
        } else {
            self.pending_anchors.push(span);
        }
    }

    fn flush_anchors_as_block(&mut self) {
        for span in std::mem::take(&mut self.pending_anchors) {
            self.document.ops.push(Op::Inline(Inline::Anchor(span), Style::default()));
        }
    }

    // Text

    /// Makes sure that text may come: loose text gets a paragraph, and whatever that needs around it.
    fn make_line(&mut self) {
        loop {
            match self.frames.last() {
                Some(frame) if frame.block.is_inline() => break,
                Some(frame) if frame.block.is_structural() => self.make_part(),
                _ => {
                    self.push(Block::Paragraph, true);
                    break;
                }
            }
        }
        for span in std::mem::take(&mut self.pending_anchors) {
            self.document.ops.push(Op::Inline(Inline::Anchor(span), Style::default()));
        }
    }

    /// Adds text; runs of white space become one space, as in HTML.
    pub(crate) fn text(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        // White space between blocks is only layout of the source.
        if !self.in_inline() {
            while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            if at == bytes.len() {
                return;
            }
            self.make_line();
        } else if !self.pending_anchors.is_empty() {
            self.make_line();
        }
        if std::mem::take(&mut self.after_insert) && text[at..].starts_with(char::is_alphanumeric) {
            self.text(" ", Style::default());
        }
        let start = self.document.strings.len();
        let is_clean = !text::is_suspicious(text);
        while at < bytes.len() {
            if bytes[at].is_ascii_whitespace() {
                while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                    at += 1;
                }
                if !self.line_start && !self.after_space {
                    self.document.strings.push(' ');
                }
                self.after_space = true;
                continue;
            }
            // Words with single spaces between them are taken together.
            let from = at;
            while at < bytes.len() {
                let is_space = bytes[at].is_ascii_whitespace();
                let is_single =
                    bytes[at] == b' ' && bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace());
                if is_space && !is_single {
                    break;
                }
                at += 1;
            }
            if is_clean {
                self.document.strings.push_str(&text[from..at]);
            } else {
                text::push_clean(&mut self.document.strings, &text[from..at]);
            }
            self.has_content = true;
            self.line_start = false;
            self.after_space = false;
        }
        let end = self.document.strings.len();
        if start == end {
            return;
        }
        if self.document.ops.last().is_none_or(|op| !matches!(op, Op::Inline(Inline::Text(span), last) if *last == style && span.end as usize == start))
        {
            let span = Span { start: start as u32, end: end as u32 };
            self.document.ops.push(Op::Inline(Inline::Text(span), style));
        } else if let Some(Op::Inline(Inline::Text(span), _)) = self.document.ops.last_mut() {
            span.end = end as u32;
        }
    }

    /// Keeps the words before and after apart.
    pub(crate) fn space(&mut self) {
        if self.in_inline() {
            self.text(" ", Style::default());
        }
    }

    /// Adds something in a line of text.
    pub(crate) fn inline(&mut self, inline: Inline, style: Style) {
        if inline == Inline::Break {
            if !self.in_inline() || (self.line_start && !self.has_content()) {
                return;
            }
            self.document.ops.push(Op::Inline(Inline::Break, Style::default()));
            self.begin_line();
            return;
        }
        self.make_line();
        let is_insert = !matches!(inline, Inline::Anchor(_));
        if is_insert {
            self.apart();
        }
        self.document.ops.push(Op::Inline(inline, style));
        self.has_content |= is_insert;
        self.line_start = false;
        self.after_space = false;
        self.after_insert = is_insert;
    }

    /// Keeps an insert (an image, a status, a smart link), which Confluence shows in a frame, from running into the
    /// words before it; and, once it is there, into those after it.
    pub(crate) fn apart(&mut self) {
        if !self.in_inline() || self.line_start || self.after_space {
            return;
        }
        let ends_with_word = match self.document.ops.last() {
            Some(Op::Inline(Inline::Text(span), _)) => {
                self.document.str(*span).ends_with(char::is_alphanumeric)
            }
            Some(Op::Inline(Inline::Break | Inline::Anchor(_), _)) => false,
            _ => true,
        };
        if ends_with_word {
            self.text(" ", Style::default());
        }
    }

    /// The text that was just added is an insert.
    pub(crate) fn end_insert(&mut self) {
        self.after_insert = true;
    }

    /// Whether the line that is open shows anything yet.
    pub(crate) fn has_content(&self) -> bool {
        self.has_content && self.in_inline()
    }

    /// Keeps a string for a block, cleaned of what HTML cannot hold.
    pub(crate) fn keep(&mut self, text: &str) -> Span {
        let start = self.document.strings.len() as u32;
        text::push_clean(&mut self.document.strings, text);
        Span { start, end: self.document.strings.len() as u32 }
    }

    /// Keeps a string as one line.
    pub(crate) fn keep_line(&mut self, text: &str) -> Span {
        let mut line = String::with_capacity(text.len());
        text::append_words(&mut line, text);
        self.keep(&line)
    }

    // Tables on the side

    /// A link to an address, if it may be linked to.
    pub(crate) fn link(&mut self, kind: LinkKind, address: &str) -> LinkId {
        let Some(address) = crate::address::allowed(address) else {
            self.lose("link", Origin::Markup, Outcome::Approximated, "");
            return LinkId::NONE;
        };
        if let Some(last) = self.document.links.last()
            && last.kind == kind
            && last.address == address
        {
            return LinkId::new(self.document.links.len() - 1);
        }
        self.document.links.push(LinkEntry { kind, address });
        LinkId::new(self.document.links.len() - 1)
    }

    /// Keeps an image; an address that may not be linked to is left out.
    pub(crate) fn checked_picture(&mut self, mut picture: Picture) -> u32 {
        use crate::source::ImageAddress;
        let (ImageAddress::Shown(address) | ImageAddress::Linked(address)) = &mut picture.address else {
            return self.picture(picture);
        };
        match crate::address::allowed(address) {
            Some(allowed) => *address = allowed,
            None => picture.address = ImageAddress::Unknown,
        }
        self.picture(picture)
    }

    fn picture(&mut self, mut picture: Picture) -> u32 {
        let mut label = String::new();
        text::append_words(&mut label, &picture.label);
        picture.label.clear();
        text::push_clean(&mut picture.label, &label);
        self.document.images.push(picture);
        self.document.images.len() as u32 - 1
    }

    /// Writes a line of the report.
    pub(crate) fn lose(&mut self, name: &str, origin: Origin, outcome: Outcome, words: &str) {
        let mut held = String::new();
        text::append_words(&mut held, words);
        let key = (name.to_owned(), outcome, self.heading);
        if let Some(&index) = self.losses.get(&key) {
            let entry = &mut self.document.losses[index];
            entry.count += 1;
            if !held.is_empty() {
                if !entry.words.is_empty() {
                    entry.words.push('\n');
                }
                entry.words.push_str(&held);
            }
            return;
        }
        self.losses.insert(key, self.document.losses.len());
        self.document.losses.push(LossEntry {
            name: name.to_owned(),
            origin,
            outcome,
            count: 1,
            words: held,
            heading: self.heading,
            op: self.document.ops.len() as u32,
        });
    }

    pub(crate) fn depend(&mut self, dependency: Dependency) {
        if self.dependencies.insert(dependency.clone()) {
            self.document.dependencies.push(dependency);
        }
    }

    pub(crate) fn malformed_at(&mut self, offset: Option<usize>) {
        if self.document.malformed_at.is_none() {
            self.document.malformed_at = offset.map(|offset| offset as u64);
        }
    }
}

fn top_part(frames: &[Frame]) -> Block {
    frames.last().map_or(Block::Item, |frame| frame.block.part())
}

/// The anchor that Confluence Cloud's renderer gives to a heading of these words: spaces become hyphens.
pub(crate) fn anchor_of(words: &str) -> String {
    let mut anchor = String::with_capacity(words.len());
    text::push_clean(&mut anchor, words.trim());
    if anchor.contains(char::is_whitespace) {
        anchor.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect()
    } else {
        anchor
    }
}
