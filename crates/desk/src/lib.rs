//! The console's pages, without a runtime: what agents review, and what admins set up.
//!
//! Two components show them, for the trust in who asks differs: [`for_agents`] answers below `/console`,
//! [`for_admins`] below `/console/settings`. Neither knows the other's pages.

mod articles;
mod categories;
mod config;
mod error;
mod overview;
mod routes;
#[cfg(test)]
mod sample;
mod settings;
mod visit;
mod words;

pub use config::Config;
pub use error::{no_database, not_configured};
pub use routes::{for_admins, for_agents};
