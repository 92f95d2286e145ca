//! The webhook of a connection: its secret, how often it may be used, and what came by it.

use ports::{Database, DatabaseError, Row};

/// How many nudges may come at once: a bulk edit sends one for each page.
const BURST: f64 = 120.0;
/// How many come back in a second.
const REFILL: f64 = 2.0;
/// After how many seconds a sender that was turned away may try again.
pub const RETRY_AFTER_SECONDS: u32 = 1;

/// A webhook as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub made_at: i64,
    pub made_by: String,
    pub received: i64,
    /// How many nudges came too fast and were not taken.
    pub turned_away: i64,
    pub last_received_at: Option<i64>,
    /// How many pages are still to be looked at.
    pub waiting: i64,
}

/// Gives a connection a webhook, or its webhook another secret; the old one ends at once.
pub fn renew(
    database: &impl Database,
    connection: i64,
    secret_hash: &str,
    by: &str,
    now: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "insert into hooks (connection_id, secret_hash, made_at, made_by, tokens, filled_at)
             values (?1, ?2, ?3, ?4, ?5, ?3)
             on conflict (connection_id) do update set secret_hash = excluded.secret_hash,
               made_at = excluded.made_at, made_by = excluded.made_by",
        &[connection.into(), secret_hash.into(), now.into(), by.into(), BURST.into()],
    )?;
    Ok(())
}

/// Takes the webhook of a connection away; false if there was none.
pub fn remove(database: &impl Database, connection: i64) -> Result<bool, DatabaseError> {
    let statement = "delete from hooks where connection_id = ?1 returning connection_id";
    Ok(!database.execute(statement, &[connection.into()])?.is_empty())
}

/// The webhook of a connection.
pub fn hook(database: &impl Database, connection: i64) -> Result<Option<Hook>, DatabaseError> {
    let statement = "select hooks.*, (select count(*) from nudges where connection_id = ?1) as waiting
       from hooks where connection_id = ?1";
    database.execute(statement, &[connection.into()])?.first().map(read).transpose()
}

fn read(row: Row<'_>) -> Result<Hook, DatabaseError> {
    Ok(Hook {
        made_at: row.get("made_at")?,
        made_by: row.get("made_by")?,
        received: row.get("received")?,
        turned_away: row.get("turned_away")?,
        last_received_at: row.get("last_received_at")?,
        waiting: row.get("waiting")?,
    })
}

/// The hash of the secret of a connection's webhook.
pub fn secret_hash(database: &impl Database, connection: i64) -> Result<Option<String>, DatabaseError> {
    let statement = "select secret_hash from hooks where connection_id = ?1";
    let rows = database.execute(statement, &[connection.into()])?;
    rows.first().map(|row| row.get("secret_hash")).transpose()
}

/// Spends a token; false if none is left, which is counted. One statement decides, so no two spend the same.
pub fn spend(database: &impl Database, connection: i64, now: i64) -> Result<bool, DatabaseError> {
    const FILLED: &str = "min(?3, tokens + max(?2 - filled_at, 0) / 1000.0 * ?4)";
    let statement = format!(
        "update hooks set tokens = {FILLED} - 1, filled_at = ?2, received = received + 1, last_received_at = ?2
         where connection_id = ?1 and {FILLED} >= 1 returning connection_id"
    );
    let parameters = [connection.into(), now.into(), BURST.into(), REFILL.into()];
    if !database.execute(&statement, &parameters)?.is_empty() {
        return Ok(true);
    }
    database.execute(
        "update hooks set turned_away = turned_away + 1 where connection_id = ?1",
        &[connection.into()],
    )?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::store;

    #[test]
    fn a_bucket_runs_dry_and_fills_again() {
        let database = store();
        assert!(!spend(&database, 1, 0).unwrap(), "there is no webhook yet");
        renew(&database, 1, "hash-1", "ada", 0).unwrap();
        for _ in 0..120 {
            assert!(spend(&database, 1, 0).unwrap());
        }
        assert!(!spend(&database, 1, 400).unwrap());
        assert!(spend(&database, 1, 500).unwrap() && !spend(&database, 1, 500).unwrap());
        // A clock that went back fills nothing and takes nothing away.
        assert!(!spend(&database, 1, 100).unwrap());
        let seen = hook(&database, 1).unwrap().unwrap();
        assert_eq!((seen.received, seen.turned_away, seen.last_received_at), (121, 3, Some(500)));
    }

    #[test]
    fn a_new_secret_ends_the_old_one_and_keeps_the_counts() {
        let database = store();
        renew(&database, 1, "hash-1", "ada", 1).unwrap();
        spend(&database, 1, 2).unwrap();
        renew(&database, 1, "hash-2", "bo", 3).unwrap();
        assert_eq!(secret_hash(&database, 1).unwrap().as_deref(), Some("hash-2"));
        assert_eq!(secret_hash(&database, 2).unwrap(), None);
        let seen = hook(&database, 1).unwrap().unwrap();
        assert_eq!((seen.received, seen.made_by.as_str()), (1, "bo"));
        assert!(remove(&database, 1).unwrap() && hook(&database, 1).unwrap().is_none());
    }
}
