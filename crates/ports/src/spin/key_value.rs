use spin_sdk::key_value::Store;

use crate::{KeyValue, KeyValueError};

/// The application's key-value store, as `key_value_stores = ["default"]` grants it.
pub struct SpinKeyValue(Store);

impl SpinKeyValue {
    /// Opens the store that the manifest grants under the name `default`.
    pub fn open() -> Result<Self, KeyValueError> {
        Store::open_default().map(Self).map_err(failed)
    }
}

impl KeyValue for SpinKeyValue {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        self.0.get(key).map_err(failed)
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), KeyValueError> {
        self.0.set(key, value).map_err(failed)
    }
    fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        self.0.delete(key).map_err(failed)
    }
}

fn failed(error: spin_sdk::key_value::Error) -> KeyValueError {
    KeyValueError(error.to_string())
}
