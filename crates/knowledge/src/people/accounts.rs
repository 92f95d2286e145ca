use ports::{Database, DatabaseError, Rows};
use serde::Serialize;

use crate::audiences;
use crate::runs::json;

/// Somebody whose account is to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    pub subject: String,
    pub name: String,
    /// None where the identity provider does not vouch for it.
    pub email: Option<String>,
}

/// An account that may be somebody's, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    pub account_id: String,
    pub name: String,
}

/// The connections that work, and may so be asked.
pub fn connections(database: &impl Database) -> Result<Vec<i64>, DatabaseError> {
    let rows = database.execute("select id from connections where state = 'connected' order by id", &[])?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// People about whose account nothing is decided, and for whom nobody has looked since `before`.
pub fn unmapped(
    database: &impl Database,
    connection: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<Unmapped>, DatabaseError> {
    let rows = database
        .execute(
            "select people.subject, people.name, iif(people.email_verified and people.email <> '', people.email, null) as email
             from people left join account_searches as search
               on search.subject = people.subject and search.connection_id = ?1
             where coalesce(search.searched_at, -1) < ?2 and not exists (
               select 1 from person_accounts where subject = people.subject and connection_id = ?1)
             order by search.searched_at, people.seen_at desc limit ?3",
            &[connection.into(), before.into(), limit.into()],
        )?;
    rows.iter()
        .map(|row| {
            Ok(Unmapped { subject: row.get("subject")?, name: row.get("name")?, email: row.get("email")? })
        })
        .collect()
}

/// Notes that it was looked for somebody's account.
pub fn searched(
    database: &impl Database,
    connection: i64,
    subject: &str,
    now: i64,
) -> Result<(), DatabaseError> {
    database
        .execute(
            "insert into account_searches (subject, connection_id, searched_at) select subject, ?1, ?3 from people
             where subject = ?2
             on conflict (subject, connection_id) do update set searched_at = excluded.searched_at",
            &[connection.into(), subject.into(), now.into()],
        )?;
    Ok(())
}

/// Gives somebody the account that shows their address, if the identity provider vouches for it and nothing else
/// was decided. Says whether it is theirs.
pub fn map_by_email(
    database: &impl Database,
    connection: i64,
    subject: &str,
    account: &str,
    email_of_account: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    let rows = database.execute(
        "insert into person_accounts (subject, connection_id, account_id, how, decided_at)
             select subject, ?1, ?3, 'email', ?5 from people
             where subject = ?2 and email_verified = 1 and email <> '' and email = ?4
             on conflict (subject, connection_id) do nothing returning subject",
        &[
            connection.into(),
            subject.into(),
            account.into(),
            email_of_account.to_lowercase().into(),
            now.into(),
        ],
    )?;
    settled(database, connection, subject, &rows)
}

/// Brings over what was decided about somebody's account, if `rows` say that it was; says so.
pub(super) fn settled(
    database: &impl Database,
    connection: i64,
    subject: &str,
    rows: &Rows,
) -> Result<bool, DatabaseError> {
    if rows.is_empty() {
        return Ok(false);
    }
    forget_candidates(database, connection, subject)?;
    audiences::recompute(database, connection)?;
    Ok(true)
}

/// Keeps the accounts that may be somebody's, in the place of those that were found before.
pub fn found(
    database: &impl Database,
    connection: i64,
    subject: &str,
    candidates: &[Candidate],
    now: i64,
) -> Result<(), DatabaseError> {
    forget_candidates(database, connection, subject)?;
    database.execute(
        "insert or ignore into account_candidates (subject, connection_id, account_id, name)
             select people.subject, ?1, candidate.value ->> 'account_id', candidate.value ->> 'name'
             from people, json_each(?3) as candidate where people.subject = ?2",
        &[connection.into(), subject.into(), json(candidates).into()],
    )?;
    searched(database, connection, subject, now)
}

fn forget_candidates(database: &impl Database, connection: i64, subject: &str) -> Result<(), DatabaseError> {
    database.execute(
        "delete from account_candidates where connection_id = ?1 and subject = ?2",
        &[connection.into(), subject.into()],
    )?;
    Ok(())
}
