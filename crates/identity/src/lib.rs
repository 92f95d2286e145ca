//! Who is asking: sealing, sessions, roles, forged requests, and sign-in with OpenID Connect.

mod cookie;
pub mod forgery;
mod key;
#[cfg(feature = "openid")]
pub mod openid;
mod role;
mod seal;
pub mod secret;
pub mod session;
pub mod state;
mod token;

pub use self::cookie::set_cookie;
pub use key::{Key, KeyError};
pub use role::Role;
pub use seal::{SealError, open, seal};
pub use session::Session;
pub use token::random_token;
