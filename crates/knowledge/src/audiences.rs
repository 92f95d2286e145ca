//! Who passes which audience, kept up to date when restrictions, groups or accounts change.
//!
//! An audience is a set of restricted nodes, a node lets through whom it names, and whoever passes all nodes
//! of an audience may read its articles. A group that could not be read, that is empty or gone lets through
//! nobody; a node that names nobody neither.

use ports::{Database, DatabaseError};

/// Of the connection `?1`: `passing` says which account passes all nodes of which audience.
///
/// `named` are the accounts that a node lets through, of people who have signed in; `*` is anybody.
const PASSING: &str = "accounts (account_id) as materialized (
    select distinct account_id from person_accounts where connection_id = ?1 and account_id is not null),
  named (node_id, account_id) as materialized (
    select node_id, subject_id from node_readers
      where connection_id = ?1 and kind = 'user' and subject_id in (select account_id from accounts)
    union
    select readers.node_id, iif(groups.everyone, '*', members.account_id)
      from node_readers as readers
      join groups on groups.connection_id = ?1 and groups.group_id = readers.subject_id
      left join group_members as members on not groups.everyone and groups.state = 'read'
        and members.connection_id = ?1 and members.group_id = groups.group_id
        and members.account_id in (select account_id from accounts)
      where readers.connection_id = ?1 and readers.kind = 'group'
        and (groups.everyone or members.account_id is not null)),
  needed (audience, node_id) as materialized (
    select audiences.audience, node.value from audiences, json_each(audiences.audience) as node
      where audiences.connection_id = ?1 and node.key > 0
        and node.value not in (select node_id from named where account_id = '*')),
  passing (audience, account_id) as materialized (
    select audience, '*' from audiences
      where connection_id = ?1 and audience not in (select audience from needed)
    union all
    select needed.audience, named.account_id from needed join named on named.node_id = needed.node_id
      group by needed.audience, named.account_id
      having count(*) = (select count(*) from needed as all_needed where all_needed.audience = needed.audience))";

/// Takes away what somebody may no longer read; what is new waits for [`widen`].
pub async fn narrow(database: &impl Database, connection: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "with {PASSING}
         delete from audience_readers where connection_id = ?1
           and (audience, account_id) not in (select audience, account_id from passing)"
    );
    database.execute(&statement, &[connection.into()]).await?;
    Ok(())
}

/// Adds what somebody may read by now.
pub async fn widen(database: &impl Database, connection: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "with {PASSING}
         insert or ignore into audience_readers (audience, connection_id, account_id)
         select audience, ?1, account_id from passing"
    );
    database.execute(&statement, &[connection.into()]).await?;
    Ok(())
}

/// Works out anew who may read what; hides first.
pub async fn recompute(database: &impl Database, connection: i64) -> Result<(), DatabaseError> {
    narrow(database, connection).await?;
    widen(database, connection).await
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::runs::tests::store;

    async fn run(database: &Sqlite, statements: &str) {
        for statement in statements.split(';').filter(|statement| !statement.trim().is_empty()) {
            database.execute(statement, &[]).await.unwrap();
        }
    }

    /// Which accounts pass an audience of these nodes.
    async fn readers(database: &Sqlite, nodes: &str) -> String {
        recompute(database, 1).await.unwrap();
        let rows = database
            .execute(
                "select coalesce(group_concat(account_id, ' ' order by account_id), '') as it from audience_readers
                 where audience = ?1",
                &[format!("[1,{nodes}]").into()],
            )
            .await
            .unwrap();
        rows.first().unwrap().get("it").unwrap()
    }

    #[test]
    fn every_node_has_to_let_a_person_through() {
        pollster::block_on(async {
            let database = store().await;
            run(
                &database,
                "insert into people values ('s1', 'Mia', '', 0, 0, 0), ('s2', 'Leo', '', 0, 0, 0), ('s3', 'Ada', '', 0, 0, 0);
                 insert into person_accounts values ('s1', 1, 'mia', 'admin', 'ada', 0), ('s2', 1, 'leo', 'admin', 'ada', 0),
                   ('s3', 1, null, 'admin', 'ada', 0);
                 insert into groups (connection_id, group_id, name, state) values (1, 'team', 'team', 'read'),
                   (1, 'all', 'confluence-users-acme', 'unread'), (1, 'gone', 'gone', 'unreadable'), (1, 'empty', 'empty', 'read');
                 insert into group_members values (1, 'team', 'mia', 0), (1, 'team', 'stranger', 0), (1, 'gone', 'mia', 0);
                 insert into node_readers values (1, '1', 'user', 'mia'), (1, '1', 'user', 'leo'), (1, '2', 'group', 'team'),
                   (1, '2', 'user', 'mia'), (1, '3', 'user', 'leo'), (1, '4', 'group', 'all'), (1, '5', 'group', 'gone'),
                   (1, '6', 'group', 'empty'), (1, '7', 'group', 'unknown'), (1, '9', 'group', 'gone'), (1, '9', 'user', 'leo');
                 insert into audiences select '[1,' || value || ']', 1 from json_each(
                   '[\"\\\"1\\\"\", \"\\\"1\\\",\\\"2\\\"\", \"\\\"1\\\",\\\"2\\\",\\\"3\\\"\", \"\\\"4\\\"\", \"\\\"1\\\",\\\"4\\\"\",
                     \"\\\"5\\\"\", \"\\\"6\\\"\", \"\\\"7\\\"\", \"\\\"8\\\"\", \"\\\"9\\\"\"]')",
            )
            .await;
            for (nodes, expected) in [
                ("\"1\"", "leo mia"),
                // Named twice over at one node counts once.
                ("\"1\",\"2\"", "mia"),
                ("\"1\",\"2\",\"3\"", ""),
                ("\"4\"", "*"),
                ("\"1\",\"4\"", "leo mia"),
                ("\"5\"", ""),
                ("\"6\"", ""),
                ("\"7\"", ""),
                ("\"8\"", ""),
                ("\"9\"", "leo"),
            ] {
                assert_eq!(readers(&database, nodes).await, expected, "{nodes}");
            }
            run(&database, "delete from group_members where account_id = 'mia'; update groups set decided = 0 where group_id = 'all'").await;
            // Named herself, she stays.
            assert_eq!(readers(&database, "\"1\",\"2\"").await, "mia");
            assert_eq!(readers(&database, "\"4\"").await, "");
            run(&database, "delete from node_readers where node_id = '2' and kind = 'user'").await;
            assert_eq!(readers(&database, "\"1\",\"2\"").await, "");
        });
    }
}
