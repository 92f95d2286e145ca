//! Who passes which audience, kept up to date when restrictions, groups or accounts change.
//!
//! An audience is a set of gates, those of the restricted nodes above a page; a gate lets through whom it names,
//! and whoever passes all of them may read the page. A group that could not be read, that is empty or gone lets
//! through nobody; a gate that names nobody neither.

use ports::{Database, DatabaseError};

/// Of the connection `?1`: `passing` says which account passes all gates of which audience.
///
/// `named` are the accounts that a gate lets through, of people who have signed in.
const PASSING: &str = "accounts (account_id) as materialized (
    select distinct account_id from person_accounts where connection_id = ?1 and account_id is not null),
  named (gate, account_id) as materialized (
    select gate, subject_id from node_readers
      where connection_id = ?1 and kind = 'user' and subject_id in (select account_id from accounts)
    union
    select readers.gate, members.account_id from node_readers as readers
      join group_members as members on members.connection_id = ?1 and members.edition = readers.edition
        and members.account_id in (select account_id from accounts)
      where readers.connection_id = ?1 and readers.kind = 'group'),
  needed (audience, gate) as materialized (
    select audiences.audience, gate.value from audiences, json_each(audiences.audience) as gate
      where audiences.connection_id = ?1 and gate.key > 0),
  counted (audience, gates) as materialized (select audience, count(*) from needed group by audience),
  passing (audience, account_id) as materialized (
    select needed.audience, named.account_id from needed
      join named on named.gate = needed.gate
      join counted on counted.audience = needed.audience
      group by needed.audience, named.account_id having count(*) = max(counted.gates))";

/// Takes away what somebody may no longer read; what is new waits for [`widen`].
pub fn narrow(database: &impl Database, connection: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "with {PASSING}
         delete from audience_readers where connection_id = ?1
           and (audience, account_id) not in (select audience, account_id from passing)"
    );
    database.execute(&statement, &[connection.into()])?;
    Ok(())
}

/// Adds what somebody may read by now.
pub fn widen(database: &impl Database, connection: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "with {PASSING}
         insert or ignore into audience_readers (audience, connection_id, account_id)
         select audience, ?1, account_id from passing"
    );
    database.execute(&statement, &[connection.into()])?;
    Ok(())
}

/// Works out anew who may read what; hides first.
pub fn recompute(database: &impl Database, connection: i64) -> Result<(), DatabaseError> {
    narrow(database, connection)?;
    widen(database, connection)
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::runs::tests::store;

    fn run(database: &Sqlite, statements: &str) {
        for statement in statements.split(';').filter(|statement| !statement.trim().is_empty()) {
            database.execute(statement, &[]).unwrap();
        }
    }

    /// Which accounts pass an audience of these nodes.
    fn readers(database: &Sqlite, nodes: &str) -> String {
        recompute(database, 1).unwrap();
        let rows = database
            .execute(
                "select coalesce(group_concat(account_id, ' ' order by account_id), '') as it from audience_readers
                 where audience = ?1",
                &[format!("[1,{nodes}]").into()],
            )
            .unwrap();
        rows.first().unwrap().get("it").unwrap()
    }

    #[test]
    fn every_gate_has_to_let_a_person_through() {
        let database = store();
        run(
                &database,
                "insert into people values ('s1', 'Mia', '', 0, 0, 0), ('s2', 'Leo', '', 0, 0, 0), ('s3', 'Ada', '', 0, 0, 0);
                 insert into person_accounts values ('s1', 1, 'mia', 'admin', 'ada', 0), ('s2', 1, 'leo', 'admin', 'ada', 0),
                   ('s3', 1, null, 'admin', 'ada', 0);
                 insert into group_members values (1, 'team', 'team@1', 'mia'), (1, 'team', 'team@1', 'stranger'),
                   (1, 'team', 'team@2', 'mia'), (1, 'team', 'team@2', 'leo');
                 insert into node_readers values (1, '1@1', '1', 'user', 'mia', ''), (1, '1@1', '1', 'user', 'leo', ''),
                   (1, '2@1', '2', 'group', 'team', 'team@1'), (1, '2@1', '2', 'user', 'mia', ''),
                   (1, '2@2', '2', 'group', 'team', 'team@2'), (1, '3@1', '3', 'user', 'leo', ''),
                   (1, '4@1', '4', 'group', 'gone', 'gone@1'), (1, '5@1', '5', 'group', 'gone', 'gone@1'), (1, '5@1', '5', 'user', 'leo', '');
                 insert into audiences select '[1,' || value || ']', 1 from json_each(
                   '[\"\\\"1@1\\\"\", \"\\\"1@1\\\",\\\"2@1\\\"\", \"\\\"1@1\\\",\\\"2@2\\\"\", \"\\\"1@1\\\",\\\"2@1\\\",\\\"3@1\\\"\",
                     \"\\\"4@1\\\"\", \"\\\"5@1\\\"\", \"\\\"6@1\\\"\"]')",
            );
        for (gates, expected) in [
            ("\"1@1\"", "leo mia"),
            // Named twice over at one gate counts once, and a later edition of the group does not count.
            ("\"1@1\",\"2@1\"", "mia"),
            ("\"1@1\",\"2@2\"", "leo mia"),
            ("\"1@1\",\"2@1\",\"3@1\"", ""),
            ("\"4@1\"", ""),
            ("\"5@1\"", "leo"),
            ("\"6@1\"", ""),
        ] {
            assert_eq!(readers(&database, gates), expected, "{gates}");
        }
        run(&database, "delete from group_members where account_id = 'mia'");
        // Named herself, she stays.
        assert_eq!(readers(&database, "\"1@1\",\"2@1\""), "mia");
        run(&database, "delete from node_readers where gate = '2@1' and kind = 'user'");
        assert_eq!(readers(&database, "\"1@1\",\"2@1\""), "");
    }
}
