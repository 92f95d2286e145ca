use std::time::Duration;

use crate::spin::{SpinDatabase, SpinHttpClient, SpinKeyValue, now};
use crate::{DatabaseError, KeyValueError, World};

/// What surrounds a component on Spin.
pub struct SpinWorld {
    database: SpinDatabase,
    key_value: SpinKeyValue,
    client: SpinHttpClient,
}

/// A store that could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    KeyValue(#[from] KeyValueError),
}

impl SpinWorld {
    /// Opens the stores. Other hosts may take `timeout` for an answer, which may have `max_response` bytes.
    pub fn open(timeout: Duration, max_response: usize) -> Result<Self, Unavailable> {
        Ok(Self {
            database: SpinDatabase::open()?,
            key_value: SpinKeyValue::open()?,
            client: SpinHttpClient { timeout, max_response },
        })
    }
}

impl World for SpinWorld {
    type Database = SpinDatabase;
    type KeyValue = SpinKeyValue;
    type HttpClient = SpinHttpClient;

    fn database(&self) -> &SpinDatabase {
        &self.database
    }
    fn key_value(&self) -> &SpinKeyValue {
        &self.key_value
    }
    fn client(&self) -> &SpinHttpClient {
        &self.client
    }
    fn now(&self) -> i64 {
        now()
    }
}
