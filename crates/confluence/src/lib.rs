//! Confluence Cloud as values: requests out, responses in, and what its refusals mean.
//!
//! Nothing here performs I/O. A [`Path`] says what to ask, [`Gateway`] makes the request of it, and each
//! module reads the answers of its resource. Only GET is sent to Confluence; the token endpoint alone is a POST.

pub mod attachments;
pub mod counts;
mod credential;
mod error;
pub mod folders;
mod gateway;
pub mod groups;
pub mod labels;
pub mod moment;
pub mod nudge;
pub mod oauth;
mod page_address;
pub mod pages;
mod paging;
pub mod people;
pub mod points;
mod response;
pub mod restrictions;
pub mod retry;
mod site;
pub mod sites;
pub mod space_viewers;
pub mod spaces;

pub use credential::{ApiToken, ApiTokenError, Credential, checked_email, checked_token, takes_tokens};
pub use error::ApiError;
pub use gateway::{Gateway, Path};
pub use page_address::{Named, PageAddress, PageAddressError};
pub use paging::{Listed, MAX_LISTING_REQUESTS, PagingError};
pub use response::{is_token_rejected, server_time};
pub use retry::RetryAfter;
pub use site::{SiteError, SiteUrl};
