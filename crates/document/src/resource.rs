//! What a link, an image or a macro names: a page, a file, a person, a space, an address.

use crate::source::{Owner, PageTarget, UserTarget};

/// What an `ri:` element, or the matching attributes of ADF, name.
#[derive(Clone, Debug)]
pub(crate) enum Resource {
    Page { id: Option<String>, title: Option<String>, space_key: Option<String>, posting_day: Option<String> },
    Attachment { filename: String, media_id: Option<String>, page: Option<Box<Resource>> },
    User { account_id: Option<String>, user_key: Option<String>, username: Option<String> },
    Space { key: String },
    Url { address: String },
    Shortcut { words: String },
}

impl Resource {
    /// A page by a macro's old way of writing: `SPACE:Title`, `/2011/01/01/Title` or `Title`.
    pub(crate) fn page_from_words(words: &str) -> Option<Self> {
        let words = words.trim();
        if words.is_empty() || words.starts_with('@') {
            return None;
        }
        let is_key = |key: &str| {
            !key.is_empty()
                && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '~' | '_' | '.' | '-'))
        };
        let (space_key, title) = match words.split_once(':') {
            Some((key, title)) if is_key(key) && !title.is_empty() => (Some(key.to_owned()), title),
            _ => (None, words),
        };
        Some(Self::Page { id: None, title: Some(title.to_owned()), space_key, posting_day: None })
    }

    /// The page itself if it names none.
    pub(crate) fn page_target(&self) -> PageTarget<'_> {
        match self {
            Self::Page { id, title, space_key, posting_day } => PageTarget {
                id: id.as_deref(),
                title: title.as_deref(),
                space_key: space_key.as_deref(),
                posting_day: posting_day.as_deref(),
            },
            _ => PageTarget::default(),
        }
    }

    pub(crate) fn user_target(&self) -> UserTarget<'_> {
        match self {
            Self::User { account_id, user_key, username } => UserTarget {
                account_id: account_id.as_deref(),
                user_key: user_key.as_deref(),
                username: username.as_deref(),
            },
            _ => UserTarget::default(),
        }
    }
}

impl Owner {
    /// The page itself, as a resource.
    pub(crate) fn page(&self) -> Resource {
        Resource::Page { id: Some(self.page_id.clone()), title: None, space_key: None, posting_day: None }
    }
}
