//! `fermyon:spin/sqlite`: a connection of its own for each `open`, as in Spin.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::{Value as SqlValue, ValueRef};
use rusqlite::{InterruptHandle, Statement, ffi, params_from_iter};
use wasmtime::component::Resource;

use crate::bindings::fermyon::spin::sqlite::{Error, Host, HostConnection, QueryResult, RowResult, Value};
use crate::instance::InstanceState;

/// As many as Spin lets an instance hold open.
const MOST_OPEN_CONNECTIONS: u32 = 256;
/// How many steps of its machine SQLite takes before it looks whether it is still wanted.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;
/// Spin's cap on what one query may return.
const MOST_BYTES: usize = 128 << 20;

/// A connection that a guest has opened; the file is opened with its first statement.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Connection(Arc<Inner>);

struct Inner {
    path: PathBuf,
    connection: Mutex<Option<rusqlite::Connection>>,
    interrupt: OnceLock<InterruptHandle>,
    /// Whether the call that asked was abandoned. A statement may begin, or wait for its thread, after it was interrupted.
    is_abandoned: Arc<AtomicBool>,
}

impl Inner {
    fn new(path: PathBuf) -> Self {
        let is_abandoned = Arc::default();
        Self { path, connection: Mutex::new(None), interrupt: OnceLock::new(), is_abandoned }
    }

    fn execute(&self, statement: &str, parameters: Vec<Value>) -> Result<QueryResult, Error> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *connection {
            Some(connection) => connection,
            empty => {
                let opened = open(&self.path).map_err(io)?;
                _ = self.interrupt.set(opened.get_interrupt_handle());
                let is_abandoned = self.is_abandoned.clone();
                let stop = move || is_abandoned.load(Ordering::Relaxed);
                opened.progress_handler(STEPS_BETWEEN_LOOKS, Some(stop)).map_err(io)?;
                empty.insert(opened)
            }
        };
        let mut statement = connection.prepare_cached(statement).map_err(io)?;
        query(&mut statement, parameters)
    }
}

/// Stops the statement that runs when the call is abandoned, lest it hold its lock and its thread for ever.
struct InterruptOnDrop(Option<Arc<Inner>>);

impl Drop for InterruptOnDrop {
    fn drop(&mut self) {
        let Some(inner) = &self.0 else { return };
        inner.is_abandoned.store(true, Ordering::Relaxed);
        if let Some(handle) = inner.interrupt.get() {
            handle.interrupt();
        }
    }
}

fn open(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(path)?;
    connection.authorizer(Some(confine))?;
    Ok(connection)
}

/// Keeps a guest inside its database file. An empty name is the scratch file that VACUUM attaches.
fn confine(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { filename: "" } => Authorization::Allow,
        AuthAction::Attach { .. } | AuthAction::Unknown { code: ffi::SQLITE_ATTACH, .. } => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}

fn query(statement: &mut Statement<'_>, parameters: Vec<Value>) -> Result<QueryResult, Error> {
    let columns = statement.column_names().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut found = statement.query(params_from_iter(parameters.into_iter().map(to_sql))).map_err(io)?;
    let mut rows = Vec::new();
    let mut bytes = 0;
    while let Some(row) = found.next().map_err(io)? {
        let mut values = Vec::with_capacity(columns.len());
        for column in 0..columns.len() {
            let value = from_sql(row.get_ref(column).map_err(io)?)?;
            bytes += size_of::<Value>() + payload(&value);
            values.push(value);
        }
        if bytes > MOST_BYTES {
            return Err(Error::Io(format!("query result exceeds limit of {MOST_BYTES} bytes")));
        }
        rows.push(RowResult { values });
    }
    Ok(QueryResult { columns, rows })
}

fn to_sql(value: Value) -> SqlValue {
    match value {
        Value::Null => SqlValue::Null,
        Value::Integer(integer) => SqlValue::Integer(integer),
        Value::Real(real) => SqlValue::Real(real),
        Value::Text(text) => SqlValue::Text(text),
        Value::Blob(blob) => SqlValue::Blob(blob),
    }
}

fn from_sql(value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(real) => Value::Real(real),
        ValueRef::Text(text) => match str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(error) => return Err(Error::Io(format!("a TEXT value is not UTF-8: {error}"))),
        },
        ValueRef::Blob(blob) => Value::Blob(blob.to_owned()),
    })
}

fn payload(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(blob) => blob.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 0,
    }
}

fn io(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}

impl Host for InstanceState {}

impl HostConnection for InstanceState {
    async fn open(&mut self, database: String) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let path = match &self.component.sqlite {
            Some(path) if database == "default" => path.clone(),
            _ => return Ok(Err(Error::AccessDenied)),
        };
        if self.open_connections >= MOST_OPEN_CONNECTIONS {
            return Ok(Err(Error::Io("too many connections opened".to_owned())));
        }
        self.open_connections += 1;
        let inner = Inner::new(path);
        Ok(Ok(self.table.push(Connection(Arc::new(inner)))?))
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let inner = self.table.get(&connection)?.0.clone();
        let mut abandoned = InterruptOnDrop(Some(inner.clone()));
        let done = tokio::task::spawn_blocking(move || inner.execute(&statement, parameters)).await;
        abandoned.0 = None;
        Ok(done?)
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        let connection = self.table.delete(connection)?;
        self.open_connections -= 1;
        // Closing the last connection of a WAL database writes to disk.
        tokio::task::spawn_blocking(move || drop(connection)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connect(folder: &Path) -> Inner {
        let path = folder.join("test.db");
        Inner::new(path)
    }

    fn text(result: &QueryResult) -> String {
        let Value::Text(text) = &result.rows[0].values[0] else { panic!("not a text") };
        text.clone()
    }

    /// A folder that is removed at the end of the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("host-sqlite-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_statement_that_begins_after_its_call_was_abandoned_does_not_run_on() {
        let folder = Folder::new("abandoned");
        let connection = Arc::new(connect(&folder.0));
        drop(InterruptOnDrop(Some(connection.clone())));
        let endless =
            "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r";
        let Err(Error::Io(reason)) = connection.execute(endless, Vec::new()) else { panic!("it ended") };
        assert!(reason.contains("interrupted"), "{reason}");
    }

    #[test]
    fn statements_take_parameters_and_return_rows() {
        let folder = Folder::new("rows");
        let connection = connect(&folder.0);
        connection.execute("CREATE TABLE t (a INTEGER, b TEXT, c BLOB, d REAL)", vec![]).unwrap();
        let values =
            vec![Value::Integer(1), Value::Text("żółć".to_owned()), Value::Blob(vec![0, 255]), Value::Null];
        connection.execute("INSERT INTO t VALUES (?, ?, ?, ?)", values).unwrap();
        let result = connection.execute("SELECT * FROM t", vec![]).unwrap();
        assert_eq!(result.columns, ["a", "b", "c", "d"]);
        let [Value::Integer(1), Value::Text(text), Value::Blob(blob), Value::Null] =
            &result.rows[0].values[..]
        else {
            panic!("unexpected row {:?}", result.rows)
        };
        assert_eq!((text.as_str(), &blob[..]), ("żółć", &[0, 255][..]));
    }

    #[test]
    fn the_defaults_are_those_that_a_guest_sees_on_spin() {
        let folder = Folder::new("defaults");
        let connection = connect(&folder.0);
        for (pragma, expected) in [("foreign_keys", 1), ("busy_timeout", 5000)] {
            let result = connection.execute(&format!("PRAGMA {pragma}"), vec![]).unwrap();
            assert!(matches!(result.rows[0].values[0], Value::Integer(n) if n == expected), "{pragma}");
        }
        assert_eq!(text(&connection.execute("PRAGMA journal_mode", vec![]).unwrap()), "delete");
        connection.execute("CREATE VIRTUAL TABLE f USING fts5(title)", vec![]).unwrap();
    }

    #[test]
    fn a_guest_stays_inside_its_file() {
        let folder = Folder::new("confined");
        let connection = connect(&folder.0);
        let other = folder.0.join("other.db").display().to_string();
        let denied = [
            (format!("ATTACH '{other}' AS other"), vec![]),
            (format!("VACUUM INTO '{other}'"), vec![]),
            ("ATTACH ? AS other".to_owned(), vec![Value::Text(other.clone())]),
        ];
        for (statement, parameters) in denied {
            let Err(Error::Io(message)) = connection.execute(&statement, parameters) else {
                panic!("{statement} was allowed")
            };
            assert!(message.contains("authoriz"), "{statement}: {message}");
        }
        assert!(!Path::new(&other).exists());
        connection.execute("VACUUM", vec![]).unwrap();
    }

    #[test]
    fn text_that_is_not_utf8_is_an_error_and_not_a_panic() {
        let folder = Folder::new("utf8");
        let error = connect(&folder.0).execute("SELECT CAST(x'ff' AS TEXT)", vec![]);
        assert!(matches!(error, Err(Error::Io(message)) if message.contains("UTF-8")));
    }

    #[test]
    fn errors_have_the_words_of_sqlite() {
        let folder = Folder::new("errors");
        let connection = connect(&folder.0);
        connection.execute("CREATE TABLE t (a UNIQUE)", vec![]).unwrap();
        connection.execute("INSERT INTO t VALUES (1)", vec![]).unwrap();
        let Err(Error::Io(message)) = connection.execute("INSERT INTO t VALUES (1)", vec![]) else {
            panic!("a duplicate was accepted")
        };
        assert_eq!(message, "UNIQUE constraint failed: t.a");
    }
}
