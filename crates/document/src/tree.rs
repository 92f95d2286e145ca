//! The document tree that both source formats become, and that every output is written from.
//!
//! The tree is kept flat, as the list of its opening and closing operations in document order, so that no step of
//! a conversion recurses. Marks (bold, links, …) are properties of a run of text and never nest: a block that the
//! source puts inside a mark needs no repair.

/// A stretch of [`Document::strings`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The marks of a run of text, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(pub(crate) u8);

impl Marks {
    pub(crate) const STRONG: Self = Self(1);
    pub(crate) const EM: Self = Self(2);
    pub(crate) const UNDERLINE: Self = Self(4);
    pub(crate) const STRIKE: Self = Self(8);
    pub(crate) const SUB: Self = Self(16);
    pub(crate) const SUP: Self = Self(32);
    pub(crate) const SMALL: Self = Self(64);
    pub(crate) const CODE: Self = Self(128);
    /// Every mark, outermost first, as the writers nest them.
    pub(crate) const ORDER: [Self; 8] = [
        Self::STRONG,
        Self::EM,
        Self::UNDERLINE,
        Self::STRIKE,
        Self::SUB,
        Self::SUP,
        Self::SMALL,
        Self::CODE,
    ];

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The index of a link in [`Document::links`], plus one; zero is no link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkId(u32);

impl LinkId {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) fn new(index: usize) -> Self {
        Self(index as u32 + 1)
    }
    pub(crate) fn index(self) -> Option<usize> {
        (self.0 as usize).checked_sub(1)
    }
}

/// How a run of text looks and where it leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) marks: Marks,
    pub(crate) link: LinkId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CalloutKind {
    Info,
    Note,
    Tip,
    Warning,
    Error,
    Success,
    Panel,
}

impl CalloutKind {
    /// By the name that ADF has for it.
    pub(crate) fn from_panel_type(name: &str) -> Self {
        match name {
            "info" => Self::Info,
            "note" => Self::Note,
            "tip" => Self::Tip,
            "warning" => Self::Warning,
            "error" => Self::Error,
            "success" => Self::Success,
            _ => Self::Panel,
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Success => "success",
            Self::Panel => "panel",
        }
    }

    /// The words that say without colour what the callout is.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Note => "Note",
            Self::Tip => "Tip",
            Self::Warning => "Warning",
            Self::Error => "Caution",
            Self::Success => "Success",
            Self::Panel => "Panel",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    Neutral,
    Purple,
    Blue,
    Red,
    Yellow,
    Green,
}

impl Colour {
    /// The colour by the names of both formats; `Grey` is the storage format's neutral.
    pub(crate) fn from_name(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "purple" => Self::Purple,
            "blue" => Self::Blue,
            "red" => Self::Red,
            "yellow" => Self::Yellow,
            "green" => Self::Green,
            _ => Self::Neutral,
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Purple => "purple",
            Self::Blue => "blue",
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
        }
    }
}

/// A block that holds other blocks or text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph,
    /// A heading, by its index in [`Document::headings`].
    Heading(u32),
    /// A list; ordered if it has a first number.
    List(Option<u32>),
    Item,
    Tasks,
    Task {
        done: bool,
    },
    Decisions,
    Decision {
        decided: bool,
    },
    Quote,
    Callout {
        kind: CalloutKind,
        title: Span,
    },
    Expand {
        title: Span,
    },
    /// Content under a label: a tab, a step, an app's titled box.
    Section {
        title: Span,
    },
    Table,
    Row,
    Cell {
        header: bool,
        columns: u16,
        rows: u16,
    },
    /// An image with its caption, by its index in [`Document::images`].
    Figure(u32),
    Caption,
    Terms,
    Term,
    Description,
}

impl Block {
    /// Whether the block holds text directly.
    pub(crate) fn is_inline(self) -> bool {
        matches!(self, Self::Paragraph | Self::Heading(_) | Self::Caption | Self::Term)
    }

    /// Whether the block holds only blocks of one kind.
    pub(crate) fn is_structural(self) -> bool {
        matches!(
            self,
            Self::List(_)
                | Self::Tasks
                | Self::Decisions
                | Self::Table
                | Self::Row
                | Self::Figure(_)
                | Self::Terms
        )
    }

    /// Whether the block belongs into a structural block.
    fn is_part(self) -> bool {
        matches!(
            self,
            Self::Item
                | Self::Task { .. }
                | Self::Decision { .. }
                | Self::Row
                | Self::Cell { .. }
                | Self::Term
                | Self::Description
                | Self::Caption
        )
    }

    fn accepts(self, part: Self) -> bool {
        matches!(
            (self, part),
            (Self::List(_), Self::Item)
                | (Self::Tasks, Self::Task { .. })
                | (Self::Decisions, Self::Decision { .. })
                | (Self::Table, Self::Row)
                | (Self::Row, Self::Cell { .. })
                | (Self::Terms, Self::Term | Self::Description)
                | (Self::Figure(_), Self::Caption)
        )
    }

    /// The structural block that a part needs around it.
    fn home(self) -> Self {
        match self {
            Self::Task { .. } => Self::Tasks,
            Self::Decision { .. } => Self::Decisions,
            Self::Row => Self::Table,
            Self::Cell { .. } => Self::Row,
            Self::Term | Self::Description => Self::Terms,
            _ => Self::List(None),
        }
    }

    /// The part that loose content in a structural block is put into.
    fn part(self) -> Self {
        match self {
            Self::Tasks => Self::Task { done: false },
            Self::Decisions => Self::Decision { decided: false },
            Self::Table => Self::Row,
            Self::Row => Self::Cell { header: false, columns: 1, rows: 1 },
            Self::Terms => Self::Description,
            Self::Figure(_) => Self::Caption,
            _ => Self::Item,
        }
    }
}

/// A block that holds nothing further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Rule,
    Code {
        language: Span,
        title: Span,
        text: Span,
    },
    /// A formula in TeX.
    Math(Span),
    /// A table of contents of the headings between two source levels.
    Contents {
        least: u8,
        most: u8,
    },
    /// What stands in the place of something that cannot be shown.
    Notice {
        text: Span,
        link: LinkId,
    },
}

/// Something in a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Text(Span),
    Break,
    Status {
        text: Span,
        colour: Colour,
    },
    /// A date as `YYYY-MM-DD`.
    Date(Span),
    Mention(Span),
    /// A place that links lead to.
    Anchor(Span),
    Math(Span),
    /// An image in a line, by its index in [`Document::images`].
    Image(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Open {
        block: Block,
        /// The index of the matching [`Op::Close`].
        end: u32,
    },
    Close {
        /// The index of the matching [`Op::Open`].
        start: u32,
    },
    Leaf(Leaf),
    Inline(Inline, Style),
}

#[derive(Clone, Debug)]
pub(crate) struct HeadingEntry {
    /// The level in the source, 1 to 6.
    pub(crate) source_level: u8,
    /// The level in the article, 2 to 6.
    pub(crate) level: u8,
    pub(crate) text: String,
    pub(crate) anchor: String,
    /// The heading that this one stands under.
    pub(crate) parent: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct LinkEntry {
    pub(crate) kind: crate::article::LinkKind,
    pub(crate) address: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// The alternative text, else the file's name.
    pub(crate) label: String,
    pub(crate) address: crate::source::ImageAddress,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct LossEntry {
    pub(crate) name: String,
    pub(crate) origin: crate::article::Origin,
    pub(crate) outcome: crate::article::Outcome,
    pub(crate) count: u32,
    pub(crate) words: String,
    pub(crate) heading: Option<u32>,
    /// The index of the operation that follows.
    pub(crate) op: u32,
}

/// A page as a tree.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) ops: Vec<Op>,
    pub(crate) strings: String,
    pub(crate) headings: Vec<HeadingEntry>,
    pub(crate) links: Vec<LinkEntry>,
    pub(crate) images: Vec<Picture>,
    pub(crate) losses: Vec<LossEntry>,
    pub(crate) dependencies: Vec<crate::article::Dependency>,
    pub(crate) malformed_at: Option<u64>,
}

impl Document {
    pub(crate) fn str(&self, span: Span) -> &str {
        &self.strings[span.start as usize..span.end as usize]
    }

    /// The headings above and including `heading`, outermost first.
    pub(crate) fn path(&self, heading: Option<u32>) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = heading;
        while let Some(index) = at {
            let entry = &self.headings[index as usize];
            path.push(entry.text.clone());
            at = entry.parent;
        }
        path.reverse();
        path
    }
}

pub(crate) use builder::{Builder, Token, anchor_of};
mod builder;
