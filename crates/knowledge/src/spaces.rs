//! The spaces of a site: what may be chosen, and what was.

use ports::{Database, DatabaseError};
use serde::{Deserialize, Serialize};

/// A space as Confluence lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSpace {
    pub space_id: String,
    pub key: String,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub homepage_id: Option<String>,
}

/// Records spaces that the account was just seen to see; what was chosen stays chosen.
pub fn record(
    database: &impl Database,
    connection: i64,
    spaces: &[SourceSpace],
    now: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "insert into spaces (connection_id, space_id, key, name, kind, status, homepage_id, seen_at)
             select ?1, value ->> 'space_id', value ->> 'key', value ->> 'name', value ->> 'kind',
               value ->> 'status', value ->> 'homepage_id', ?3
             from json_each(?2) where true
             on conflict (connection_id, space_id) do update set key = excluded.key, name = excluded.name,
               kind = excluded.kind, status = excluded.status, homepage_id = excluded.homepage_id,
               seen_at = excluded.seen_at",
        &[connection.into(), crate::runs::json(spaces).into(), now.into()],
    )?;
    Ok(())
}

/// Forgets the spaces that a complete list no longer showed, except those that were chosen.
pub fn forget_unseen(database: &impl Database, connection: i64, since: i64) -> Result<(), DatabaseError> {
    database.execute(
        "delete from spaces where connection_id = ?1 and chosen = 0 and seen_at < ?2
               and not exists (select 1 from articles where articles.connection_id = ?1
                 and articles.space_id = spaces.space_id)",
        &[connection.into(), since.into()],
    )?;
    Ok(())
}

/// The ids of the chosen spaces.
pub fn chosen(database: &impl Database, connection: i64) -> Result<Vec<String>, DatabaseError> {
    let rows = database.execute(
        "select space_id from spaces where connection_id = ?1 and chosen = 1 order by space_id",
        &[connection.into()],
    )?;
    rows.iter().map(|row| row.get("space_id")).collect()
}

/// The names of the chosen spaces that are archived.
pub fn archived(database: &impl Database, connection: i64) -> Result<Vec<String>, DatabaseError> {
    let statement = "select name from spaces where connection_id = ?1 and chosen = 1 and status = 'archived' order by name";
    let rows = database.execute(statement, &[connection.into()])?;
    rows.iter().map(|row| row.get("name")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::store;

    fn space(id: &str, name: &str) -> SourceSpace {
        SourceSpace {
            space_id: id.into(),
            key: format!("K{id}"),
            name: name.into(),
            kind: "global".into(),
            status: "current".into(),
            homepage_id: None,
        }
    }

    #[test]
    fn a_renamed_space_stays_chosen_and_a_lost_one_is_kept_if_it_was_chosen() {
        let database = store();
        record(&database, 1, &[space("1", "IT"), space("2", "HR"), space("3", "Old")], 10).unwrap();
        database.execute("update spaces set chosen = 1 where space_id in ('1', '2')", &[]).unwrap();
        record(&database, 1, &[space("1", "IT Help")], 20).unwrap();
        forget_unseen(&database, 1, 20).unwrap();
        let rows = database
            .execute("select name from spaces where space_id <> '10' order by space_id", &[])
            .unwrap();
        let names: Vec<String> = rows.iter().map(|row| row.get("name").unwrap()).collect();
        assert_eq!(names, ["IT Help", "HR"]);
        assert_eq!(chosen(&database, 1).unwrap(), ["1", "10", "2"]);
    }
}
