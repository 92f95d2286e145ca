//! Runs of the mirror: recorded before they start, leased to one worker at a time, resumed after a death.

mod changes;
mod counts;
mod gates;
mod tree;

pub use changes::{
    FollowedSpace, KnownSpace, begin, changed_pages, count_pages, followed, go_on_with, is_asked_whole,
    known_spaces, mark_followed, mark_unsettled, spaces_to_follow, unsettle_descendants, unsettled_spaces,
};
pub use counts::{
    CountedSpace, NewCount, PageCount, compared, counted, is_recount_due, spaces_to_compare, spaces_to_count,
};
pub use gates::{
    NodeReader, SpacePermission, computed_audiences, forget_gates, readers_found, renew_gates, space_node,
    space_permission, unsettle_outdated, viewers_to_ask,
};
use ports::{Database, DatabaseError, Row};
use serde::Serialize;
pub use tree::{
    ListedPage, ParentNode, RunSpace, SpaceState, SweptPage, archive_spaces, begin_spaces, labels_found,
    listed_pages, mark_space, mark_swept, next_space_to_list, next_space_to_sweep, pages_listed_in,
    parents_found, restrictions_found, restrictions_to_ask, spaces_chosen_meanwhile, spaces_listed,
    spaces_to_list, swept_pages, unknown_parents, unlisted_spaces, without_labels,
};

/// What a run is doing: every run follows the changes first, and some go on to list spaces whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Changes,
    Whole,
}

impl Phase {
    fn word(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Whole => "whole",
        }
    }
}

/// A run that this worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: i64,
    pub connection_id: i64,
    pub phase: Phase,
    /// Whether somebody waits for it.
    pub was_asked: bool,
    /// JSON of the mirror's; empty before the first step.
    pub step: String,
    /// A line for people: what the run is doing.
    pub doing: String,
    /// What an admin should know once it has finished.
    pub remarks: String,
    pub lease_holder: String,
    pub created_at: i64,
    pub attempts: i64,
    pub tally: Tally,
}

/// What a run has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub pages_seen: i64,
    pub pages_to_do: i64,
    pub pages_done: i64,
    pub pages_with_losses: i64,
    pub pages_failed: i64,
    pub pages_removed: i64,
    pub requests: i64,
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Finished,
    Failed,
}

/// Queues a run for every connection whose last one lies `interval` back and that has something to mirror.
pub fn schedule(database: &impl Database, interval: i64, now: i64) -> Result<(), DatabaseError> {
    database.execute(
        "insert into runs (connection_id, cause, step, created_at)
             select c.id, 'schedule', '', ?2 from connections c
             where c.state = 'connected'
               and exists (select 1 from spaces s where s.connection_id = c.id and s.chosen = 1)
               -- A look that found nothing leaves no row, but its time.
               and max(coalesce((select max(coalesce(r.ended_at, r.created_at)) from runs r
                 where r.connection_id = c.id), 0), coalesce(c.last_synced_at, 0)) + ?1 <= ?2
               and not exists (select 1 from runs r where r.connection_id = c.id
                 and r.state in ('queued', 'running', 'waiting'))
             on conflict do nothing",
        &[interval.into(), now.into()],
    )?;
    Ok(())
}

/// Queues a run that somebody asked for, or joins the one under way; a wait that only spreads retries ends.
pub fn ask(database: &impl Database, connection: i64, asked_by: &str, now: i64) -> Result<(), DatabaseError> {
    database.execute(
        "insert into runs (connection_id, cause, kind, step, asked_by, created_at)
             select ?1, case when exists (select 1 from runs where connection_id = ?1 and state = 'finished')
               then 'sync_now' else 'first_import' end, 'whole', '', ?2, ?3
             where true on conflict do nothing",
        &[connection.into(), asked_by.into(), now.into()],
    )?;
    // The run that is under way already is joined: it goes as far as was asked, and no longer yields.
    database.execute(
        "update runs set kind = iif(phase = 'changes', 'whole', kind), asked_by = coalesce(asked_by, ?2),
               not_before = iif(yields, 0, not_before), yields = 0
             where connection_id = ?1 and state in ('queued', 'running', 'waiting')",
        &[connection.into(), asked_by.into()],
    )?;
    Ok(())
}

/// Takes a due run for `holder` alone until `until`; one statement decides.
///
/// What somebody waits for comes first, then whatever no worker had for the longest time, so that no connection
/// starves beside a long import.
pub fn lease(
    database: &impl Database,
    holder: &str,
    only: Option<i64>,
    now: i64,
    until: i64,
) -> Result<Option<Run>, DatabaseError> {
    let rows = database.execute(
        "update runs set state = 'running', lease_until = ?2, attempts = attempts + 1, yields = 0,
               worked_at = ?3, started_at = coalesce(started_at, ?3),
               -- Whoever ends or rests gives the lease back; a holder that is still there is one that died.
               deaths = deaths + (lease_holder is not null), lease_holder = ?1
             where id = (select id from runs
               where state in ('queued', 'running', 'waiting') and lease_until <= ?3 and not_before <= ?3
                 and (?4 is null or connection_id = ?4)
               order by asked_by is null, worked_at, id limit 1)
             returning *",
        &[holder.into(), until.into(), now.into(), only.into()],
    )?;
    rows.first().map(read).transpose()
}

fn read(row: Row<'_>) -> Result<Run, DatabaseError> {
    Ok(Run {
        id: row.get("id")?,
        connection_id: row.get("connection_id")?,
        was_asked: row.get::<Option<String>>("asked_by")?.is_some(),
        phase: if row.get::<String>("phase")? == Phase::Whole.word() { Phase::Whole } else { Phase::Changes },
        step: row.get("step")?,
        doing: row.get("doing")?,
        remarks: row.get("remarks")?,
        lease_holder: row.get::<Option<String>>("lease_holder")?.unwrap_or_default(),
        created_at: row.get("created_at")?,
        attempts: row.get("attempts")?,
        tally: read_tally(row)?,
    })
}

fn read_tally(row: Row<'_>) -> Result<Tally, DatabaseError> {
    Ok(Tally {
        pages_seen: row.get("pages_seen")?,
        pages_to_do: row.get("pages_to_do")?,
        pages_done: row.get("pages_done")?,
        pages_with_losses: row.get("pages_with_losses")?,
        pages_failed: row.get("pages_failed")?,
        pages_removed: row.get("pages_removed")?,
        requests: row.get("requests")?,
    })
}

/// What a run did with pages, counted from the pages themselves.
const OUTCOMES: &str = "
   pages_done = (select count(*) from pages where touched_in = runs.id and outcome in ('done', 'losses')),
   pages_with_losses = (select count(*) from pages where touched_in = runs.id and outcome = 'losses'),
   pages_failed = (select count(*) from pages where touched_in = runs.id and outcome = 'failed'),
   pages_removed = (select count(*) from pages where touched_in = runs.id and outcome = 'removed')";

/// Records a step that is done and keeps the lease; none if another worker holds the run by now.
///
/// The answer is what the run did so far, as its pages tell.
pub fn advance(database: &impl Database, run: &Run, until: i64) -> Result<Option<Tally>, DatabaseError> {
    let statement = format!(
        "update runs set step = ?3, doing = ?4, lease_until = ?5, attempts = 0, pages_seen = ?6, pages_to_do = ?7,
           requests = ?8, phase = ?9, {OUTCOMES}
         where id = ?1 and lease_holder = ?2 and state = 'running'
         returning *"
    );
    let parameters = [
        run.id.into(),
        run.lease_holder.as_str().into(),
        run.step.as_str().into(),
        run.doing.as_str().into(),
        until.into(),
        run.tally.pages_seen.into(),
        run.tally.pages_to_do.into(),
        run.tally.requests.into(),
        run.phase.word().into(),
    ];
    database.execute(&statement, &parameters)?.first().map(read_tally).transpose()
}

/// Gives a run back between two ticks.
pub fn release(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    database.execute(
        "update runs set lease_until = 0, lease_holder = null where id = ?1 and lease_holder = ?2",
        &[run.id.into(), run.lease_holder.as_str().into()],
    )?;
    Ok(())
}

/// What a parked run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// A fault that may pass; after some of them the run ends.
    Fault,
    /// As Confluence asked; that is no failure of the run.
    Advice,
    /// Our own share of the quota, which Sync now may exceed.
    Share,
}

/// Parks a run until `not_before`, with the reason for people to see.
///
pub fn park(
    database: &impl Database,
    run: &Run,
    reason: &str,
    not_before: i64,
    wait: Wait,
) -> Result<(), DatabaseError> {
    database
        .execute(
            "update runs set state = 'waiting', lease_until = 0, lease_holder = null, not_before = ?3, doing = ?4,
               step = ?5, requests = ?6, attempts = iif(?7, attempts, max(attempts - 1, 0)), yields = ?8
             where id = ?1 and lease_holder = ?2",
            &[
                run.id.into(),
                run.lease_holder.as_str().into(),
                not_before.into(),
                reason.into(),
                run.step.as_str().into(),
                run.tally.requests.into(),
                (wait == Wait::Fault).into(),
                (wait == Wait::Share).into(),
            ],
        )?;
    Ok(())
}

/// Ends a run, with a last line for people, and forgets what its listing saw.
pub fn end(
    database: &impl Database,
    run: &Run,
    ending: Ending,
    failure: Option<&str>,
    now: i64,
) -> Result<(), DatabaseError> {
    let state = if ending == Ending::Finished { "finished" } else { "failed" };
    let statement = format!(
        "update runs set state = ?3, ended_at = ?4, failure = ?5, doing = ?6, requests = ?7, lease_until = 0,
           lease_holder = null, remarks = ?8, {OUTCOMES}
         where id = ?1 and lease_holder = ?2"
    );
    database.execute(
        &statement,
        &[
            run.id.into(),
            run.lease_holder.as_str().into(),
            state.into(),
            now.into(),
            failure.into(),
            run.doing.as_str().into(),
            run.tally.requests.into(),
            run.remarks.as_str().into(),
        ],
    )?;
    forget_ended(database)
}

/// Forgets what the listings of ended runs saw; a worker may have died before it came to that.
pub fn forget_ended(database: &impl Database) -> Result<(), DatabaseError> {
    for table in ["run_pages", "run_parents", "run_readers", "run_removals", "run_attachments", "run_spaces"]
    {
        let statement = format!(
            "delete from {table} where run_id not in
               (select id from runs where state in ('queued', 'running', 'waiting'))"
        );
        database.execute(&statement, &[])?;
    }
    Ok(())
}

/// Ends a scheduled run that found nothing to do, and leaves no row of it: hundreds a day would bury the others.
pub fn end_unnoticed(database: &impl Database, run: &Run) -> Result<bool, DatabaseError> {
    let rows = database.execute(
        "delete from runs where id = ?1 and lease_holder = ?2 and cause = 'schedule' and phase = 'changes'
               and not exists (select 1 from run_pages where run_id = ?1) returning id",
        &[run.id.into(), run.lease_holder.as_str().into()],
    )?;
    forget_ended(database)?;
    Ok(!rows.is_empty())
}

/// Ends whatever is open for a connection, for nothing can be done for it any more.
pub fn abandon(
    database: &impl Database,
    connection: i64,
    reason: &str,
    now: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "update runs set state = 'failed', ended_at = ?3, failure = ?2, lease_until = 0, lease_holder = null
             where connection_id = ?1 and state in ('queued', 'running', 'waiting')",
        &[connection.into(), reason.into(), now.into()],
    )?;
    Ok(())
}

/// Keeps the latest hundred runs of a connection.
pub fn prune(database: &impl Database, connection: i64) -> Result<(), DatabaseError> {
    database.execute(
        "delete from runs where connection_id = ?1 and state in ('finished', 'failed') and id <=
               (select id from runs where connection_id = ?1 order by id desc limit 1 offset 100)",
        &[connection.into()],
    )?;
    Ok(())
}

/// True in a statement whose `?1` is the run and `?2` the worker, as long as that worker holds that run.
///
/// A worker that slept through its lease can so write nothing over what its successor wrote.
pub(crate) const FENCE: &str = "exists (select 1 from runs where id = ?1 and lease_holder = ?2)";

/// Rows as one parameter, for `json_each`.
pub(crate) fn json<T: Serialize>(rows: &[T]) -> String {
    serde_json::to_string(rows).expect("rows of text and numbers are JSON")
}

#[cfg(test)]
pub(crate) mod tests {
    use ports::native::Sqlite;

    use super::*;

    pub(crate) fn store() -> Sqlite {
        let database = Sqlite::in_memory().unwrap();
        crate::migrations::apply(&database).unwrap();
        for statement in [
            "insert into connections (id, cloud_id, site_url, site_name, account_id, account_name, created_at,
               created_by, state_changed_at)
             values (1, 'cloud-1', 'https://acme.atlassian.net', 'acme', 'a', 'Sync', 0, 'ada', 0)",
            "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at)
             values (1, '10', 'IT', 'IT', 'global', 'current', 1, 0)",
        ] {
            database.execute(statement, &[]).unwrap();
        }
        database
    }

    #[test]
    fn a_schedule_queues_one_run_an_interval() {
        let database = store();
        for now in [1_000, 1_001, 1_002] {
            schedule(&database, 500, now).unwrap();
        }
        let run = lease(&database, "w1", None, 1_003, 1_100).unwrap().unwrap();
        assert!(lease(&database, "w2", None, 1_003, 1_100).unwrap().is_none());
        end(&database, &run, Ending::Finished, None, 1_050).unwrap();
        schedule(&database, 500, 1_549).unwrap();
        assert!(lease(&database, "w1", None, 1_549, 1_600).unwrap().is_none());
        schedule(&database, 500, 1_550).unwrap();
        assert!(lease(&database, "w1", None, 1_550, 1_600).unwrap().is_some());
    }

    #[test]
    fn nobody_starves_and_who_is_waited_for_comes_first() {
        let database = store();
        for statement in [
                "insert into connections (id, cloud_id, site_url, site_name, account_id, account_name, created_at,
                   created_by, state_changed_at)
                 select value, 'cloud-' || value, 'https://x.atlassian.net', 'x', 'a', 'Sync', 0, 'ada', 0
                 from json_each('[2, 3]')",
                "insert into runs (connection_id, cause, step, created_at)
                 select id, 'schedule', '', id from connections",
            ] {
                database.execute(statement, &[]).unwrap();
            }
        let mut order = Vec::new();
        ask(&database, 3, "ada", 5).unwrap();
        for now in 10..14 {
            let run = lease(&database, "w", None, now, now + 100).unwrap().unwrap();
            order.push(run.connection_id);
            if run.was_asked {
                end(&database, &run, Ending::Finished, None, now).unwrap();
            } else {
                release(&database, &run).unwrap();
            }
        }
        assert_eq!(order, [3, 1, 2, 1]);
    }

    #[test]
    fn sync_now_ends_a_wait_for_our_own_share_and_no_other() {
        for (wait, goes_on) in [(Wait::Share, true), (Wait::Advice, false)] {
            let database = store();
            schedule(&database, 5, 10).unwrap();
            let run = lease(&database, "w", None, 10, 100).unwrap().unwrap();
            park(&database, &run, "Waiting.", 1_000, wait).unwrap();
            ask(&database, 1, "ada", 20).unwrap();
            assert_eq!(lease(&database, "w", None, 20, 100).unwrap().is_some(), goes_on, "{wait:?}");
        }
    }

    #[test]
    fn a_dead_workers_run_is_taken_over_and_the_dead_can_no_longer_write() {
        let database = store();
        ask(&database, 1, "ada", 0).unwrap();
        ask(&database, 1, "ada", 1).unwrap();
        let mut dead = lease(&database, "w1", Some(1), 10, 40).unwrap().unwrap();
        assert!(lease(&database, "w2", Some(1), 39, 70).unwrap().is_none());
        let heir = lease(&database, "w2", Some(1), 40, 70).unwrap().unwrap();
        assert_eq!((heir.id, heir.attempts), (dead.id, 2));
        dead.step = "stale".into();
        assert!(advance(&database, &dead, 90).unwrap().is_none());
        assert!(advance(&database, &heir, 90).unwrap().is_some());
        let rows = database.execute("select deaths from runs", &[]).unwrap();
        assert_eq!(rows.first().unwrap().get::<i64>("deaths").unwrap(), 1);
    }

    #[test]
    fn a_parked_run_waits_and_only_a_fault_counts() {
        let database = store();
        ask(&database, 1, "ada", 0).unwrap();
        let run = lease(&database, "w1", None, 10, 40).unwrap().unwrap();
        park(&database, &run, "Waiting for Confluence.", 100, Wait::Advice).unwrap();
        assert!(lease(&database, "w1", None, 99, 140).unwrap().is_none());
        let run = lease(&database, "w1", None, 100, 140).unwrap().unwrap();
        assert_eq!(run.attempts, 1);
        park(&database, &run, "Confluence failed.", 200, Wait::Fault).unwrap();
        let run = lease(&database, "w1", None, 200, 240).unwrap().unwrap();
        assert_eq!((run.attempts, run.doing.as_str()), (2, "Confluence failed."));
    }
}
