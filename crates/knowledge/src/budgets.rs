//! What connections spend of Confluence's hourly quota, counted by ourselves and corrected by what Confluence says.

use ports::{Database, DatabaseError, Row};

const HOUR: i64 = 60 * 60_000;

/// The beginning of the next UTC hour, when the count begins anew.
#[must_use]
pub fn next_hour(now: i64) -> i64 {
    (now.div_euclid(HOUR) + 1) * HOUR
}

/// What is known of a connection's hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub points: i64,
    pub requests: i64,
    /// What Confluence last said is left for everybody who uses the same app, and of how much.
    pub remaining: Option<i64>,
    pub quota: Option<i64>,
    /// When that quota begins anew.
    pub resets_at: Option<i64>,
}

/// What Confluence says is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub remaining: i64,
    pub quota: Option<i64>,
    pub resets_at: i64,
}

/// The hour so far.
pub fn spent(database: &impl Database, connection: i64, now: i64) -> Result<Spent, DatabaseError> {
    let rows = database.execute(
        "select * from budgets where connection_id = ?1 and hour = ?2",
        &[connection.into(), now.div_euclid(HOUR).into()],
    )?;
    rows.first().map_or(Ok(Spent::default()), read)
}

/// Counts what some requests cost, and returns the hour with them.
pub fn spend(
    database: &impl Database,
    connection: i64,
    points: i64,
    requests: i64,
    told: Option<Told>,
    now: i64,
) -> Result<Spent, DatabaseError> {
    let rows = database.execute(
        "insert into budgets (connection_id, hour, points, requests, remaining, quota, resets_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             on conflict (connection_id, hour) do update set points = points + excluded.points,
               requests = requests + excluded.requests, remaining = coalesce(excluded.remaining, remaining),
               quota = coalesce(excluded.quota, quota), resets_at = coalesce(excluded.resets_at, resets_at)
             returning *",
        &[
            connection.into(),
            now.div_euclid(HOUR).into(),
            points.into(),
            requests.into(),
            told.map(|told| told.remaining).into(),
            told.and_then(|told| told.quota).into(),
            told.map(|told| told.resets_at).into(),
        ],
    )?;
    rows.first().map_or(Ok(Spent::default()), read)
}

fn read(row: Row<'_>) -> Result<Spent, DatabaseError> {
    Ok(Spent {
        points: row.get("points")?,
        requests: row.get("requests")?,
        remaining: row.get("remaining")?,
        quota: row.get("quota")?,
        resets_at: row.get("resets_at")?,
    })
}

/// Forgets the hours of two days ago.
pub fn prune(database: &impl Database, now: i64) -> Result<(), DatabaseError> {
    database.execute("delete from budgets where hour < ?1", &[(now.div_euclid(HOUR) - 48).into()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::store;

    #[test]
    fn an_hour_adds_up_and_the_next_begins_at_nothing() {
        let database = store();
        spend(&database, 1, 251, 1, None, 10).unwrap();
        let told = Told { remaining: 900, quota: Some(65_000), resets_at: HOUR };
        spend(&database, 1, 6, 1, Some(told), 20).unwrap();
        let hour = spend(&database, 1, 1, 1, None, HOUR - 1).unwrap();
        assert_eq!((hour.points, hour.requests, hour.remaining), (258, 3, Some(900)));
        assert_eq!(spent(&database, 1, HOUR - 1).unwrap(), hour);
        assert_eq!(spent(&database, 1, HOUR).unwrap(), Spent::default());
        assert_eq!(next_hour(HOUR - 1), HOUR);
        assert_eq!(next_hour(HOUR), 2 * HOUR);
    }
}
