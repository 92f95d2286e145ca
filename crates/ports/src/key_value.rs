/// A key-value store. It has no compare-and-swap, so nothing that must be agreed on lives here.
pub trait KeyValue {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError>;
    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KeyValueError>;
    async fn delete(&self, key: &str) -> Result<(), KeyValueError>;
}

impl<K: KeyValue> KeyValue for &K {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        (**self).get(key).await
    }
    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KeyValueError> {
        (**self).set(key, value).await
    }
    async fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        (**self).delete(key).await
    }
}

/// The key-value store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key-value store failed: {0}")]
pub struct KeyValueError(pub String);
