use ports::{Database, DatabaseError};

/// Somebody as the identity provider describes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn<'a> {
    pub subject: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    /// Whether the provider vouches for the address.
    pub email_verified: bool,
}

/// Notes who has signed in. An account that was theirs by another address is theirs no longer.
pub fn signed_in(database: &impl Database, person: SignedIn<'_>, now: i64) -> Result<(), DatabaseError> {
    let email = person.email.to_lowercase();
    // In this order, so that nothing is left of the old address if the second statement is never reached.
    database.execute(
        "delete from person_accounts where subject = ?1 and how = 'email' and not exists (
               select 1 from people where subject = ?1 and email = ?2 and ?3)",
        &[person.subject.into(), email.as_str().into(), person.email_verified.into()],
    )?;
    database.execute(
        "insert into people (subject, name, email, email_verified, first_seen_at, seen_at)
             values (?1, ?2, ?3, ?4, ?5, ?5)
             on conflict (subject) do update set name = excluded.name, email = excluded.email,
               email_verified = excluded.email_verified, seen_at = excluded.seen_at",
        &[person.subject.into(), person.name.into(), email.into(), person.email_verified.into(), now.into()],
    )?;
    Ok(())
}
