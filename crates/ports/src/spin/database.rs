use spin_sdk::sqlite::{Connection, Value as SpinValue};

use crate::{Database, DatabaseError, Rows, Value};

/// The application's SQLite database, as `sqlite_databases = ["default"]` grants it.
pub struct SpinDatabase(Connection);

impl SpinDatabase {
    /// Opens the database that the manifest grants under the name `default`.
    pub fn open() -> Result<Self, DatabaseError> {
        Connection::open_default().map(Self).map_err(|error| DatabaseError::Open(error.to_string()))
    }
}

impl Database for SpinDatabase {
    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<Rows, DatabaseError> {
        let parameters: Vec<SpinValue> = parameters.iter().cloned().map(into_spin).collect();
        let result = self
            .0
            .execute(statement, &parameters)
            .map_err(|error| DatabaseError::Statement(error.to_string()))?;
        let values =
            result.rows.into_iter().map(|row| row.values.into_iter().map(from_spin).collect()).collect();
        Ok(Rows { columns: result.columns, values })
    }
}

fn into_spin(value: Value) -> SpinValue {
    match value {
        Value::Null => SpinValue::Null,
        Value::Integer(value) => SpinValue::Integer(value),
        Value::Real(value) => SpinValue::Real(value),
        Value::Text(value) => SpinValue::Text(value),
        Value::Blob(value) => SpinValue::Blob(value),
    }
}

fn from_spin(value: SpinValue) -> Value {
    match value {
        SpinValue::Null => Value::Null,
        SpinValue::Integer(value) => Value::Integer(value),
        SpinValue::Real(value) => Value::Real(value),
        SpinValue::Text(value) => Value::Text(value),
        SpinValue::Blob(value) => Value::Blob(value),
    }
}
