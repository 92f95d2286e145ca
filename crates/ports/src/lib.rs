//! The ports between our logic and the world: a database, a key-value store, an HTTP client and
//! the component's variables.
//!
//! Domain crates name the traits only. Components enable `spin`, which holds the adapters to Spin's
//! host interfaces; native tests enable `native`, which runs the same SQL on SQLite in memory.
//! Only the client is async: Spin answers SQLite and key-value calls before they return, and a future for each of
//! some hundred statements would be a fifth of a component.

#![expect(async_fn_in_trait, reason = "a guest has one thread, so no future here needs to be Send")]

mod database;
mod http_client;
mod key_value;
#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "spin")]
pub mod spin;
mod variables;
mod world;

pub use database::{Database, DatabaseError, FromValue, Row, Rows, Value};
pub use http_client::{HttpClient, HttpError};
pub use key_value::{KeyValue, KeyValueError};
pub use variables::{ConfigError, Configuration, VariableError};
pub use world::World;
