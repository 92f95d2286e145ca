//! The ports as Spin gives them to a component.

mod database;
mod http_client;
mod key_value;
mod server;
mod variables;
mod world;

pub use database::SpinDatabase;
pub use http_client::SpinHttpClient;
pub use key_value::SpinKeyValue;
pub use server::{receive, respond, serve};
pub use variables::configuration;
pub use world::{SpinWorld, Unavailable};

/// The present time in milliseconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    elapsed.map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}
