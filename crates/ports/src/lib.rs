//! The ports between our logic and the world: a database, a key-value store, an HTTP client and
//! the component's variables.
//!
//! Domain crates name the traits only. Components enable `spin`, which holds the adapters to Spin's
//! host interfaces; native tests enable `native`, which runs the same SQL on SQLite in memory.
//! The traits are async although Spin's SQLite is not, so that a move to WASI 0.3 is one adapter.

#![expect(async_fn_in_trait, reason = "a guest has one thread, so no future here needs to be Send")]

mod database;
mod http_client;
mod key_value;
#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "spin")]
pub mod spin;
mod variables;

pub use database::{Database, DatabaseError, FromValue, Row, Rows, Value};
pub use http_client::{HttpClient, HttpError};
pub use key_value::{KeyValue, KeyValueError};
pub use variables::{ConfigError, Configuration, VariableError};
