//! A macro as a page calls it, whichever format the page is in.

use std::borrow::Cow;

use crate::{
    article::Origin,
    resource::Resource,
    source::Included,
    tree::{Style, Token},
};

pub(crate) use super::carry_out::{carry_out, label_of};

/// A macro as a page calls it.
pub(crate) struct Call<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) parameters: Vec<Parameter<'a>>,
    /// Its body, if that is plain text.
    pub(crate) plain: Option<Cow<'a, str>>,
    /// Whether it has a body of blocks.
    pub(crate) has_rich_body: bool,
    /// What the page itself calls the macro: the title that an app gives it.
    pub(crate) label: Option<Cow<'a, str>>,
}

pub(crate) struct Parameter<'a> {
    /// Empty for the one that the macro does not name.
    pub(crate) name: Cow<'a, str>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) resource: Option<Resource>,
}

/// What becomes of the macro's body of blocks.
pub(crate) enum Body {
    /// It is read where it stands.
    Here,
    /// It is read where it stands, in another style.
    Styled(Style),
    /// It is read into a block that is open.
    In(Token),
    /// It is the text of a code block.
    Code { language: String, title: String },
    /// It is left out, and its words are reported.
    Dropped { name: String, origin: Origin },
    /// It is left out without a word.
    Hidden,
    /// Another page is shown in its place.
    Included { body: Included, key: String, excerpt: Option<Option<String>> },
}

// Each is called in dozens of places: copied into all of them, they were 10 kB of the component `convert`.
impl Call<'_> {
    #[inline(never)]
    pub(super) fn parameter(&self, name: &str) -> Option<&Parameter<'_>> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    #[inline(never)]
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.parameter(name).map(|parameter| parameter.text.trim()).filter(|text| !text.is_empty())
    }

    #[inline(never)]
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.text(name))
    }

    #[inline(never)]
    pub(super) fn resource(&self, names: &[&str]) -> Option<&Resource> {
        names.iter().find_map(|name| self.parameter(name).and_then(|parameter| parameter.resource.as_ref()))
    }

    /// The page that a parameter names, as a resource or in words.
    #[inline(never)]
    pub(super) fn page(&self, names: &[&str]) -> Option<Resource> {
        names.iter().find_map(|name| {
            let parameter = self.parameter(name)?;
            parameter.resource.clone().or_else(|| Resource::page_from_words(&parameter.text))
        })
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    pub(super) fn plain(&self) -> Option<&str> {
        self.plain.as_deref().filter(|plain| !plain.trim().is_empty())
    }
}
