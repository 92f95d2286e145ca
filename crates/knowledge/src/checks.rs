//! Articles that are about to be read, and when Confluence was last asked whether they still may be.

use ports::{Database, DatabaseError, Row};

use crate::runs::json;

/// How long a check counts, in milliseconds. Restrictions change far less often than articles are read.
const COUNTS: i64 = 5 * 60_000;
/// How long a check that failed is not repeated, so that nobody waits for a site that is down again and again.
const FAILED: i64 = 30_000;

/// A page that is about to be shown, or what stands above one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub connection_id: i64,
    pub content_id: String,
    /// Whether it is one of the pages themselves.
    pub is_shown: bool,
    /// What we know of it; none of a folder.
    pub page: Option<CheckedPage>,
}

/// What we know of a page that is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedPage {
    pub space_id: String,
    pub parent_id: Option<String>,
    pub own_restriction: String,
}

/// What is shown to everyone, with all that stands above it: `?1` are the articles' numbers.
///
/// An article for some alone is not checked: what else would hide it from them is known to the sweep.
const CHAIN: &str = "with recursive chain (connection_id, content_id, height) as (
     select connection_id, page_id, 0 from articles
     where id in (select value from json_each(?1)) and source_state = 'current' and audience = 'everyone'
     union
     select chain.connection_id, coalesce(pages.parent_id, parents.parent_id), height + 1 from chain
     left join pages on pages.connection_id = chain.connection_id and pages.page_id = chain.content_id
     left join parents on parents.connection_id = chain.connection_id and parents.content_id = chain.content_id
     where height < 50 and coalesce(pages.parent_id, parents.parent_id) is not null)";

/// Whether any of these articles is to be checked before it is shown.
pub fn is_due(database: &impl Database, articles: &[i64], now: i64) -> Result<bool, DatabaseError> {
    let statement = format!(
        "{CHAIN} select 1 from chain where not exists (select 1 from checks
           where checks.connection_id = chain.connection_id and checks.content_id = chain.content_id
             and checked_at > ?2) limit 1"
    );
    let rows = database.execute(&statement, &[json(articles).into(), (now - COUNTS).into()])?;
    Ok(!rows.is_empty())
}

/// Takes what is to be checked for this caller alone: whoever comes next does not check it again.
pub fn take(database: &impl Database, articles: &[i64], now: i64) -> Result<Vec<Checked>, DatabaseError> {
    let statement = format!(
        "{CHAIN} insert into checks (connection_id, content_id, checked_at)
         select connection_id, content_id, ?2 from chain where true group by connection_id, content_id
         on conflict (connection_id, content_id) do update set checked_at = excluded.checked_at
           where checks.checked_at <= ?3
         returning connection_id, content_id"
    );
    let taken = database.execute(&statement, &[json(articles).into(), now.into(), (now - COUNTS).into()])?;
    let taken = taken
        .iter()
        .map(|row| Ok((row.get::<i64>("connection_id")?, row.get::<String>("content_id")?)))
        .collect::<Result<Vec<_>, DatabaseError>>()?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let rows = database
        .execute(
            "select taken.value ->> 0 as connection_id, taken.value ->> 1 as content_id,
               exists (select 1 from articles where id in (select value from json_each(?1))
                 and articles.connection_id = taken.value ->> 0 and articles.page_id = taken.value ->> 1) as is_shown,
               pages.space_id, pages.parent_id, pages.own_restriction
             from json_each(?2) as taken
             left join pages on pages.connection_id = taken.value ->> 0 and pages.page_id = taken.value ->> 1
             order by 1, 2",
            &[json(articles).into(), json(&taken).into()],
        )?;
    rows.iter().map(read).collect()
}

fn read(row: Row<'_>) -> Result<Checked, DatabaseError> {
    let page = match row.get::<Option<String>>("space_id")? {
        Some(space_id) => Some(CheckedPage {
            space_id,
            parent_id: row.get("parent_id")?,
            own_restriction: row.get("own_restriction")?,
        }),
        None => None,
    };
    Ok(Checked {
        connection_id: row.get("connection_id")?,
        content_id: row.get("content_id")?,
        is_shown: row.get("is_shown")?,
        page,
    })
}

/// Gives back what could not be checked, to be tried again soon.
pub fn failed(
    database: &impl Database,
    connection: i64,
    ids: &[String],
    now: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "update checks set checked_at = ?3
             where connection_id = ?1 and content_id in (select value from json_each(?2))",
        &[connection.into(), json(ids).into(), (now - COUNTS + FAILED).into()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::runs::tests::store;

    /// The pages 1 and 2 below the folder f, below the page 0; 3 is restricted.
    fn tree() -> Sqlite {
        let database = store();
        for (id, parent, audience) in [
            ("0", None, "everyone"),
            ("1", Some("f"), "everyone"),
            ("2", Some("f"), "everyone"),
            ("3", None, "restricted"),
        ] {
            for statement in [
                "insert into pages (connection_id, page_id, space_id, parent_id, title, web_path, version_number,
                   version_created_at, own_restriction, first_seen_at, synced_at)
                 values (1, ?1, '10', ?2, ?3, '/', 1, 'v', 'open', 0, 0)",
                "insert into articles (id, connection_id, page_id, space_id, source_url, source_version,
                   source_updated_at, audience, status_changed_at, created_at, updated_at, slug, title, summary, text,
                   html, markdown, outline, passages, report)
                 select 100 + ?1, 1, ?1, '10', '', 1, 0, ?3, 0, 0, 0, 's', 't', '', '', '', '', '[]', '[]', '{}'
                 where ?2 is ?2",
            ] {
                database.execute(statement, &[id.into(), parent.into(), audience.into()]).unwrap();
            }
        }
        let folder =
            "insert into parents (connection_id, content_id, parent_id, seen_at) values (1, 'f', '0', 0)";
        database.execute(folder, &[]).unwrap();
        database
    }

    fn ids(checked: &[Checked]) -> Vec<&str> {
        checked.iter().map(|content| content.content_id.as_str()).collect()
    }

    #[test]
    fn one_caller_checks_and_what_stands_above_is_not_asked_again() {
        let database = tree();
        assert!(is_due(&database, &[101], 1_000).unwrap());
        let taken = take(&database, &[101], 1_000).unwrap();
        assert_eq!(ids(&taken), ["0", "1", "f"]);
        assert_eq!(taken.iter().map(|content| content.is_shown).collect::<Vec<_>>(), [false, true, false]);
        assert!(taken[1].page.is_some() && taken[2].page.is_none());
        assert!(take(&database, &[101], 1_001).unwrap().is_empty());
        assert!(!is_due(&database, &[101], 1_001).unwrap());
        assert_eq!(ids(&take(&database, &[102, 101], 1_002).unwrap()), ["2"]);
        assert_eq!(take(&database, &[101], 1_000 + COUNTS).unwrap().len(), 3);
    }

    #[test]
    fn what_failed_is_tried_again_soon() {
        let database = tree();
        take(&database, &[101], 1_000).unwrap();
        failed(&database, 1, &["1".into()], 1_000).unwrap();
        assert!(!is_due(&database, &[101], 1_000 + FAILED - 1).unwrap());
        assert_eq!(ids(&take(&database, &[101], 1_000 + FAILED).unwrap()), ["1"]);
    }

    #[test]
    fn what_nobody_reads_anyway_is_not_checked() {
        let database = tree();
        assert!(!is_due(&database, &[103, 999], 1_000).unwrap());
        assert!(take(&database, &[103, 999], 1_000).unwrap().is_empty());
    }
}
