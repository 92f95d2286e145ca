//! Articles for tests and benches, put into the store as a sync would leave them.

use ports::{Database, DatabaseError};
use serde::Serialize;

/// An article to put into the store. The default may be read by everyone.
#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    pub page_id: String,
    pub title: String,
    pub labels: String,
    /// Its sections: a heading (empty before the first), the heading's anchor, and the words.
    pub sections: Vec<(String, String, String)>,
    pub category: Option<String>,
    pub status: &'static str,
    pub source_state: &'static str,
    pub audience: &'static str,
    pub source_updated_at: i64,
}

impl Sample {
    /// An article of one section, for everyone to read.
    #[must_use]
    pub fn new(page_id: impl ToString, title: &str, text: &str) -> Self {
        Self {
            page_id: page_id.to_string(),
            title: title.to_owned(),
            labels: String::new(),
            sections: vec![(String::new(), String::new(), text.to_owned())],
            category: None,
            status: "published",
            source_state: "current",
            audience: "everyone",
            source_updated_at: 0,
        }
    }

    #[must_use]
    pub fn section(mut self, heading: &str, anchor: &str, text: &str) -> Self {
        self.sections.push((heading.to_owned(), anchor.to_owned(), text.to_owned()));
        self
    }

    #[must_use]
    pub fn category(mut self, name: &str) -> Self {
        self.category = Some(name.to_owned());
        self
    }
}

/// Puts articles into the store in one statement, in the space `IT` of one connection.
pub fn shelve(database: &impl Database, samples: &[Sample]) -> Result<(), DatabaseError> {
    database
        .execute(
            "insert or ignore into connections
               (id, cloud_id, site_url, site_name, account_id, account_name, created_at, created_by, state_changed_at)
             values (1, 'sample', 'https://sample.atlassian.net', 'Sample', 'a', 'Sample', 0, 'sample', 0)",
            &[],
        )?;
    database.execute(
        "insert or ignore into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at)
             values (1, '1', 'IT', 'IT', 'global', 'current', 1, 0)",
        &[],
    )?;
    let samples = serde_json::to_string(samples).expect("a sample is plain data");
    database.execute(include_str!("samples.sql"), &[samples.into()])?;
    Ok(())
}
