/// A key-value store. It has no compare-and-swap, so nothing that must be agreed on lives here.
pub trait KeyValue {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError>;
    fn set(&self, key: &str, value: &[u8]) -> Result<(), KeyValueError>;
    fn delete(&self, key: &str) -> Result<(), KeyValueError>;
}

impl<K: KeyValue> KeyValue for &K {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        (**self).get(key)
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), KeyValueError> {
        (**self).set(key, value)
    }
    fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        (**self).delete(key)
    }
}

/// The key-value store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key-value store failed: {0}")]
pub struct KeyValueError(pub String);
