//! What the console asks about connections: their state, their spaces, their runs, and what failed.

mod authorising;
mod choosing;
mod held;
mod run_history;
#[cfg(test)]
mod sample;

pub use authorising::{Authorisation, CONSENT_MINUTES, start_authorisation};
pub use choosing::{Space, SpaceFilter, choose_spaces, space_kinds, spaces, unchoosing};
pub use held::{HeldDecision, HeldPage, decide_held, held_pages};
use ports::{Database, DatabaseError, Row};

use crate::connections::AccessKind;
pub use run_history::{Cause, Run, RunState, history, latest_runs};

/// How a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    Connected,
    ConnectionLost,
    Misconfigured,
    Disconnected,
}

impl ConnectionState {
    fn parse(word: &str) -> Self {
        match word {
            "connected" => Self::Connected,
            "misconfigured" => Self::Misconfigured,
            "disconnected" => Self::Disconnected,
            _ => Self::ConnectionLost,
        }
    }
}

/// A connection as its card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub id: i64,
    pub site_url: String,
    pub site_name: String,
    pub account_name: String,
    /// Whether it is reached with an API token, and not with a consent.
    pub has_api_token: bool,
    pub state: ConnectionState,
    pub state_reason: Option<String>,
    pub state_changed_at: i64,
    pub created_at: i64,
    pub created_by: String,
    pub last_synced_at: Option<i64>,
    pub spaces: i64,
    pub chosen_spaces: i64,
    pub articles: i64,
    pub failed_pages: i64,
}

const CONNECTIONS: &str = "select c.*,
    (select count(*) from spaces s where s.connection_id = c.id) as spaces,
    (select count(*) from spaces s where s.connection_id = c.id and s.chosen = 1) as chosen_spaces,
    (select count(*) from articles a where a.connection_id = c.id) as articles,
    (select count(*) from pages p where p.connection_id = c.id and p.failure is not null
      and p.source_state = 'current') as failed_pages
  from connections c";

/// Every connection, the working ones first.
pub fn connections(database: &impl Database) -> Result<Vec<Connection>, DatabaseError> {
    let statement = format!("{CONNECTIONS} order by c.state = 'disconnected', c.site_name, c.id");
    database.execute(&statement, &[])?.iter().map(read_connection).collect()
}

/// One connection, if there is one of that number.
pub fn connection(database: &impl Database, id: i64) -> Result<Option<Connection>, DatabaseError> {
    let statement = format!("{CONNECTIONS} where c.id = ?1");
    database.execute(&statement, &[id.into()])?.first().map(read_connection).transpose()
}

fn read_connection(row: Row<'_>) -> Result<Connection, DatabaseError> {
    Ok(Connection {
        id: row.get("id")?,
        site_url: row.get("site_url")?,
        site_name: row.get("site_name")?,
        account_name: row.get("account_name")?,
        has_api_token: row.get::<String>("access")? == AccessKind::ApiToken.word(),
        state: ConnectionState::parse(&row.get::<String>("state")?),
        state_reason: row.get("state_reason")?,
        state_changed_at: row.get("state_changed_at")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        last_synced_at: row.get("last_synced_at")?,
        spaces: row.get("spaces")?,
        chosen_spaces: row.get("chosen_spaces")?,
        articles: row.get("articles")?,
        failed_pages: row.get("failed_pages")?,
    })
}

/// A page that has no article, or an old one, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedPage {
    pub page_id: String,
    pub title: String,
    pub url: String,
    pub space_key: String,
    pub reason: String,
    /// The article of an earlier version, if there is one.
    pub article_id: Option<i64>,
    pub at: i64,
}

/// The pages that failed, the latest first.
pub fn failed_pages(
    database: &impl Database,
    connection: i64,
    limit: i64,
    offset: i64,
) -> Result<Vec<FailedPage>, DatabaseError> {
    let rows = database.execute(
        "select p.page_id, p.title, c.site_url, p.web_path, coalesce(s.key, '') as space_key, p.failure,
               a.id as article_id, p.synced_at
             from pages p join connections c on c.id = p.connection_id
             left join spaces s on s.connection_id = p.connection_id and s.space_id = p.space_id
             left join articles a on a.connection_id = p.connection_id and a.page_id = p.page_id
             where p.connection_id = ?1 and p.failure is not null and p.source_state = 'current'
             order by p.synced_at desc, p.page_id limit ?2 offset ?3",
        &[connection.into(), limit.into(), offset.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(FailedPage {
                page_id: row.get("page_id")?,
                title: row.get("title")?,
                url: page_url(&row.get::<String>("site_url")?, &row.get::<String>("web_path")?),
                space_key: row.get("space_key")?,
                reason: row.get("failure")?,
                article_id: row.get("article_id")?,
                at: row.get("synced_at")?,
            })
        })
        .collect()
}

/// The address of a page for people: Confluence gives its path below `/wiki` (API v2, `_links.webui`).
fn page_url(site_url: &str, web_path: &str) -> String {
    let site = site_url.trim_end_matches('/');
    let path = web_path.strip_prefix("/wiki").unwrap_or(web_path);
    format!("{site}/wiki{path}")
}

#[cfg(test)]
mod tests {
    use super::sample::store;
    use super::*;

    #[test]
    fn a_connection_counts_its_spaces_articles_and_failures() {
        let database = store();
        let connection = connection(&database, 1).unwrap().unwrap();
        assert_eq!(connection.state, ConnectionState::Connected);
        assert_eq!((connection.spaces, connection.chosen_spaces), (3, 1));
        assert_eq!((connection.articles, connection.failed_pages), (1, 1));
        assert!(super::connection(&database, 9).unwrap().is_none());
    }

    #[test]
    fn a_failed_page_has_its_reason_and_an_address_to_open() {
        let database = store();
        let failed = failed_pages(&database, 1, 10, 0).unwrap();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].reason, "the body is larger than 5 MB; split the page");
        assert_eq!(failed[0].url, "https://acme.atlassian.net/wiki/spaces/IT/pages/101");
        assert_eq!(failed[0].space_key, "IT");
    }
}
