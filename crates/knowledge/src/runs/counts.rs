//! What the search index counts in a space, against what we hold of it.

use ports::{Database, DatabaseError};
use serde::Serialize;

use super::{FENCE, Run, json};

/// A space of a run, what we hold of it, and what was counted before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedSpace {
    pub space_id: String,
    pub key: String,
    /// The pages that we know to be there, whether they are taken in or not; blog posts are not counted.
    pub held: i64,
    /// None where nothing was counted yet.
    pub count: Option<PageCount>,
    pub reconciled_at: i64,
}

/// What was counted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageCount {
    pub surplus: i64,
    pub looks: i64,
    pub false_alarms: i64,
}

/// What is now known of a space's count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewCount {
    pub space_id: String,
    pub surplus: i64,
    pub looks: i64,
    pub suspected_at: Option<i64>,
}

const SPACES: &str = "select run_spaces.space_id, run_spaces.key, surplus, looks, false_alarms,
       coalesce(spaces.reconciled_at, 0) as reconciled_at,
       (select count(*) from pages where pages.connection_id = ?2 and pages.space_id = run_spaces.space_id
          and pages.source_state in ('current', 'not_chosen')
          and pages.page_id not in (select page_id from blog_posts where connection_id = ?2)) as held
     from run_spaces
     join spaces on spaces.connection_id = ?2 and spaces.space_id = run_spaces.space_id
     left join page_counts on page_counts.connection_id = ?2 and page_counts.space_id = run_spaces.space_id";

/// The spaces whose changes a run followed, and which it need not list for another reason.
pub fn spaces_to_compare(database: &impl Database, run: &Run) -> Result<Vec<CountedSpace>, DatabaseError> {
    let statement = format!(
        "{SPACES} where run_spaces.run_id = ?1 and run_spaces.state = 'followed' and unsettled = 0
         order by run_spaces.space_id"
    );
    let rows = database.execute(&statement, &[run.id.into(), run.connection_id.into()])?;
    read(&rows)
}

/// The spaces that a run listed whole, after a space.
pub fn spaces_to_count(
    database: &impl Database,
    run: &Run,
    after: &str,
    limit: i64,
) -> Result<Vec<CountedSpace>, DatabaseError> {
    let statement = format!(
        "{SPACES} where run_spaces.run_id = ?1 and run_spaces.state = 'listed' and run_spaces.space_id > ?3
         order by run_spaces.space_id limit ?4"
    );
    let parameters = [run.id.into(), run.connection_id.into(), after.into(), limit.into()];
    read(&database.execute(&statement, &parameters)?)
}

fn read(rows: &ports::Rows) -> Result<Vec<CountedSpace>, DatabaseError> {
    rows.iter()
        .map(|row| {
            let count = match row.get("surplus")? {
                Some(surplus) => Some(PageCount {
                    surplus,
                    looks: row.get("looks")?,
                    false_alarms: row.get("false_alarms")?,
                }),
                None => None,
            };
            Ok(CountedSpace {
                space_id: row.get("space_id")?,
                key: row.get("key")?,
                held: row.get("held")?,
                count,
                reconciled_at: row.get("reconciled_at")?,
            })
        })
        .collect()
}

/// Whether another number was counted than before, which the next look confirms or not.
pub fn is_recount_due(database: &impl Database, connection: i64) -> Result<bool, DatabaseError> {
    let statement = "select 1 from page_counts join spaces using (connection_id, space_id)
       where connection_id = ?1 and looks > 0 and chosen = 1 limit 1";
    Ok(!database.execute(statement, &[connection.into()])?.is_empty())
}

/// Records what a look found; a suspicion is noted with what we hold now.
pub fn compared(database: &impl Database, run: &Run, counts: &[NewCount]) -> Result<(), DatabaseError> {
    let statement = format!(
        "insert into page_counts (connection_id, space_id, surplus, looks, suspected_at)
         select ?3, value ->> 'space_id', value ->> 'surplus', value ->> 'looks', value ->> 'suspected_at'
         from json_each(?4) where {FENCE}
         on conflict (connection_id, space_id) do update set surplus = excluded.surplus, looks = excluded.looks,
           suspected_at = coalesce(excluded.suspected_at, suspected_at)"
    );
    database.execute(&statement, &parameters(run, json(counts)))?;
    Ok(())
}

/// Records what is counted in spaces that were just listed, and whether a suspicion was right: then we hold another
/// number of their pages than before.
pub fn counted(
    database: &impl Database,
    run: &Run,
    spaces: &[(CountedSpace, i64)],
) -> Result<(), DatabaseError> {
    #[derive(Serialize)]
    struct Row<'a> {
        space_id: &'a str,
        surplus: i64,
        held: i64,
    }
    let rows: Vec<Row<'_>> = spaces
        .iter()
        .map(|(space, total)| Row {
            space_id: &space.space_id,
            surplus: total - space.held,
            held: space.held,
        })
        .collect();
    let statement = format!(
        "insert into page_counts (connection_id, space_id, surplus)
         select ?3, value ->> 'space_id', value ->> 'surplus' from json_each(?4) where {FENCE}
         on conflict (connection_id, space_id) do update set surplus = excluded.surplus, looks = 0,
           false_alarms = case when suspected_at is null then false_alarms
             when suspected_at = (select value ->> 'held' from json_each(?4)
               where value ->> 'space_id' = excluded.space_id) then false_alarms + 1
             else 0 end,
           suspected_at = null"
    );
    database.execute(&statement, &parameters(run, json(&rows)))?;
    Ok(())
}

fn parameters(run: &Run, rows: String) -> [ports::Value; 4] {
    [run.id.into(), run.lease_holder.as_str().into(), run.connection_id.into(), rows.into()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::store;
    use crate::runs::{ask, lease};

    #[test]
    fn a_suspicion_that_was_wrong_is_counted_and_one_that_was_right_forgives() {
        let database = store();
        ask(&database, 1, "ada", 1).unwrap();
        let run = lease(&database, "w", None, 1, 100).unwrap().unwrap();
        let statement =
            "insert into run_spaces (run_id, space_id, key, name, state) values (1, '10', 'IT', 'IT', ?1)
               on conflict do update set state = excluded.state";
        let state = |state: &str| database.execute(statement, &[state.into()]).unwrap();
        let space = |held| {
            state("listed");
            let found = spaces_to_count(&database, &run, "", 9).unwrap().remove(0);
            CountedSpace { held, ..found }
        };
        counted(&database, &run, &[(space(7), 9)]).unwrap();
        let first = space(7).count.unwrap();
        assert_eq!(first, PageCount { surplus: 2, looks: 0, false_alarms: 0 });

        let suspicion = |held| {
            let seen = NewCount { space_id: "10".into(), surplus: 2, looks: 2, suspected_at: Some(held) };
            compared(&database, &run, &[seen]).unwrap();
        };
        suspicion(7);
        counted(&database, &run, &[(space(7), 10)]).unwrap();
        assert_eq!(space(7).count, Some(PageCount { surplus: 3, looks: 0, false_alarms: 1 }));
        // Repeated after a death it is the same.
        counted(&database, &run, &[(space(7), 10)]).unwrap();
        assert_eq!(space(7).count.unwrap().false_alarms, 1);
        suspicion(7);
        counted(&database, &run, &[(space(6), 9)]).unwrap();
        assert_eq!(space(6).count, Some(PageCount { surplus: 3, looks: 0, false_alarms: 0 }));

        state("followed");
        assert_eq!(spaces_to_compare(&database, &run).unwrap().len(), 1);
    }
}
