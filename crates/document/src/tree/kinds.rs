//! Marks, kinds of callouts and colours, with the names that they have.

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

    /// Each mark, outermost first, as the writers nest them: that is the order of the bits.
    pub(crate) fn inwards(mut self) -> impl Iterator<Item = Self> {
        std::iter::from_fn(move || {
            let first = Self(self.0 & self.0.wrapping_neg());
            self = self.without(first);
            (first.0 != 0).then_some(first)
        })
    }

    /// Each mark, innermost first.
    pub(crate) fn outwards(mut self) -> impl Iterator<Item = Self> {
        std::iter::from_fn(move || {
            let last = Self(0x80_u8.checked_shr(self.0.leading_zeros()).unwrap_or(0));
            self = self.without(last);
            (last.0 != 0).then_some(last)
        })
    }

    /// The outer marks that go on if these marks are followed by others.
    pub(crate) fn shared(self, next: Self) -> Self {
        let first_difference = (self.0 ^ next.0).trailing_zeros();
        Self(self.0 & 1_u8.checked_shl(first_difference).map_or(u8::MAX, |bit| bit - 1))
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
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
