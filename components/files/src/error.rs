//! Every failure as a page that names the thing and the cure; the cause is logged here, once.

use confluence::ApiError;
use http::{HeaderValue, Response, StatusCode, header};
use mirror::StepError;
use ports::spin::Unavailable;
use ports::{ConfigError, DatabaseError, HttpError};
use screen::{ErrorPage, Frame, Site};

/// Why a file was not given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Whether it never was, is gone, or is not for this reader is not told: that would leak it.
    #[error("there is no such file that may be opened")]
    NoSuchFile,
    #[error("Confluence no longer gives the file")]
    Gone { name: String, original: String },
    #[error("{name} is larger than {limit} bytes")]
    TooLarge { name: String, limit: i64, original: String },
    #[error("{name} cannot be fetched: {reason}")]
    NotNow { name: String, original: String, reason: String },
    #[error("this address takes no {0} request")]
    Method(http::Method),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Error {
    /// What a download that failed means for the reader.
    pub(crate) fn of_download(error: StepError, name: String, limit: i64, original: String) -> Self {
        match error {
            StepError::Database(error) => Self::Database(error),
            StepError::Http(HttpError::TooLarge { .. }) => Self::TooLarge { name, limit, original },
            StepError::Api(ApiError::NotVisible { .. } | ApiError::Forbidden { .. }) => {
                Self::Gone { name, original }
            }
            error => Self::NotNow { name, original, reason: error.to_string() },
        }
    }

    pub(crate) fn page(&self, frame: &Frame<'_>) -> Response<Vec<u8>> {
        const CONFLUENCE: &str = "Open it in Confluence";
        let page = match self {
            Self::NoSuchFile => ErrorPage::new(
                StatusCode::NOT_FOUND,
                "This file is not available",
                "It may have been removed or renamed, or it belongs to an article that is not shared with everyone.",
                "Open the article again to see the files that it has now.",
            )
            .with_action("Search the articles", "/search"),
            Self::Gone { name, original } => ErrorPage::new(
                StatusCode::NOT_FOUND,
                "This file is gone",
                format!("“{name}” was removed in Confluence since we last looked, or moved."),
                "Ask the owner of the page for it. The article's list of files follows with the next sync.",
            )
            .with_action(CONFLUENCE, original),
            Self::TooLarge { name, limit, original } => ErrorPage::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "This file is too large to open here",
                format!("“{name}” is larger than the {} that can be opened here.", attachment::size(*limit)),
                "Open it in Confluence, if you have an account there, or ask your help desk for it.",
            )
            .with_action(CONFLUENCE, original),
            Self::NotNow { name, original, reason } => {
                eprintln!("files: {name} was not fetched: {reason}");
                ErrorPage::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "This file cannot be opened right now",
                    format!("Confluence did not hand over “{name}”."),
                    "Try again in a few minutes, or open it in Confluence if you have an account there.",
                )
                .with_action(CONFLUENCE, original)
            }
            Self::Method(_) => ErrorPage::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "This address cannot do that",
                "A file can be opened and nothing else.",
                "Start from the home page.",
            )
            .with_action("Go to the home page", "/"),
            Self::Database(error) => {
                eprintln!("files: the database failed: {error}");
                ErrorPage::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "This file cannot be opened right now",
                    "What is known of it could not be read.",
                    "Try again in a moment. If it stays like this, tell your help desk.",
                )
            }
        };
        let mut response = page.response(frame);
        if matches!(self, Self::NotNow { .. }) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("120"));
        }
        response
    }
}

/// Without its variables this component has no frame to show a page in.
pub(crate) fn not_configured(error: &ConfigError) -> Response<Vec<u8>> {
    eprintln!("files: {error}");
    Site::not_configured("The part that gives files")
}

pub(crate) fn not_available(error: &Unavailable) -> Response<Vec<u8>> {
    eprintln!("files: {error}");
    Site::not_available("The part that gives files", "A store")
}
