//! Sign-in with the company's identity provider: OpenID Connect, authorization code flow with PKCE.
//!
//! One sign-in is [`discover`], [`Attempt::begin`], [`Provider::authorize_address`]; then, at the callback,
//! [`Attempt::check`], [`Provider::redeem`], [`Provider::keys`] and [`verify`].

mod attempt;
mod client;
mod error;
mod id_token;
mod provider;

pub use attempt::Attempt;
pub use client::{Client, Groups};
pub use error::OpenIdError;
pub use id_token::{Person, verify};
pub use provider::{Provider, discover};
