//! Articles that are about to be shown, and when Confluence was last asked whether they still may be.

use ports::{Database, DatabaseError, Row};

use crate::runs::json;

/// How much of an article is about to be shown, which says how long a check counts for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// All of it, or a passage that an answer cites.
    Whole,
    /// Its title and some of its words, in a list.
    Listed,
}

impl Shown {
    /// How long a check counts, in milliseconds. Restrictions change far less often than articles are read.
    #[must_use]
    pub fn counts_for(self) -> i64 {
        match self {
            Self::Whole => 60_000,
            Self::Listed => 15 * 60_000,
        }
    }
}

/// How long a check that was begun or has failed keeps others from it, so that nobody waits for a site that is down
/// again and again.
const TAKEN: i64 = 30_000;

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

/// What is shown to anybody, with all that stands above it: `?1` are the articles' numbers.
const CHAIN: &str = "with recursive chain (connection_id, content_id, height) as (
     select connection_id, page_id, 0 from articles
     where id in (select value from json_each(?1)) and source_state = 'current' and audience <> 'restricted'
     union
     select chain.connection_id, coalesce(pages.parent_id, parents.parent_id), height + 1 from chain
     left join pages on pages.connection_id = chain.connection_id and pages.page_id = chain.content_id
     left join parents on parents.connection_id = chain.connection_id and parents.content_id = chain.content_id
     where height < 50 and coalesce(pages.parent_id, parents.parent_id) is not null)";

/// Whether any of these articles is to be checked before it is shown.
pub fn is_due(
    database: &impl Database,
    articles: &[i64],
    shown: Shown,
    now: i64,
) -> Result<bool, DatabaseError> {
    let statement = format!(
        "{CHAIN} select 1 from chain where not exists (select 1 from checks
           where checks.connection_id = chain.connection_id and checks.content_id = chain.content_id
             and (checked_at > ?2 or taken_until > ?3)) limit 1"
    );
    let parameters = [json(articles).into(), (now - shown.counts_for()).into(), now.into()];
    Ok(!database.execute(&statement, &parameters)?.is_empty())
}

/// Takes what is to be checked for this caller alone, for a while: whoever comes next does not check it again.
pub fn take(
    database: &impl Database,
    articles: &[i64],
    shown: Shown,
    now: i64,
) -> Result<Vec<Checked>, DatabaseError> {
    let statement = format!(
        "{CHAIN} insert into checks (connection_id, content_id, checked_at, taken_until)
         select connection_id, content_id, 0, ?4 from chain where true group by connection_id, content_id
         on conflict (connection_id, content_id) do update set taken_until = excluded.taken_until
           where checks.checked_at <= ?2 and checks.taken_until <= ?3
         returning connection_id, content_id"
    );
    let parameters =
        [json(articles).into(), (now - shown.counts_for()).into(), now.into(), (now + TAKEN).into()];
    let taken = database
        .execute(&statement, &parameters)?
        .iter()
        .map(|row| Ok((row.get::<i64>("connection_id")?, row.get::<String>("content_id")?)))
        .collect::<Result<Vec<_>, DatabaseError>>()?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let rows = database.execute(
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

/// Notes what was taken at `now` and is checked, so that it counts from there on.
pub fn checked(
    database: &impl Database,
    connection: i64,
    ids: &[&str],
    now: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "update checks set checked_at = ?3
         where connection_id = ?1 and content_id in (select value from json_each(?2))",
        &[connection.into(), json(ids).into(), now.into()],
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

    const NOW: i64 = 10_000_000;

    fn taken(database: &Sqlite, articles: &[i64], shown: Shown, now: i64) -> Vec<Checked> {
        let due = is_due(database, articles, shown, now).unwrap();
        let taken = take(database, articles, shown, now).unwrap();
        assert_eq!(due, !taken.is_empty());
        taken
    }

    #[test]
    fn one_caller_checks_and_what_stands_above_is_not_asked_again() {
        let database = tree();
        let first = taken(&database, &[101], Shown::Whole, NOW);
        assert_eq!(ids(&first), ["0", "1", "f"]);
        assert_eq!(first.iter().map(|content| content.is_shown).collect::<Vec<_>>(), [false, true, false]);
        assert!(first[1].page.is_some() && first[2].page.is_none());
        assert!(taken(&database, &[101], Shown::Whole, NOW + 1).is_empty());
        checked(&database, 1, &ids(&first), NOW).unwrap();
        assert_eq!(ids(&taken(&database, &[102, 101], Shown::Whole, NOW + TAKEN)), ["2"]);
        assert_eq!(taken(&database, &[101], Shown::Whole, NOW + Shown::Whole.counts_for()).len(), 3);
    }

    #[test]
    fn what_is_only_listed_is_checked_less_often() {
        let database = tree();
        checked(&database, 1, &ids(&taken(&database, &[101], Shown::Listed, NOW)), NOW).unwrap();
        let later = NOW + Shown::Whole.counts_for();
        assert!(taken(&database, &[101], Shown::Listed, later).is_empty());
        assert_eq!(taken(&database, &[101], Shown::Whole, later).len(), 3);
        let later = NOW + Shown::Listed.counts_for();
        assert_eq!(taken(&database, &[101], Shown::Listed, later).len(), 3);
    }

    #[test]
    fn what_a_caller_did_not_finish_is_tried_again_soon() {
        let database = tree();
        assert_eq!(taken(&database, &[101], Shown::Listed, NOW).len(), 3);
        checked(&database, 1, &["0", "f"], NOW).unwrap();
        assert!(taken(&database, &[101], Shown::Listed, NOW + TAKEN - 1).is_empty());
        assert_eq!(ids(&taken(&database, &[101], Shown::Listed, NOW + TAKEN)), ["1"]);
    }

    #[test]
    fn what_nobody_reads_anyway_is_not_checked() {
        assert!(taken(&tree(), &[103, 999], Shown::Whole, NOW).is_empty());
    }
}
