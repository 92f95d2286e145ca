/// A relational store that speaks SQLite's dialect.
///
/// One call is one statement, and one statement is one transaction: on libSQL every call is a
/// request of its own, so nothing may rely on a transaction that spans two of them.
pub trait Database {
    /// Runs one statement with its positional parameters (`?1`, `?2`, …).
    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<Rows, DatabaseError>;
}

impl<D: Database> Database for &D {
    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<Rows, DatabaseError> {
        (**self).execute(statement, parameters)
    }
}

/// What the store could not do, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    #[error("the database refused a statement: {0}")]
    Statement(String),
    #[error("the database could not be opened: {0}")]
    Open(String),
    #[error("the column `{0}` is missing in the result")]
    MissingColumn(String),
    #[error("the column `{column}` holds {found}, where {wanted} was expected")]
    ColumnType { column: String, wanted: &'static str, found: &'static str },
}

/// A value in a statement's parameter or in a result's cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Integer(_) => "an integer",
            Self::Real(_) => "a real number",
            Self::Text(_) => "text",
            Self::Blob(_) => "a blob",
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The rows that a statement returned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub columns: Vec<String>,
    pub values: Vec<Vec<Value>>,
}

impl Rows {
    /// The rows in the order of the result.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.values.iter().map(|values| Row { columns: &self.columns, values })
    }

    /// The first row, if there is one.
    #[must_use]
    pub fn first(&self) -> Option<Row<'_>> {
        self.iter().next()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// One row of a result, read by column name.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    columns: &'a [String],
    values: &'a [Value],
}

impl Row<'_> {
    /// The cell under `column`, as the type asked for; `Option<T>` where it may be null.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, DatabaseError> {
        let value = self
            .columns
            .iter()
            .position(|name| name == column)
            .and_then(|index| self.values.get(index))
            .ok_or_else(|| DatabaseError::MissingColumn(column.to_owned()))?;
        T::from_value(value).ok_or_else(|| DatabaseError::ColumnType {
            column: column.to_owned(),
            wanted: T::WANTED,
            found: value.kind(),
        })
    }
}

/// A Rust type that a cell can be read as.
pub trait FromValue: Sized {
    const WANTED: &'static str;
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    const WANTED: &'static str = "an integer";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Integer(value) = value { Some(*value) } else { None }
    }
}

impl FromValue for bool {
    const WANTED: &'static str = "an integer";
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|value| value != 0)
    }
}

impl FromValue for f64 {
    const WANTED: &'static str = "a number";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Real(value) => Some(*value),
            #[expect(clippy::cast_precision_loss, reason = "SQLite itself stores whole reals as integers")]
            Value::Integer(value) => Some(*value as f64),
            _ => None,
        }
    }
}

impl FromValue for String {
    const WANTED: &'static str = "text";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(value) = value { Some(value.clone()) } else { None }
    }
}

impl FromValue for Vec<u8> {
    const WANTED: &'static str = "a blob";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Blob(value) = value { Some(value.clone()) } else { None }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const WANTED: &'static str = T::WANTED;
    fn from_value(value: &Value) -> Option<Self> {
        if matches!(value, Value::Null) { Some(None) } else { T::from_value(value).map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: Value) -> Rows {
        Rows { columns: vec!["cell".into()], values: vec![vec![value]] }
    }

    #[test]
    fn a_cell_is_read_as_the_type_asked_for() {
        let rows = one(Value::Integer(1));
        let row = rows.first().unwrap();
        assert_eq!(row.get::<i64>("cell"), Ok(1));
        assert_eq!(row.get::<bool>("cell"), Ok(true));
        assert_eq!(row.get::<Option<i64>>("cell"), Ok(Some(1)));
        assert_eq!(one(Value::Null).first().unwrap().get::<Option<String>>("cell"), Ok(None));
    }

    #[test]
    fn a_wrong_column_or_type_is_named() {
        let rows = one(Value::Null);
        let row = rows.first().unwrap();
        assert_eq!(
            row.get::<String>("title").unwrap_err().to_string(),
            "the column `title` is missing in the result"
        );
        assert_eq!(
            row.get::<String>("cell").unwrap_err().to_string(),
            "the column `cell` holds nothing, where text was expected"
        );
    }
}
