//! A site connected again as another account: what would appear and disappear, and what was decided.

use ports::{Database, DatabaseError, Row};
use serde::Serialize;

use crate::connections::{AccessKind, Consent};
use crate::spaces::SourceSpace;

/// An account that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconnection {
    pub id: i64,
    pub connection_id: i64,
    pub site_url: String,
    pub site_name: String,
    pub account_id: String,
    pub account_name: String,
    pub access: AccessKind,
    pub spaces: Vec<SourceSpace>,
    /// Whether the comparison is whole.
    pub is_compared: bool,
    pub failure: Option<String>,
    pub asked_by: String,
    pub asked_at: i64,
    /// How many of the chosen spaces are to be listed as this account, and how many are.
    pub spaces_to_list: i64,
    pub spaces_listed: i64,
}

impl Reconnection {
    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        let spaces: String = row.get("spaces")?;
        let is_token = row.get::<String>("access")? == AccessKind::ApiToken.word();
        Ok(Self {
            id: row.get("id")?,
            connection_id: row.get("connection_id")?,
            site_url: row.get("site_url")?,
            site_name: row.get("site_name")?,
            account_id: row.get("account_id")?,
            account_name: row.get("account_name")?,
            access: if is_token { AccessKind::ApiToken } else { AccessKind::Consent },
            spaces: serde_json::from_str(&spaces)
                .map_err(|error| DatabaseError::Statement(format!("the kept spaces: {error}")))?,
            is_compared: row.get::<String>("state")? == "compared",
            failure: row.get("failure")?,
            asked_by: row.get("asked_by")?,
            asked_at: row.get("asked_at")?,
            spaces_to_list: row.get("spaces_to_list")?,
            spaces_listed: row.get("spaces_listed")?,
        })
    }
}

/// What an admin decided about another account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The mirror sees through it from now on.
    Apply,
    /// The previous account stays.
    Keep,
}

const OPEN: &str = "state in ('comparing', 'compared')";

/// Notes an account that asks to take a connection over; an earlier one that waits gives way to it.
pub fn begin(
    database: &impl Database,
    connection: i64,
    consent: &Consent<'_>,
    spaces: &[SourceSpace],
    now: i64,
) -> Result<(), DatabaseError> {
    replace(database, connection, now)?;
    let spaces = serde_json::to_string(spaces).expect("spaces are text");
    database
        .execute(
            "insert into reconnections (connection_id, site_url, site_name, account_id, account_name, access, spaces,
               asked_by, asked_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            &[
                connection.into(),
                consent.site_url.into(),
                consent.site_name.into(),
                consent.account_id.into(),
                consent.account_name.into(),
                consent.access.word().into(),
                spaces.into(),
                consent.given_by.into(),
                now.into(),
            ],
        )?;
    Ok(())
}

/// Ends what waits for a decision, for it is not needed any more.
pub fn replace(database: &impl Database, connection: i64, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "update reconnections set state = 'replaced', decided_at = ?2 where connection_id = ?1 and {OPEN}"
    );
    database.execute(&statement, &[connection.into(), now.into()])?;
    Ok(())
}

/// The account that waits for a decision about this connection.
pub fn open(database: &impl Database, connection: i64) -> Result<Option<Reconnection>, DatabaseError> {
    let statement = format!(
        "select r.*, (select count(*) from reconnection_spaces where reconnection_id = r.id) as spaces_to_list,
           (select count(*) from reconnection_spaces where reconnection_id = r.id and is_listed) as spaces_listed
         from reconnections r where connection_id = ?1 and {OPEN}"
    );
    database.execute(&statement, &[connection.into()])?.first().map(Reconnection::from_row).transpose()
}

/// The spaces whose pages are still to be listed, and from where on.
pub fn unlisted(
    database: &impl Database,
    reconnection: i64,
) -> Result<Vec<(String, Option<String>)>, DatabaseError> {
    let statement = "select space_id, next from reconnection_spaces
       where reconnection_id = ?1 and not is_listed order by next is null, space_id";
    let rows = database.execute(statement, &[reconnection.into()])?;
    rows.iter().map(|row| Ok((row.get("space_id")?, row.get("next")?))).collect()
}

/// A page as the other account sees it.
#[derive(Debug, Clone, Serialize)]
pub struct SeenPage {
    pub page_id: String,
    pub title: String,
}

/// Keeps a part of a space's list, and where it goes on. The pages go first: a part that is read twice is one part.
pub fn seen(
    database: &impl Database,
    reconnection: i64,
    space_id: &str,
    pages: &[SeenPage],
    next: Option<&str>,
) -> Result<(), DatabaseError> {
    let pages = serde_json::to_string(pages).expect("pages are text");
    database.execute(
        "insert into reconnection_pages (reconnection_id, page_id, space_id, title)
             select ?1, value ->> 'page_id', ?2, value ->> 'title' from json_each(?3) where true
             on conflict (reconnection_id, page_id) do nothing",
        &[reconnection.into(), space_id.into(), pages.into()],
    )?;
    database.execute(
        "update reconnection_spaces set next = ?3, is_listed = ?3 is null
             where reconnection_id = ?1 and space_id = ?2",
        &[reconnection.into(), space_id.into(), next.into()],
    )?;
    Ok(())
}

/// Begins the list of a space again, whose place in it went stale.
pub fn list_again(database: &impl Database, reconnection: i64, space_id: &str) -> Result<(), DatabaseError> {
    let statement = "update reconnection_spaces set next = null where reconnection_id = ?1 and space_id = ?2";
    database.execute(statement, &[reconnection.into(), space_id.into()])?;
    Ok(())
}

/// Notes how the comparison stands: whole if every space is listed, and why it stopped if it did.
pub fn stands(
    database: &impl Database,
    reconnection: i64,
    failure: Option<&str>,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "update reconnections set failure = ?2, state = iif(exists (select 1 from reconnection_spaces
           where reconnection_id = ?1 and not is_listed), 'comparing', 'compared') where id = ?1 and {OPEN}"
    );
    database.execute(&statement, &[reconnection.into(), failure.into()])?;
    Ok(())
}

/// Records a decision; false if there was one already. What was seen is forgotten with it.
pub fn decide(
    database: &impl Database,
    reconnection: i64,
    decision: Decision,
    by: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    let word = match decision {
        Decision::Apply => "applied",
        Decision::Keep => "kept",
    };
    let statement = format!(
        "update reconnections set state = ?2, decided_by = ?3, decided_at = ?4 where id = ?1 and {OPEN} returning id"
    );
    let parameters = [reconnection.into(), word.into(), by.into(), now.into()];
    let decided = !database.execute(&statement, &parameters)?.is_empty();
    for table in ["reconnection_pages", "reconnection_spaces"] {
        let statement = format!(
            "delete from {table} where reconnection_id in (select id from reconnections where not {OPEN})"
        );
        database.execute(&statement, &[])?;
    }
    Ok(decided)
}

/// A page that only one of the two accounts sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPage {
    pub title: String,
    pub space_name: String,
    /// The article that would be hidden, if there is one.
    pub article_id: Option<i64>,
    pub is_published: bool,
}

/// What another account would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The first of the pages that would disappear, the published ones before the others, and how many there are.
    pub gone: Vec<ChangedPage>,
    pub gone_in_all: i64,
    /// The first of the pages that would come, and how many there are.
    pub new: Vec<ChangedPage>,
    pub new_in_all: i64,
    /// The chosen spaces that the account does not see.
    pub spaces_gone: Vec<String>,
    /// The spaces that it sees and that are not to be chosen yet.
    pub spaces_new: Vec<String>,
}

/// Pages of chosen spaces that we have and that the account was not shown, as far as its spaces were listed whole.
const GONE: &str = "from pages p
   join spaces s on s.connection_id = p.connection_id and s.space_id = p.space_id and s.chosen = 1
   left join articles a on a.connection_id = p.connection_id and a.page_id = p.page_id
   where p.connection_id = ?1 and p.source_state = 'current'
     and not exists (select 1 from reconnection_pages where reconnection_id = ?2 and page_id = p.page_id)
     and not exists (select 1 from reconnection_spaces
       where reconnection_id = ?2 and space_id = p.space_id and not is_listed)";
/// Pages that the account was shown and that we do not have; what the rules of a space leave out is known, too.
const NEW: &str = "from reconnection_pages n
   join spaces s on s.connection_id = ?1 and s.space_id = n.space_id
   where n.reconnection_id = ?2 and not exists (select 1 from pages p where p.connection_id = ?1
     and p.page_id = n.page_id and p.source_state in ('current', 'not_chosen'))";

/// Compares what was seen so far with what we have; at most `limit` pages of either list.
pub fn changes(
    database: &impl Database,
    reconnection: &Reconnection,
    limit: i64,
) -> Result<Changes, DatabaseError> {
    let parameters: [ports::Value; 2] = [reconnection.connection_id.into(), reconnection.id.into()];
    let limited = [parameters[0].clone(), parameters[1].clone(), limit.into()];
    let number = |from: &str| {
        let rows = database.execute(&format!("select count(*) as pages {from}"), &parameters)?;
        rows.first().map_or(Ok(0), |row| row.get("pages"))
    };
    let list = |columns: &str, from: &str, order: &str| {
        let statement = format!("select {columns} {from} order by {order} limit ?3");
        let rows = database.execute(&statement, &limited)?;
        rows.iter()
            .map(|row| {
                Ok(ChangedPage {
                    title: row.get("title")?,
                    space_name: row.get("space_name")?,
                    article_id: row.get("article_id")?,
                    is_published: row.get("is_published")?,
                })
            })
            .collect::<Result<Vec<_>, DatabaseError>>()
    };
    let gone = "p.title, s.name as space_name, a.id as article_id, coalesce(a.status = 'published', 0) as is_published";
    let new = "n.title, s.name as space_name, null as article_id, 0 as is_published";
    let visible =
        "(select value ->> 'space_id' from json_each((select spaces from reconnections where id = ?2)))";
    Ok(Changes {
        gone: list(gone, GONE, "is_published desc, s.name, p.title")?,
        gone_in_all: number(GONE)?,
        new: list(new, NEW, "s.name, n.title")?,
        new_in_all: number(NEW)?,
        spaces_gone: names(
            database,
            &format!(
                "select name from spaces where connection_id = ?1 and chosen = 1 and space_id not in {visible} order by name"
            ),
            &parameters,
        )?,
        spaces_new: names(
            database,
            "select value ->> 'name' as name from json_each((select spaces from reconnections where id = ?2))
             where value ->> 'space_id' not in (select space_id from spaces where connection_id = ?1) order by name",
            &parameters,
        )?,
    })
}

fn names(
    database: &impl Database,
    statement: &str,
    parameters: &[ports::Value],
) -> Result<Vec<String>, DatabaseError> {
    database.execute(statement, parameters)?.iter().map(|row| row.get("name")).collect()
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::runs::tests::store;

    const OTHER: Consent<'_> = Consent {
        cloud_id: "c",
        site_url: "https://acme.atlassian.net",
        site_name: "acme",
        account_id: "noor",
        account_name: "Noor",
        access: AccessKind::Consent,
        given_by: "ada@acme.example",
    };

    fn space(id: &str, name: &str) -> SourceSpace {
        SourceSpace {
            space_id: id.into(),
            key: name.into(),
            name: name.into(),
            kind: "global".into(),
            status: "current".into(),
            homepage_id: None,
        }
    }

    fn page(id: &str) -> SeenPage {
        SeenPage { page_id: id.into(), title: format!("Page {id}") }
    }

    /// The spaces 10 (IT) and 20 (HR) are chosen, with the pages 1 and 2, and 3.
    fn site() -> Sqlite {
        let database = store();
        for statement in [
            "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at)
             values (1, '20', 'HR', 'HR', 'global', 'current', 1, 0)",
            "insert into pages (connection_id, page_id, space_id, title, web_path, version_number, version_created_at,
               first_seen_at, synced_at) values (1, '1', '10', 'Page 1', '', 1, 't', 0, 0),
               (1, '2', '10', 'Page 2', '', 1, 't', 0, 0), (1, '3', '20', 'Page 3', '', 1, 't', 0, 0)",
        ] {
            database.execute(statement, &[]).unwrap();
        }
        database
    }

    fn titles(pages: &[ChangedPage]) -> Vec<&str> {
        pages.iter().map(|page| page.title.as_str()).collect()
    }

    #[test]
    fn what_would_come_and_go_is_listed_and_nothing_on_doubt() {
        let database = site();
        begin(&database, 1, &OTHER, &[space("10", "IT"), space("30", "Legal")], 5).unwrap();
        let found = open(&database, 1).unwrap().unwrap();
        assert_eq!((found.spaces_to_list, found.spaces_listed, found.is_compared), (1, 0, false));
        let before = changes(&database, &found, 9).unwrap();
        assert_eq!(titles(&before.gone), ["Page 3"], "of a space that is not listed yet, nothing is said");
        assert_eq!((before.spaces_gone, before.spaces_new), (vec!["HR".into()], vec!["Legal".into()]));

        seen(&database, found.id, "10", &[page("1")], Some("/next")).unwrap();
        stands(&database, found.id, Some("Confluence did not answer.")).unwrap();
        assert_eq!(unlisted(&database, found.id).unwrap(), [("10".into(), Some("/next".into()))]);
        // The part that was read before a death is read again.
        seen(&database, found.id, "10", &[page("1")], Some("/next")).unwrap();
        seen(&database, found.id, "10", &[page("9")], None).unwrap();
        stands(&database, found.id, None).unwrap();
        let found = open(&database, 1).unwrap().unwrap();
        assert!(found.is_compared && found.failure.is_none());
        let after = changes(&database, &found, 9).unwrap();
        assert_eq!((titles(&after.gone), titles(&after.new)), (vec!["Page 3", "Page 2"], vec!["Page 9"]));
        let short = changes(&database, &found, 1).unwrap();
        assert_eq!((short.gone.len(), short.gone_in_all, short.new_in_all), (1, 2, 1));

        assert!(decide(&database, found.id, Decision::Keep, "ada", 9).unwrap());
        assert!(!decide(&database, found.id, Decision::Apply, "bo", 10).unwrap(), "once");
        assert!(open(&database, 1).unwrap().is_none());
        let left = database.execute("select 1 from reconnection_pages", &[]).unwrap();
        assert!(left.is_empty());
    }

    #[test]
    fn a_later_account_takes_the_place_of_one_that_waits() {
        let database = site();
        begin(&database, 1, &OTHER, &[space("10", "IT")], 5).unwrap();
        let first = open(&database, 1).unwrap().unwrap();
        seen(&database, first.id, "10", &[page("1"), page("2")], None).unwrap();
        begin(&database, 1, &Consent { account_id: "sam", ..OTHER }, &[], 6).unwrap();
        let second = open(&database, 1).unwrap().unwrap();
        assert_eq!((second.account_id.as_str(), second.spaces_to_list), ("sam", 0));
        assert_eq!(changes(&database, &second, 9).unwrap().gone_in_all, 3);
        assert!(!decide(&database, first.id, Decision::Apply, "ada", 9).unwrap());
    }
}
