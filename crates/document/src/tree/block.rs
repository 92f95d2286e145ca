//! Blocks, and which of them belong into which.

use super::{CalloutKind, Span};

/// A block that holds other blocks or text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph,
    /// A heading, by its index in [`Document::headings`].
    Heading(u32),
    /// A list without numbers.
    List,
    /// A list with the number of its first item.
    Numbered(u32),
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

    /// Whether the block may hold a line of text itself in the place of a paragraph.
    pub(crate) fn may_be_line(self) -> bool {
        matches!(
            self,
            Self::Item | Self::Task { .. } | Self::Decision { .. } | Self::Cell { .. } | Self::Description
        )
    }

    /// Whether the block holds only blocks of one kind.
    pub(crate) fn is_structural(self) -> bool {
        matches!(
            self,
            Self::List
                | Self::Numbered(_)
                | Self::Tasks
                | Self::Decisions
                | Self::Table
                | Self::Row
                | Self::Figure(_)
                | Self::Terms
        )
    }

    /// Whether the block belongs into a structural block.
    pub(super) fn is_part(self) -> bool {
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

    pub(super) fn accepts(self, part: Self) -> bool {
        matches!(
            (self, part),
            (Self::List | Self::Numbered(_), Self::Item)
                | (Self::Tasks, Self::Task { .. })
                | (Self::Decisions, Self::Decision { .. })
                | (Self::Table, Self::Row)
                | (Self::Row, Self::Cell { .. })
                | (Self::Terms, Self::Term | Self::Description)
                | (Self::Figure(_), Self::Caption)
        )
    }

    /// The structural block that a part needs around it.
    pub(super) fn home(self) -> Self {
        match self {
            Self::Task { .. } => Self::Tasks,
            Self::Decision { .. } => Self::Decisions,
            Self::Row => Self::Table,
            Self::Cell { .. } => Self::Row,
            Self::Term | Self::Description => Self::Terms,
            _ => Self::List,
        }
    }

    /// The part that loose content in a structural block is put into.
    pub(super) fn part(self) -> Self {
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
