//! The schema, one file for each feature, applied in order.
//!
//! Every component applies it at its first request, and several may do so at the same time: each
//! statement is safe to repeat, and a released file is never edited.

use ports::{Database, DatabaseError};

#[cfg(test)]
mod statements;

/// The number of each file and the statements in it; see `build.rs`.
const MIGRATIONS: &[(i64, &[&str])] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Brings the database to this version of the application; one small query where nothing is to be done.
pub fn apply(database: &impl Database) -> Result<(), DatabaseError> {
    let applied = applied_version(database)?;
    for (version, statements) in MIGRATIONS.iter().filter(|(version, _)| *version > applied) {
        for statement in *statements {
            database.execute(statement, &[])?;
        }
        database
            .execute("insert or ignore into schema_versions (version) values (?1)", &[(*version).into()])?;
    }
    Ok(())
}

fn applied_version(database: &impl Database) -> Result<i64, DatabaseError> {
    const QUERY: &str = "select coalesce(max(version), 0) as version from schema_versions";
    let rows = match database.execute(QUERY, &[]) {
        Ok(rows) => rows,
        Err(_) => {
            database
                .execute("create table if not exists schema_versions (version integer primary key)", &[])?;
            database.execute(QUERY, &[])?
        }
    };
    rows.first().map_or(Ok(0), |row| row.get("version"))
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;

    #[test]
    fn applying_twice_changes_nothing() {
        let database = Sqlite::in_memory().unwrap();
        apply(&database).unwrap();
        // A table that is made anew stands at the end of the schema.
        let query = "select sql from sqlite_schema order by name";
        let first = database.execute(query, &[]).unwrap();
        database.execute("delete from schema_versions", &[]).unwrap();
        apply(&database).unwrap();
        assert_eq!(database.execute(query, &[]).unwrap(), first);
    }
}
