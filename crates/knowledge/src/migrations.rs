//! The schema, one file for each feature, applied in order.
//!
//! Every component applies it at its first request, and several may do so at the same time: each
//! statement is safe to repeat, and a released file is never edited.

use ports::{Database, DatabaseError};

const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_connections.sql")),
    (2, include_str!("../migrations/0002_pages.sql")),
    (3, include_str!("../migrations/0003_runs.sql")),
    (4, include_str!("../migrations/0004_articles.sql")),
    (5, include_str!("../migrations/0005_categories_and_events.sql")),
    (6, include_str!("../migrations/0006_pins.sql")),
    (7, include_str!("../migrations/0007_audiences.sql")),
    (8, include_str!("../migrations/0008_dependencies.sql")),
    (9, include_str!("../migrations/0009_hooks.sql")),
    (10, include_str!("../migrations/0010_scopes.sql")),
    (11, include_str!("../migrations/0011_reconnections.sql")),
    (12, include_str!("../migrations/0012_attachments.sql")),
    (13, include_str!("../migrations/0013_counts.sql")),
    (14, include_str!("../migrations/0014_checks.sql")),
];

/// Brings the database to this version of the application; one small query where nothing is to be done.
pub async fn apply(database: &impl Database) -> Result<(), DatabaseError> {
    let applied = applied_version(database).await?;
    for (version, file) in MIGRATIONS.iter().filter(|(version, _)| *version > applied) {
        for statement in statements(file) {
            database.execute(&statement, &[]).await?;
        }
        database
            .execute("insert or ignore into schema_versions (version) values (?1)", &[(*version).into()])
            .await?;
    }
    Ok(())
}

async fn applied_version(database: &impl Database) -> Result<i64, DatabaseError> {
    const QUERY: &str = "select coalesce(max(version), 0) as version from schema_versions";
    let rows = match database.execute(QUERY, &[]).await {
        Ok(rows) => rows,
        Err(_) => {
            database
                .execute("create table if not exists schema_versions (version integer primary key)", &[])
                .await?;
            database.execute(QUERY, &[]).await?
        }
    };
    rows.first().map_or(Ok(0), |row| row.get("version"))
}

/// Splits a migration into its statements, for the database takes one at a time.
///
/// A statement ends at a line that ends in `;`, a trigger at its `end;`.
fn statements(file: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    for line in file.lines().filter(|line| !line.trim_start().starts_with("--")) {
        if line.trim().is_empty() && current.is_empty() {
            continue;
        }
        current.push_str(line);
        current.push('\n');
        let in_trigger = current.starts_with("create trigger");
        let ended = if in_trigger { line.trim_end() == "end;" } else { line.trim_end().ends_with(';') };
        if ended {
            statements.push(std::mem::take(&mut current));
        }
    }
    debug_assert!(current.trim().is_empty(), "a migration ends inside a statement: {current}");
    statements
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;

    #[test]
    fn a_trigger_is_one_statement() {
        let file =
            "-- why\ncreate table t (a);\n\ncreate trigger x after insert on t begin\n  select 1;\nend;\n";
        let statements = statements(file);
        assert_eq!(statements.len(), 2);
        assert!(statements[1].ends_with("select 1;\nend;\n"));
    }

    #[test]
    fn applying_twice_changes_nothing() {
        pollster::block_on(async {
            let database = Sqlite::in_memory().unwrap();
            apply(&database).await.unwrap();
            let query = "select group_concat(sql) as sql from sqlite_schema";
            let first = database.execute(query, &[]).await.unwrap();
            database.execute("delete from schema_versions", &[]).await.unwrap();
            apply(&database).await.unwrap();
            assert_eq!(database.execute(query, &[]).await.unwrap(), first);
        });
    }
}
