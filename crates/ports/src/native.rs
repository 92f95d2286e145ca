//! The ports on a developer's machine, so that domain code is tested on real SQLite by `cargo test`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::types::ValueRef;

use crate::{Database, DatabaseError, KeyValue, KeyValueError, Rows, Value};

/// SQLite in memory (or in a file), set up as Spin sets it up.
#[derive(Debug)]
pub struct Sqlite(rusqlite::Connection);

impl Sqlite {
    /// An empty database in memory.
    pub fn in_memory() -> Result<Self, DatabaseError> {
        Self::prepared(rusqlite::Connection::open_in_memory())
    }

    /// A database in a file, made when absent.
    pub fn file(path: &std::path::Path) -> Result<Self, DatabaseError> {
        Self::prepared(rusqlite::Connection::open(path))
    }

    fn prepared(connection: rusqlite::Result<rusqlite::Connection>) -> Result<Self, DatabaseError> {
        let connection = connection.map_err(|error| DatabaseError::Open(error.to_string()))?;
        connection
            .pragma_update(None, "foreign_keys", true)
            .map_err(|error| DatabaseError::Open(error.to_string()))?;
        Ok(Self(connection))
    }

    fn query(&self, statement: &str, parameters: &[Value]) -> rusqlite::Result<Rows> {
        let mut prepared = self.0.prepare_cached(statement)?;
        let columns: Vec<String> = prepared.column_names().into_iter().map(str::to_owned).collect();
        let parameters = parameters.iter().map(|value| match value {
            Value::Null => rusqlite::types::Value::Null,
            Value::Integer(value) => rusqlite::types::Value::Integer(*value),
            Value::Real(value) => rusqlite::types::Value::Real(*value),
            Value::Text(value) => rusqlite::types::Value::Text(value.clone()),
            Value::Blob(value) => rusqlite::types::Value::Blob(value.clone()),
        });
        let mut cursor = prepared.query(rusqlite::params_from_iter(parameters))?;
        let mut values = Vec::new();
        while let Some(row) = cursor.next()? {
            let mut cells = Vec::with_capacity(columns.len());
            for index in 0..columns.len() {
                cells.push(match row.get_ref(index)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(value) => Value::Integer(value),
                    ValueRef::Real(value) => Value::Real(value),
                    ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
                    ValueRef::Blob(value) => Value::Blob(value.to_vec()),
                });
            }
            values.push(cells);
        }
        Ok(Rows { columns, values })
    }
}

impl Database for Sqlite {
    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<Rows, DatabaseError> {
        self.query(statement, parameters).map_err(|error| DatabaseError::Statement(error.to_string()))
    }
}

/// A key-value store in memory.
#[derive(Debug, Default)]
pub struct Memory(RefCell<BTreeMap<String, Vec<u8>>>);

impl KeyValue for Memory {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        Ok(self.0.borrow().get(key).cloned())
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), KeyValueError> {
        self.0.borrow_mut().insert(key.to_owned(), value.to_vec());
        Ok(())
    }
    fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        self.0.borrow_mut().remove(key);
        Ok(())
    }
}
