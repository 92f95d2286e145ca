//! Pages that are to be looked at before the schedule would. What is hidden here is only ever hidden: whatever
//! a look would show or change is left to a run, which knows the whole tree.

use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::runs::{NodeReader, json};

/// After so many looks that failed, a nudge is dropped; the schedule looks at every page anyway.
const MOST_ATTEMPTS: i64 = 5;
/// A run for nudges waits at least this long after the last run of its connection, in milliseconds.
const PAUSE: i64 = 10_000;

/// What we know of a page that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPage {
    pub page_id: String,
    pub space_id: String,
    pub parent_id: Option<String>,
    pub source_state: String,
    pub version_number: i64,
    pub version_created_at: String,
    pub own_restriction: String,
}

/// What a look found that hides a page at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    pub page_id: String,
    /// `archived`, `trashed` or `not_chosen`; none where the page is there and may not be read by everyone.
    pub source_state: Option<&'static str>,
    /// In words, where the page is there.
    pub reason: Option<&'static str>,
}

/// Queues contents to be looked at; one that waits already is not queued twice.
pub fn queue(
    database: &impl Database,
    connection: i64,
    ids: &[String],
    now: i64,
) -> Result<(), DatabaseError> {
    database
        .execute(
            "insert into nudges (connection_id, content_id, at) select ?1, value, ?3 from json_each(?2) where true
             on conflict do update set at = excluded.at, attempts = 0",
            &[connection.into(), json(ids).into(), now.into()],
        )?;
    Ok(())
}

/// The connections with something to look at.
pub fn connections(database: &impl Database, now: i64) -> Result<Vec<i64>, DatabaseError> {
    let statement = "select distinct n.connection_id as id from nudges n
       join connections c on c.id = n.connection_id and c.state = 'connected' where n.taken_until <= ?1 order by 1";
    database.execute(statement, &[now.into()])?.iter().map(|row| row.get("id")).collect()
}

/// Takes nudges of a connection until `until`, the oldest first, for this worker alone.
pub fn take(
    database: &impl Database,
    connection: i64,
    limit: i64,
    now: i64,
    until: i64,
) -> Result<Vec<String>, DatabaseError> {
    let worn_out = "delete from nudges where connection_id = ?1 and attempts >= ?2 and taken_until <= ?3";
    database.execute(worn_out, &[connection.into(), MOST_ATTEMPTS.into(), now.into()])?;
    let rows = database.execute(
        "update nudges set taken_until = ?4, attempts = attempts + 1
             where connection_id = ?1 and content_id in (select content_id from nudges
               where connection_id = ?1 and taken_until <= ?3 order by at, content_id limit ?2)
             returning content_id",
        &[connection.into(), limit.into(), now.into(), until.into()],
    )?;
    rows.iter().map(|row| row.get("content_id")).collect()
}

/// Forgets nudges that were taken until `until`; one that came again meanwhile stays.
pub fn looked_at(
    database: &impl Database,
    connection: i64,
    ids: &[String],
    taken_at: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "delete from nudges where connection_id = ?1 and at <= ?3
               and content_id in (select value from json_each(?2))",
        &[connection.into(), json(ids).into(), taken_at.into()],
    )?;
    Ok(())
}

/// What we know of these pages.
pub fn known(
    database: &impl Database,
    connection: i64,
    ids: &[String],
) -> Result<Vec<KnownPage>, DatabaseError> {
    let rows = database.execute(
        "select * from pages where connection_id = ?1 and page_id in (select value from json_each(?2))",
        &[connection.into(), json(ids).into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(KnownPage {
                page_id: row.get("page_id")?,
                space_id: row.get("space_id")?,
                parent_id: row.get("parent_id")?,
                source_state: row.get("source_state")?,
                version_number: row.get("version_number")?,
                version_created_at: row.get("version_created_at")?,
                own_restriction: row.get("own_restriction")?,
            })
        })
        .collect()
}

/// How those whom a restricted node names differ from those whom its gate lets through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// Somebody was taken off.
    pub fewer: bool,
    /// Somebody is named whom the gate does not let through, which it never will: that is for a run.
    pub more: bool,
}

/// Leaves a restricted node only those readers.
pub fn only_these_readers(
    database: &impl Database,
    connection: i64,
    node: &str,
    readers: &[NodeReader],
) -> Result<Narrowed, DatabaseError> {
    let parameters = [connection.into(), node.into(), json(readers).into()];
    let take_off = "delete from node_readers where connection_id = ?1 and node_id = ?2 and not exists (
         select 1 from json_each(?3) as named
         where named.value ->> 'kind' = node_readers.kind and named.value ->> 'subject_id' = node_readers.subject_id)
       returning kind";
    let fewer = !database.execute(take_off, &parameters)?.is_empty();
    let more = "select 1 as more from json_each(?3) as named where not exists (
         select 1 from gates join node_readers as known on known.connection_id = ?1 and known.gate = gates.gate
           and known.kind = named.value ->> 'kind' and known.subject_id = named.value ->> 'subject_id'
         where gates.connection_id = ?1 and gates.node_id = ?2) limit 1";
    let more = !database.execute(more, &parameters)?.is_empty();
    Ok(Narrowed { fewer, more })
}

/// Hides a node that is restricted by now with all that is below it, but for the articles that are behind its gate
/// already. Says whether any was hidden.
pub fn hide_ungated(
    database: &impl Database,
    connection: i64,
    node: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    let statement = format!(
        "with recursive above (id) as (select ?2), {BELOW}
         update articles set updated_at = ?3, audience = 'restricted', audience_reason = iif(page_id = ?2,
             'The page is restricted in Confluence.', 'A page or folder above it is restricted in Confluence.')
         where connection_id = ?1 and audience <> 'restricted'
           and (page_id = ?2 or page_id in (select id from below))
           and not exists (select 1 from json_each(iif(json_valid(audience), audience, '[]')) as gate
             where gate.value in (select gate from gates where connection_id = ?1 and node_id = ?2
               union all select gate from node_readers where connection_id = ?1 and node_id = ?2))
         returning id"
    );
    Ok(!database.execute(&statement, &[connection.into(), node.into(), now.into()])?.is_empty())
}

/// Those of these contents that have pages of ours below them, such as folders, each with its space.
pub fn known_parents(
    database: &impl Database,
    connection: i64,
    ids: &[String],
) -> Result<Vec<(String, String)>, DatabaseError> {
    let rows = database.execute(
        "select parent_id as id, min(space_id) as space_id from pages
             where connection_id = ?1 and parent_id in (select value from json_each(?2)) group by parent_id",
        &[connection.into(), json(ids).into()],
    )?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("space_id")?))).collect()
}

/// The pages below these, and the folders between them, as far as we know the tree: Confluence sends no word about
/// them when a parent goes.
const BELOW: &str = "below (id) as (
     select page_id from pages where connection_id = ?1 and parent_id in (select id from above)
     union select content_id from parents where connection_id = ?1 and parent_id in (select id from above)
     union select pages.page_id from below cross join pages on pages.connection_id = ?1 and pages.parent_id = below.id
     union select parents.content_id from below cross join parents
       on parents.connection_id = ?1 and parents.parent_id = below.id)";

/// Queues the pages below these contents.
pub fn queue_below(
    database: &impl Database,
    connection: i64,
    ids: &[String],
    now: i64,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "with recursive above (id) as (select value from json_each(?2)), {BELOW}
         insert into nudges (connection_id, content_id, at) select ?1, id, ?3 from below where true
         on conflict do nothing"
    );
    database.execute(&statement, &[connection.into(), json(ids).into(), now.into()])?;
    Ok(())
}

/// Hides pages that are gone, and those that not everyone may read with all that is below them.
pub fn hide(
    database: &impl Database,
    connection: i64,
    hidden: &[Hidden],
    now: i64,
) -> Result<(), DatabaseError> {
    const GONE: &str = "with gone (id, source_state) as materialized (
         select value ->> 'page_id', value ->> 'source_state' from json_each(?2)
         where value ->> 'source_state' is not null)";
    let parameters = [connection.into(), json(hidden).into(), now.into()];
    for (table, time) in [("articles", "updated_at"), ("pages", "synced_at")] {
        let statement = format!(
            "{GONE} update {table} set {time} = ?3, source_state =
               (select gone.source_state from gone where gone.id = {table}.page_id)
             where connection_id = ?1 and source_state = 'current' and page_id in (select id from gone)"
        );
        database.execute(&statement, &parameters)?;
    }
    let restricted = format!(
        "with recursive above (id, reason) as (
           select value ->> 'page_id', value ->> 'reason' from json_each(?2) where value ->> 'reason' is not null),
         {BELOW}
         update articles set updated_at = ?3, audience = 'restricted', audience_reason = coalesce(
             (select reason from above where above.id = articles.page_id),
             'A page or folder above it is restricted in Confluence, or could not be read.')
         where connection_id = ?1 and audience <> 'restricted'
           and (page_id in (select id from above) or page_id in (select id from below))"
    );
    database.execute(&restricted, &parameters)?;
    Ok(())
}

/// Has the next run list these spaces whole, for what was found there concerns more than single pages.
pub fn list_again(database: &impl Database, connection: i64, spaces: &[String]) -> Result<(), DatabaseError> {
    let statement = "update spaces set reconciled_at = 0
       where connection_id = ?1 and reconciled_at > 0 and space_id in (select value from json_each(?2))";
    database.execute(statement, &[connection.into(), json(spaces).into()])?;
    Ok(())
}

/// Notes that a look found what only a run can follow.
pub fn want_run(database: &impl Database, connection: i64, now: i64) -> Result<(), DatabaseError> {
    let statement = "update hooks set wanted_at = ?2 where connection_id = ?1";
    database.execute(statement, &[connection.into(), now.into()])?;
    Ok(())
}

/// Queues the runs that looks have asked for. A connection whose runs take long gets them less often.
pub fn queue_runs(database: &impl Database, now: i64) -> Result<(), DatabaseError> {
    database.execute(
        "insert into runs (connection_id, cause, step, created_at)
             select c.id, 'webhook', '', ?1 from hooks h
             join connections c on c.id = h.connection_id and c.state = 'connected'
             where h.wanted_at is not null
               and exists (select 1 from spaces s where s.connection_id = c.id and s.chosen = 1)
               and not exists (select 1 from runs r where r.connection_id = c.id
                 and (r.state in ('queued', 'running', 'waiting') or r.created_at >= h.wanted_at
                   or r.ended_at + max(?2, r.ended_at - coalesce(r.started_at, r.created_at)) > ?1))
             on conflict do nothing",
        &[now.into(), PAUSE.into()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::hooks;
    use crate::runs::tests::store;
    use crate::runs::{Ending, end, lease};

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn tree() -> Sqlite {
        let database = store();
        for (id, parent) in [("1", None), ("2", Some("1")), ("3", Some("2")), ("4", None), ("5", Some("f"))] {
            database
                .execute(
                    "insert into pages (connection_id, page_id, space_id, parent_id, title, web_path, version_number,
                       version_created_at, first_seen_at, synced_at) values (1, ?1, '10', ?2, 't', '/', 1, 'v', 0, 0)",
                    &[id.into(), parent.into()],
                )
                .unwrap();
            database
                .execute(
                    "insert into articles (connection_id, page_id, space_id, source_url, source_version,
                       source_updated_at, audience, status, status_changed_at, created_at, updated_at, slug, title,
                       summary, text, html, markdown, outline, passages, report)
                     values (1, ?1, '10', 'u', 1, 0, 'everyone', 'published', 0, 0, 0, 's', 't', '', '', '', '', '[]',
                       '[]', '{}')",
                    &[id.into()],
                )
                .unwrap();
        }
        database
    }

    fn column(database: &Sqlite, statement: &str) -> Vec<String> {
        let rows = database.execute(statement, &[]).unwrap();
        rows.iter().map(|row| row.get("it").unwrap()).collect()
    }

    #[test]
    fn a_nudge_is_taken_once_and_stays_if_it_comes_again() {
        let database = store();
        queue(&database, 1, &ids(&["7", "8", "7"]), 10).unwrap();
        assert_eq!(connections(&database, 10).unwrap(), [1]);
        assert_eq!(take(&database, 1, 1, 10, 40).unwrap(), ["7"]);
        assert_eq!(take(&database, 1, 9, 10, 40).unwrap(), ["8"]);
        assert!(take(&database, 1, 9, 39, 70).unwrap().is_empty());
        queue(&database, 1, &ids(&["8"]), 20).unwrap();
        looked_at(&database, 1, &ids(&["7", "8"]), 10).unwrap();
        assert_eq!(take(&database, 1, 9, 40, 70).unwrap(), ["8"]);
        // A page that cannot be looked at is not tried for ever.
        let mut tries = 0;
        while !take(&database, 1, 9, 100 + tries, 101 + tries).unwrap().is_empty() {
            tries += 1;
        }
        assert_eq!(tries, 4);
        assert!(connections(&database, 1_000).unwrap().is_empty());
    }

    #[test]
    fn what_goes_or_is_restricted_hides_at_once_and_takes_its_subtree_along() {
        let database = tree();
        let gone = Hidden { page_id: "4".into(), source_state: Some("trashed"), reason: None };
        let reason = Some("The page is restricted in Confluence.");
        let restricted = Hidden { page_id: "2".into(), source_state: None, reason };
        hide(&database, 1, &[gone, restricted], 9).unwrap();
        let readable =
            "select page_id as it from articles where status = 'published' and source_state = 'current'
               and audience = 'everyone' order by page_id";
        assert_eq!(column(&database, readable), ["1", "5"]);
        let reasons =
            "select audience_reason as it from articles where audience = 'restricted' order by page_id";
        let reasons = column(&database, reasons);
        assert!(reasons[0].contains("page is restricted") && reasons[1].contains("above it"), "{reasons:?}");
        queue_below(&database, 1, &ids(&["1", "f"]), 9).unwrap();
        assert_eq!(column(&database, "select content_id as it from nudges order by 1"), ["2", "3", "5"]);
        assert_eq!(known_parents(&database, 1, &ids(&["f", "3"])).unwrap(), [("f".into(), "10".into())]);
    }

    #[test]
    fn a_run_is_queued_once_and_not_on_the_heels_of_the_last() {
        let database = store();
        hooks::renew(&database, 1, "h", "ada", 0).unwrap();
        queue_runs(&database, 50).unwrap();
        assert!(lease(&database, "w", None, 50, 90).unwrap().is_none(), "nobody asked");
        want_run(&database, 1, 100).unwrap();
        queue_runs(&database, 101).unwrap();
        let run = lease(&database, "w", None, 102, 200).unwrap().unwrap();
        // It lasts twenty seconds, so the next one waits for as long.
        end(&database, &run, Ending::Finished, None, 20_102).unwrap();
        queue_runs(&database, 60_000).unwrap();
        assert!(lease(&database, "w", None, 60_000, 60_090).unwrap().is_none(), "it has been done");
        want_run(&database, 1, 21_000).unwrap();
        queue_runs(&database, 40_101).unwrap();
        assert!(lease(&database, "w", None, 40_101, 40_200).unwrap().is_none(), "too soon");
        queue_runs(&database, 40_102).unwrap();
        assert!(lease(&database, "w", None, 40_102, 40_200).unwrap().is_some());
    }
}
