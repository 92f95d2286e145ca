use ports::{Database, DatabaseError};

/// How long an admin may take on Atlassian's page.
pub const CONSENT_MINUTES: i64 = 10;
const MINUTE: i64 = 60_000;

/// A consent that an admin begins.
#[derive(Clone, Copy, Debug)]
pub struct Authorisation<'a> {
    /// The hash of the state parameter, which itself is never stored.
    pub state_hash: &'a str,
    pub site_url: &'a str,
    /// Only the session that began may come back with the code.
    pub session_id: &'a str,
    pub started_by: &'a str,
}

/// Records that an admin goes to Atlassian, and forgets what went stale a day ago.
pub fn start_authorisation(
    database: &impl Database,
    authorisation: &Authorisation<'_>,
    now: i64,
) -> Result<(), DatabaseError> {
    database
        .execute("delete from authorisations where expires_at < ?1", &[(now - 24 * 60 * MINUTE).into()])?;
    database.execute(
        "insert into authorisations (state_hash, site_url, session_id, started_by, started_at, expires_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        &[
            authorisation.state_hash.into(),
            authorisation.site_url.into(),
            authorisation.session_id.into(),
            authorisation.started_by.into(),
            now.into(),
            (now + CONSENT_MINUTES * MINUTE).into(),
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample::store;
    use super::*;

    #[test]
    fn an_authorisation_lives_ten_minutes_and_old_ones_are_swept() {
        let database = store();
        let begin = |state_hash| Authorisation {
            state_hash,
            site_url: "https://acme.atlassian.net",
            session_id: "s1",
            started_by: "ada@acme.example",
        };
        start_authorisation(&database, &begin("old"), 0).unwrap();
        let later = 2 * 24 * 60 * MINUTE;
        start_authorisation(&database, &begin("new"), later).unwrap();
        let rows =
            database.execute("select state_hash, expires_at, used_at from authorisations", &[]).unwrap();
        assert_eq!(rows.len(), 1);
        let row = rows.first().unwrap();
        assert_eq!(row.get::<String>("state_hash").unwrap(), "new");
        assert_eq!(row.get::<i64>("expires_at").unwrap() - later, 600_000);
        assert_eq!(row.get::<Option<i64>>("used_at").unwrap(), None);
    }
}
