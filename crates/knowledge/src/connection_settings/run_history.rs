use ports::{Database, DatabaseError, Row};

/// Why a run was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    FirstImport,
    Schedule,
    SyncNow,
    /// Confluence said that something changed.
    Webhook,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    Queued,
    Running,
    Waiting,
    Finished,
    Failed,
}

impl RunState {
    /// Whether more is to come.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Waiting)
    }
}

/// A run as the connection page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub id: i64,
    pub cause: Cause,
    pub state: RunState,
    pub doing: String,
    pub asked_by: Option<String>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub not_before: i64,
    pub pages_seen: i64,
    pub pages_to_do: i64,
    pub pages_done: i64,
    pub pages_with_losses: i64,
    pub pages_failed: i64,
    pub pages_removed: i64,
    pub failure: Option<String>,
    /// What an admin should know of a run that finished.
    pub remarks: String,
    /// How often its worker was gone before it had said so.
    pub deaths: i64,
}

/// The runs of a connection, the latest first.
pub fn history(database: &impl Database, connection: i64, limit: i64) -> Result<Vec<Run>, DatabaseError> {
    let rows = database.execute(
        "select * from runs where connection_id = ?1 order by id desc limit ?2",
        &[connection.into(), limit.into()],
    )?;
    rows.iter().map(read_run).collect()
}

/// The latest run of every connection, by the connection's number.
pub fn latest_runs(database: &impl Database) -> Result<Vec<(i64, Run)>, DatabaseError> {
    let rows = database
        .execute("select * from runs where id in (select max(id) from runs group by connection_id)", &[])?;
    rows.iter().map(|row| Ok((row.get("connection_id")?, read_run(row)?))).collect()
}

fn read_run(row: Row<'_>) -> Result<Run, DatabaseError> {
    Ok(Run {
        id: row.get("id")?,
        cause: match row.get::<String>("cause")?.as_str() {
            "first_import" => Cause::FirstImport,
            "schedule" => Cause::Schedule,
            "webhook" => Cause::Webhook,
            _ => Cause::SyncNow,
        },
        state: match row.get::<String>("state")?.as_str() {
            "queued" => RunState::Queued,
            "running" => RunState::Running,
            "waiting" => RunState::Waiting,
            "finished" => RunState::Finished,
            _ => RunState::Failed,
        },
        doing: row.get("doing")?,
        asked_by: row.get("asked_by")?,
        created_at: row.get("created_at")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        not_before: row.get("not_before")?,
        pages_seen: row.get("pages_seen")?,
        pages_to_do: row.get("pages_to_do")?,
        pages_done: row.get("pages_done")?,
        pages_with_losses: row.get("pages_with_losses")?,
        pages_failed: row.get("pages_failed")?,
        pages_removed: row.get("pages_removed")?,
        failure: row.get("failure")?,
        remarks: row.get("remarks")?,
        deaths: row.get("deaths")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::store;
    use super::*;
    use crate::runs::ask;

    #[test]
    fn the_history_tells_causes_and_states() {
        let database = store();
        ask(&database, 1, "ada", 5).unwrap();
        ask(&database, 1, "ada", 6).unwrap();
        let runs = history(&database, 1, 10).unwrap();
        assert_eq!(runs.len(), 1);
        assert_eq!((runs[0].cause, runs[0].state), (Cause::FirstImport, RunState::Queued));
        database.execute("update runs set state = 'finished', ended_at = 9", &[]).unwrap();
        ask(&database, 1, "ada", 10).unwrap();
        let runs = latest_runs(&database).unwrap();
        assert_eq!((runs.len(), runs[0].0, runs[0].1.cause), (1, 1, Cause::SyncNow));
    }
}
