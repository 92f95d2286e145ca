//! Confluence Cloud and an OpenID Connect provider, as far as Siit Confluence uses them, on one port.
//!
//! The state is in memory and is lost when the program ends. [`start`] serves for stories that run in the same
//! process; the binary of this package does the same from the command line. [`openapi`] tells whether a request
//! is one that Atlassian's specification allows.

mod atlassian;
mod clock;
mod control;
mod faults;
mod gateway;
mod hand;
mod html;
mod oidc;
pub mod openapi;
mod options;
mod random;
mod request_log;
mod server;
mod site;
mod state;
mod v1;
mod v2;
mod wiki;

pub use options::{Client, Options};
pub use server::{Running, router, start};
