//! What the sync and the callback ask and say of a connection.

use ports::{Database, DatabaseError, Row};

/// A connection, as far as the sync needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: i64,
    pub cloud_id: String,
    pub site_url: String,
    pub site_name: String,
    pub state: String,
    pub state_reason: Option<String>,
}

impl Connection {
    /// Whether requests to Confluence make sense at all.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.state == "connected"
    }
}

/// Why a connection is not `connected`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Only a new consent helps.
    ConnectionLost,
    /// Our own credentials are wrong; a new consent would not help.
    Misconfigured,
    /// An admin ended it.
    Disconnected,
}

impl Fault {
    fn word(self) -> &'static str {
        match self {
            Self::ConnectionLost => "connection_lost",
            Self::Misconfigured => "misconfigured",
            Self::Disconnected => "disconnected",
        }
    }
}

/// The connection of that number.
pub fn connection(database: &impl Database, id: i64) -> Result<Option<Connection>, DatabaseError> {
    let rows = database.execute("select * from connections where id = ?1", &[id.into()])?;
    rows.first().map(read).transpose()
}

fn read(row: Row<'_>) -> Result<Connection, DatabaseError> {
    Ok(Connection {
        id: row.get("id")?,
        cloud_id: row.get("cloud_id")?,
        site_url: row.get("site_url")?,
        site_name: row.get("site_name")?,
        state: row.get("state")?,
        state_reason: row.get("state_reason")?,
    })
}

/// What a site is reached with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessKind {
    Consent,
    ApiToken,
}

impl AccessKind {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::ApiToken => "api_token",
        }
    }
}

/// A site and the account through whose eyes it is seen.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a> {
    pub cloud_id: &'a str,
    pub site_url: &'a str,
    pub site_name: &'a str,
    pub account_id: &'a str,
    pub account_name: &'a str,
    pub access: AccessKind,
    pub given_by: &'a str,
}

/// Finds the connection of a site, or makes one that is not connected yet, so that its grant has a place.
///
/// A site that is connected again keeps its number, and with it its chosen spaces and its articles.
pub fn reserve(database: &impl Database, consent: &Consent<'_>, now: i64) -> Result<i64, DatabaseError> {
    let rows = database
        .execute(
            "insert into connections (cloud_id, site_url, site_name, account_id, account_name, state, state_reason,
               created_at, created_by, state_changed_at)
             values (?1, ?2, ?3, ?4, ?5, 'disconnected', 'The connection was begun and not completed; connect again.',
               ?6, ?7, ?6)
             on conflict (cloud_id) do update set site_url = excluded.site_url
             returning id",
            &[
                consent.cloud_id.into(),
                consent.site_url.into(),
                consent.site_name.into(),
                consent.account_id.into(),
                consent.account_name.into(),
                now.into(),
                consent.given_by.into(),
            ],
        )?;
    rows.first().map_or_else(|| Err(DatabaseError::MissingColumn("id".into())), |row| row.get("id"))
}

/// The connection of a site and the account that it sees through, if articles or a choice of spaces hang on it.
pub fn account_in_use(
    database: &impl Database,
    cloud_id: &str,
) -> Result<Option<(i64, String)>, DatabaseError> {
    let rows = database.execute(
        "select id, account_id from connections c where cloud_id = ?1
               and (exists (select 1 from spaces where connection_id = c.id and chosen = 1)
                 or exists (select 1 from articles where connection_id = c.id))",
        &[cloud_id.into()],
    )?;
    rows.first().map(|row| Ok((row.get("id")?, row.get("account_id")?))).transpose()
}

/// Marks a connection as working, once its grant is stored.
pub fn connected(
    database: &impl Database,
    id: i64,
    consent: &Consent<'_>,
    now: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "update connections set state = 'connected', state_reason = null, state_changed_at = ?2,
               site_url = ?3, site_name = ?4, account_id = ?5, account_name = ?6, access = ?7
             where id = ?1",
        &[
            id.into(),
            now.into(),
            consent.site_url.into(),
            consent.site_name.into(),
            consent.account_id.into(),
            consent.account_name.into(),
            consent.access.word().into(),
        ],
    )?;
    Ok(())
}

/// Records why a connection no longer works.
pub fn faulted(
    database: &impl Database,
    id: i64,
    fault: Fault,
    reason: &str,
    now: i64,
) -> Result<(), DatabaseError> {
    database.execute(
        "update connections set state = ?2, state_reason = ?3, state_changed_at = ?4
             where id = ?1 and (state = 'connected' or ?2 = 'disconnected')",
        &[id.into(), fault.word().into(), reason.into(), now.into()],
    )?;
    Ok(())
}

/// Records that a run came to its end.
pub fn synced(database: &impl Database, id: i64, now: i64) -> Result<(), DatabaseError> {
    database.execute("update connections set last_synced_at = ?2 where id = ?1", &[id.into(), now.into()])?;
    Ok(())
}

/// Takes the right to spend the refresh token, unless somebody else holds it.
pub fn lease_refresh(database: &impl Database, id: i64, now: i64, until: i64) -> Result<bool, DatabaseError> {
    let rows = database
        .execute(
            "update connections set refresh_lease_until = ?3 where id = ?1 and refresh_lease_until <= ?2 returning id",
            &[id.into(), now.into(), until.into()],
        )?;
    Ok(!rows.is_empty())
}

/// Gives the right to spend the refresh token back.
pub fn release_refresh(database: &impl Database, id: i64, until: i64) -> Result<(), DatabaseError> {
    database.execute(
        "update connections set refresh_lease_until = 0 where id = ?1 and refresh_lease_until = ?2",
        &[id.into(), until.into()],
    )?;
    Ok(())
}

/// What became of the `state` that came back from a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consumed {
    /// It was ours, and is spent now; this is the site that the admin typed.
    Accepted {
        site_url: String,
    },
    Unknown,
    AlreadyUsed,
    Expired,
    AnotherSession,
}

/// Spends an authorisation under way; of two that come with the same state, one alone is accepted.
pub fn consume_authorisation(
    database: &impl Database,
    state_hash: &str,
    session_id: &str,
    now: i64,
) -> Result<Consumed, DatabaseError> {
    let spent = database.execute(
        "update authorisations set used_at = ?3
             where state_hash = ?1 and session_id = ?2 and used_at is null and expires_at > ?3
             returning site_url",
        &[state_hash.into(), session_id.into(), now.into()],
    )?;
    if let Some(row) = spent.first() {
        return Ok(Consumed::Accepted { site_url: row.get("site_url")? });
    }
    let rows = database.execute(
        "select session_id, used_at from authorisations where state_hash = ?1",
        &[state_hash.into()],
    )?;
    let Some(row) = rows.first() else { return Ok(Consumed::Unknown) };
    Ok(if row.get::<String>("session_id")? != session_id {
        Consumed::AnotherSession
    } else if row.get::<Option<i64>>("used_at")?.is_some() {
        Consumed::AlreadyUsed
    } else {
        Consumed::Expired
    })
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;

    const CONSENT: Consent<'_> = Consent {
        cloud_id: "cloud-1",
        site_url: "https://acme.atlassian.net",
        site_name: "acme",
        account_id: "712020:1",
        account_name: "Sync",
        access: AccessKind::Consent,
        given_by: "ada@acme.example",
    };

    fn store() -> Sqlite {
        let database = Sqlite::in_memory().unwrap();
        crate::migrations::apply(&database).unwrap();
        database
    }

    #[test]
    fn a_site_connected_again_is_the_same_connection() {
        let database = store();
        let id = reserve(&database, &CONSENT, 1).unwrap();
        assert!(!connection(&database, id).unwrap().unwrap().is_connected());
        connected(&database, id, &CONSENT, 2).unwrap();
        faulted(&database, id, Fault::ConnectionLost, "Reconnect.", 3).unwrap();
        assert_eq!(connection(&database, id).unwrap().unwrap().state, "connection_lost");
        assert_eq!(reserve(&database, &CONSENT, 4).unwrap(), id);
        connected(&database, id, &CONSENT, 5).unwrap();
        let found = connection(&database, id).unwrap().unwrap();
        assert!(found.is_connected() && found.state_reason.is_none());
    }

    #[test]
    fn one_worker_refreshes_and_a_dead_one_gives_way() {
        let database = store();
        let id = reserve(&database, &CONSENT, 1).unwrap();
        assert!(lease_refresh(&database, id, 10, 40).unwrap());
        assert!(!lease_refresh(&database, id, 39, 70).unwrap());
        assert!(lease_refresh(&database, id, 40, 71).unwrap());
        // The first worker wakes up late and must not open the second one's lease.
        release_refresh(&database, id, 40).unwrap();
        assert!(!lease_refresh(&database, id, 50, 80).unwrap());
        release_refresh(&database, id, 71).unwrap();
        assert!(lease_refresh(&database, id, 51, 81).unwrap());
    }

    #[test]
    fn a_state_is_good_once_for_its_own_session_and_in_time() {
        let database = store();
        let statement =
            "insert into authorisations (state_hash, site_url, session_id, started_by, started_at,
                expires_at) values ('h', 'https://acme.atlassian.net', 's1', 'ada', 0, 100)";
        database.execute(statement, &[]).unwrap();
        let consume = |hash, session, now| consume_authorisation(&database, hash, session, now);
        assert_eq!(consume("other", "s1", 1).unwrap(), Consumed::Unknown);
        assert_eq!(consume("h", "s2", 1).unwrap(), Consumed::AnotherSession);
        assert_eq!(consume("h", "s1", 100).unwrap(), Consumed::Expired);
        let accepted = Consumed::Accepted { site_url: "https://acme.atlassian.net".into() };
        assert_eq!(consume("h", "s1", 99).unwrap(), accepted);
        assert_eq!(consume("h", "s1", 99).unwrap(), Consumed::AlreadyUsed);
    }
}
