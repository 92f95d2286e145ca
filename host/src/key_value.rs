//! `fermyon:spin/key-value`: the default store, in the SQLite file and the table that Spin uses.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use wasmtime::component::Resource;

use crate::bindings::fermyon::spin::key_value::{Error, Host, HostStore};
use crate::instance::InstanceState;

/// As many as Spin lets an instance hold open.
const MOST_OPEN_STORES: u32 = 256;
/// Spin's cap on what one call may return.
const MOST_BYTES: usize = 128 << 20;

/// The database behind every store.
#[derive(Clone)]
pub(crate) struct KeyValue(Arc<Mutex<Connection>>);

/// A store that a guest has opened.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct OpenStore {
    label: String,
}

impl KeyValue {
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.execute_batch(
                "CREATE TABLE IF NOT EXISTS spin_key_value (
                           store TEXT NOT NULL,
                           key   TEXT NOT NULL,
                           value BLOB NOT NULL,

                           PRIMARY KEY (store, key)
                        )",
            )?;
            Ok::<_, rusqlite::Error>(connection)
        };
        let connection =
            open().with_context(|| format!("cannot open the key-value store {}", path.display()))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }
}

type Outcome<T> = wasmtime::Result<Result<T, Error>>;

impl InstanceState {
    /// Runs a query on the store's database, off the threads that serve requests.
    async fn with_store<T: Send + 'static>(
        &mut self,
        store: &Resource<OpenStore>,
        query: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Outcome<T> {
        let label = self.table.get(store)?.label.clone();
        let KeyValue(connection) = self.component.key_value.clone().ok_or_else(|| {
            wasmtime::Error::msg("a key-value store is open in a component that may not open one")
        })?;
        let done = tokio::task::spawn_blocking(move || {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            query(&connection, &label)
        });
        Ok(done.await?.map_err(|error| Error::Other(format!("{error:?}"))))
    }
}

fn too_large() -> Error {
    Error::Other(format!("query result exceeds limit of {MOST_BYTES} bytes"))
}

impl Host for InstanceState {}

impl HostStore for InstanceState {
    async fn open(&mut self, label: String) -> Outcome<Resource<OpenStore>> {
        // The manifest names no other label than "default", so a label that is not allowed is denied, as in Spin.
        if self.component.key_value.is_none() || label != "default" {
            return Ok(Err(Error::AccessDenied));
        }
        if self.open_stores >= MOST_OPEN_STORES {
            return Ok(Err(Error::StoreTableFull));
        }
        self.open_stores += 1;
        Ok(Ok(self.table.push(OpenStore { label })?))
    }

    async fn get(&mut self, store: Resource<OpenStore>, key: String) -> Outcome<Option<Vec<u8>>> {
        let value = self
            .with_store(&store, move |connection, label| {
                connection
                    .prepare_cached("SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                    .query_row(params![label, key], |row| row.get::<_, Vec<u8>>(0))
                    .optional()
            })
            .await?;
        Ok(value.and_then(|value| match value {
            Some(value) if value.len() > MOST_BYTES => Err(too_large()),
            value => Ok(value),
        }))
    }

    async fn set(&mut self, store: Resource<OpenStore>, key: String, value: Vec<u8>) -> Outcome<()> {
        self.with_store(&store, move |connection, label| {
            connection
                .prepare_cached(
                    "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT(store, key) DO UPDATE SET value = ?3",
                )?
                .execute(params![label, key, value])
                .map(drop)
        })
        .await
    }

    async fn delete(&mut self, store: Resource<OpenStore>, key: String) -> Outcome<()> {
        self.with_store(&store, move |connection, label| {
            connection
                .prepare_cached("DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .execute(params![label, key])
                .map(drop)
        })
        .await
    }

    async fn exists(&mut self, store: Resource<OpenStore>, key: String) -> Outcome<bool> {
        self.with_store(&store, move |connection, label| {
            connection
                .prepare_cached("SELECT 1 FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .exists(params![label, key])
        })
        .await
    }

    async fn get_keys(&mut self, store: Resource<OpenStore>) -> Outcome<Vec<String>> {
        let keys = self
            .with_store(&store, move |connection, label| {
                connection
                    .prepare_cached("SELECT key FROM spin_key_value WHERE store = ?1")?
                    .query_map(params![label], |row| row.get(0))?
                    .collect::<rusqlite::Result<Vec<String>>>()
            })
            .await?;
        Ok(keys.and_then(|keys| {
            let bytes: usize = keys.iter().map(|key| size_of::<String>() + key.len()).sum();
            if bytes > MOST_BYTES { Err(too_large()) } else { Ok(keys) }
        }))
    }

    async fn drop(&mut self, store: Resource<OpenStore>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        self.open_stores -= 1;
        Ok(())
    }
}
