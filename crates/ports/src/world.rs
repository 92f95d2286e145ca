use crate::{Database, HttpClient, KeyValue};

/// All that surrounds a component: its stores, other hosts, and the clock.
pub trait World {
    type Database: Database;
    type KeyValue: KeyValue;
    type HttpClient: HttpClient;

    fn database(&self) -> &Self::Database;
    fn key_value(&self) -> &Self::KeyValue;
    fn client(&self) -> &Self::HttpClient;
    /// Milliseconds since 1970.
    fn now(&self) -> i64;
}
