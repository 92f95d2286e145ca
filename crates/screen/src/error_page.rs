use askama::Template;
use http::{Response, StatusCode};

use crate::Frame;

/// A link that leads on from a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub label: String,
    pub address: String,
}

/// A page that says what went wrong, in the reader's words, and what they can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    pub status: StatusCode,
    /// What happened, as a heading: `This article is not available`.
    pub title: String,
    /// Why, as far as the reader may know.
    pub message: String,
    /// What the reader can do.
    pub cure: String,
    pub action: Option<Action>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct View<'a> {
    frame: &'a Frame<'a>,
    page: &'a ErrorPage,
    tone: &'static str,
    icon: &'static str,
}

impl ErrorPage {
    #[must_use]
    pub fn new(
        status: StatusCode,
        title: impl Into<String>,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { status, title: title.into(), message: message.into(), cure: cure.into(), action: None }
    }

    /// Adds the one button that leads on.
    #[must_use]
    pub fn with_action(mut self, label: impl Into<String>, address: impl Into<String>) -> Self {
        self.action = Some(Action { label: label.into(), address: address.into() });
        self
    }

    /// Shows the page inside the frame.
    #[must_use]
    pub fn response(&self, frame: &Frame<'_>) -> Response<Vec<u8>> {
        let (tone, icon) = match self.status {
            StatusCode::FORBIDDEN => ("warn", "lock"),
            status if status.is_server_error() => ("bad", "triangle-alert"),
            StatusCode::NOT_FOUND | StatusCode::GONE => ("", "search"),
            _ => ("warn", "triangle-alert"),
        };
        frame.page(self.status, &View { frame, page: self, tone, icon })
    }
}
