//! What an admin sees of people and their accounts, and decides.

use ports::{Database, DatabaseError, Row};

use super::accounts::{Candidate, settled};

/// Somebody who has signed in, as far as one connection knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub subject: String,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub seen_at: i64,
    /// What is decided about their account; none where nothing is.
    pub mapping: Option<Mapping>,
    pub candidates: Vec<Candidate>,
    pub searched_at: Option<i64>,
}

/// Which account is somebody's, and how that came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// None where an admin took it away.
    pub account_id: Option<String>,
    /// The admin who decided it; none where the address did.
    pub decided_by: Option<String>,
    pub decided_at: i64,
}

const LACKS_ACCOUNT: &str = "(?2 = 0 or not exists (select 1 from person_accounts
   where subject = people.subject and connection_id = ?1 and account_id is not null))";

/// How many people have signed in, or of them those without an account.
pub fn people_count(
    database: &impl Database,
    connection: i64,
    without_account: bool,
) -> Result<i64, DatabaseError> {
    let statement = format!("select count(*) as n from people where {LACKS_ACCOUNT}");
    let rows = database.execute(&statement, &[connection.into(), without_account.into()])?;
    rows.first().map_or(Ok(0), |row| row.get("n"))
}

/// People who have signed in, those first who wait for a decision.
pub fn people(
    database: &impl Database,
    connection: i64,
    without_account: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<Person>, DatabaseError> {
    let statement = format!(
        "select people.*, own.subject is not null as is_decided, own.account_id, own.decided_by,
           coalesce(own.decided_at, 0) as decided_at, search.searched_at,
           (select json_group_array(json_array(account_id, name)) from account_candidates
             where subject = people.subject and connection_id = ?1) as candidates
         from people
         left join person_accounts as own on own.subject = people.subject and own.connection_id = ?1
         left join account_searches as search on search.subject = people.subject and search.connection_id = ?1
         where {LACKS_ACCOUNT}
         order by own.subject is not null, people.name collate nocase, people.subject limit ?3 offset ?4"
    );
    let parameters = [connection.into(), without_account.into(), limit.into(), offset.into()];
    let rows = database.execute(&statement, &parameters)?;
    let mut people = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    for person in &mut people {
        let likeness = |candidate: &Candidate| audience::likeness(&person.name, &candidate.name);
        person.candidates.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
    }
    Ok(people)
}

fn read(row: Row<'_>) -> Result<Person, DatabaseError> {
    let candidates: Vec<(String, String)> =
        serde_json::from_str(&row.get::<String>("candidates")?).unwrap_or_default();
    let candidates =
        candidates.into_iter().map(|(account_id, name)| Candidate { account_id, name }).collect();
    let mapping = if row.get("is_decided")? {
        Some(Mapping {
            account_id: row.get("account_id")?,
            decided_by: row.get("decided_by")?,
            decided_at: row.get("decided_at")?,
        })
    } else {
        None
    };
    Ok(Person {
        subject: row.get("subject")?,
        name: row.get("name")?,
        email: row.get("email")?,
        email_verified: row.get("email_verified")?,
        seen_at: row.get("seen_at")?,
        mapping,
        candidates,
        searched_at: row.get("searched_at")?,
    })
}

/// An admin says that an account is somebody's. False if nobody of that subject has signed in.
pub fn confirm(
    database: &impl Database,
    connection: i64,
    subject: &str,
    account: &str,
    by: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    decide(database, connection, subject, Some(account), by, now)
}

/// An admin says that somebody has no account, whatever their address says.
pub fn take_away(
    database: &impl Database,
    connection: i64,
    subject: &str,
    by: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    decide(database, connection, subject, None, by, now)
}

fn decide(
    database: &impl Database,
    connection: i64,
    subject: &str,
    account: Option<&str>,
    by: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    let rows = database
        .execute(
            "insert into person_accounts (subject, connection_id, account_id, how, decided_by, decided_at)
             select subject, ?1, ?3, 'admin', ?4, ?5 from people where subject = ?2
             on conflict (subject, connection_id) do update set account_id = excluded.account_id, how = excluded.how,
               decided_by = excluded.decided_by, decided_at = excluded.decided_at
             returning subject",
            &[connection.into(), subject.into(), account.into(), by.into(), now.into()],
        )?;
    settled(database, connection, subject, &rows)
}

/// Nothing is decided any more: the address may decide, and it is looked for the account anew.
pub fn forget_decision(
    database: &impl Database,
    connection: i64,
    subject: &str,
) -> Result<(), DatabaseError> {
    for table in ["person_accounts", "account_searches"] {
        let statement = format!("delete from {table} where connection_id = ?1 and subject = ?2");
        database.execute(&statement, &[connection.into(), subject.into()])?;
    }
    Ok(())
}

/// How much of Confluence's restrictions is known, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub groups: i64,
    /// When the group that was read longest ago was read; none without groups.
    pub groups_checked_at: Option<i64>,
    /// The same of the listing of spaces, which reads restrictions.
    pub spaces_checked_at: Option<i64>,
}

/// When groups and restrictions of a connection were last read.
pub fn access(database: &impl Database, connection: i64) -> Result<Access, DatabaseError> {
    let rows = database
        .execute(
            "select count(*) as groups, min(checked_at) as groups_checked_at,
               (select min(reconciled_at) from spaces where connection_id = ?1 and chosen = 1) as spaces_checked_at
             from groups where connection_id = ?1 and not everyone and exists (select 1 from node_readers
               where connection_id = ?1 and kind = 'group' and subject_id = groups.group_id)",
            &[connection.into()],
        )?;
    let Some(row) = rows.first() else {
        return Ok(Access { groups: 0, groups_checked_at: None, spaces_checked_at: None });
    };
    Ok(Access {
        groups: row.get("groups")?,
        groups_checked_at: row.get("groups_checked_at")?,
        spaces_checked_at: row.get("spaces_checked_at")?,
    })
}

/// What could not be read, so that it lets nobody through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub name: String,
    /// Why, in words for the admin.
    pub reason: String,
}

/// The groups and chosen spaces of a connection that let nobody through because they could not be read.
pub fn unreadable(database: &impl Database, connection: i64) -> Result<Vec<Unreadable>, DatabaseError> {
    let rows = database
        .execute(
            "select 'The group ' || iif(name = '', group_id, name) as name,
               'The connected account may not read who is in it, so it lets nobody through.' as reason
             from groups where connection_id = ?1 and state = 'unreadable' and exists (select 1 from node_readers
               where connection_id = ?1 and kind = 'group' and subject_id = groups.group_id
               union all select 1 from run_readers where kind = 'group' and subject_id = groups.group_id)
             union all
             select 'The space ' || spaces.name, coalesce(known.reason, 'Who may see it is not known yet.')
             from spaces join space_permissions as known
               on known.connection_id = ?1 and known.space_id = spaces.space_id and known.state = 'unknown'
             where spaces.connection_id = ?1 and spaces.chosen = 1
             order by 1",
            &[connection.into()],
        )?;
    rows.iter().map(|row| Ok(Unreadable { name: row.get("name")?, reason: row.get("reason")? })).collect()
}
