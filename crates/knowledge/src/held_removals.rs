//! Pages that Confluence calls gone, in numbers that nobody expects: they are held until somebody has decided.
//!
//! What is held stays readable. Confluence itself says of every page on the list that it was trashed, archived or
//! moved away, which is no change of who may read it, so to go on showing it is stale at worst. A page that is
//! merely no longer visible is never held: that is how a new restriction looks, and it is hidden at once.

use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::runs::{FENCE, Run, json};

/// Up to so many pages of a space go without a question, however small the space is.
pub const FEW: i64 = 10;
/// Up to so many hundredths of a space's pages go without a question.
pub const USUAL_SHARE: i64 = 10;
/// A space of which nothing is left is a question of its own, from so many pages on.
pub const WHOLE_SPACE: i64 = 3;

/// A page that Confluence says is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    pub page_id: String,
    /// `archived`, `trashed` or `not_chosen`.
    pub source_state: &'static str,
    /// Where it is now.
    pub space_id: String,
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// Keeps confirmed candidates until all of the run are known; the same again changes nothing.
pub fn propose(database: &impl Database, run: &Run, candidates: &[Candidate]) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into run_removals (run_id, page_id, source_state, space_id)
         select ?1, value ->> 'page_id', value ->> 'source_state', value ->> 'space_id'
         from json_each(?3) where {FENCE}
         on conflict (run_id, page_id) do update set source_state = excluded.source_state, space_id = excluded.space_id"
    );
    database.execute(&statement, &[run.id.into(), holder(run), json(candidates).into()])?;
    Ok(())
}

/// Decides between what goes and what is held, space by space, and returns the pages that go.
///
/// What was approved goes because it is on the list and was confirmed again by this run; an approval is no licence
/// for others. What is to be kept does not go and counts for nothing.
pub fn decide(database: &impl Database, run: &Run, now: i64) -> Result<Vec<Candidate>, DatabaseError> {
    // Whoever went with this very run, before its worker died perhaps, counts on both sides.
    const UNUSUAL: &str = "with candidates as materialized (
         select run_removals.page_id, run_removals.source_state, run_removals.space_id as now_in, pages.space_id,
           pages.title, held.decision
         from run_removals
         join pages on pages.connection_id = ?3 and pages.page_id = run_removals.page_id
         left join held_removals held on held.connection_id = ?3 and held.page_id = run_removals.page_id
         where run_removals.run_id = ?1 and pages.source_state = 'current'),
       counted as materialized (
         select space_id,
           (select count(*) from pages where connection_id = ?3 and pages.space_id = candidates.space_id
             and (source_state = 'current' or touched_in = ?1 and outcome = 'removed')) as known,
           count(*) + (select count(*) from pages where connection_id = ?3 and pages.space_id = candidates.space_id
             and touched_in = ?1 and outcome = 'removed' and source_state <> 'not_visible') as going
         from candidates where decision is null group by space_id),
       unusual as materialized (
         select space_id from counted
         where going > ?4 and going * 100 > known * ?5 or going >= ?6 and going = known)";
    let hold = format!(
        "{UNUSUAL}
         insert into held_removals (connection_id, page_id, space_id, title, source_state, held_at)
         select ?3, page_id, space_id, title, source_state, ?7 from candidates
         where decision is null and space_id in (select space_id from unusual) and {FENCE}
         on conflict (connection_id, page_id) do update set source_state = excluded.source_state,
           title = excluded.title"
    );
    let limits = [FEW.into(), USUAL_SHARE.into(), WHOLE_SPACE.into()];
    let mut parameters = vec![run.id.into(), holder(run), run.connection_id.into()];
    parameters.extend(limits);
    parameters.push(now.into());
    database.execute(&hold, &parameters)?;
    let rows = database.execute(
        "select run_removals.page_id, run_removals.source_state, run_removals.space_id from run_removals
             join pages on pages.connection_id = ?2 and pages.page_id = run_removals.page_id
               and pages.source_state = 'current'
             left join held_removals held on held.connection_id = ?2 and held.page_id = run_removals.page_id
             where run_removals.run_id = ?1 and (held.page_id is null or held.decision = 'remove')
             order by 1",
        &[run.id.into(), run.connection_id.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Candidate {
                page_id: row.get("page_id")?,
                source_state: match row.get::<String>("source_state")?.as_str() {
                    "archived" => "archived",
                    "trashed" => "trashed",
                    _ => "not_chosen",
                },
                space_id: row.get("space_id")?,
            })
        })
        .collect()
}

/// Takes pages off the list that went, that are back, or whose space is no longer chosen.
pub fn settle(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "delete from held_removals where connection_id = ?3 and {FENCE} and (
           page_id in (select page_id from run_pages where run_id = ?1)
           or not exists (select 1 from pages where pages.connection_id = ?3
             and pages.page_id = held_removals.page_id and pages.source_state = 'current'))"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// How many pages of a connection wait for a decision.
pub fn undecided(database: &impl Database, connection: i64) -> Result<i64, DatabaseError> {
    let statement = "select count(*) as n from held_removals where connection_id = ?1 and decision is null";
    let rows = database.execute(statement, &[connection.into()])?;
    rows.first().map_or(Ok(0), |row| row.get("n"))
}
