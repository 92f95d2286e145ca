use std::cell::RefCell;

use freshness::{Freshness, Shown};
use http::HeaderMap;
use identity::Session;
use knowledge::events::{Event, Kind, Surface};
use knowledge::{Library, Reader};
use ports::{Database, DatabaseError};
use serde_json::Value;

use crate::config::Config;
use crate::parameters::Parameters;

/// One request of a signed-in person, with what answering it needs.
pub(crate) struct Visit<'a, D> {
    pub(crate) database: &'a D,
    pub(crate) config: &'a Config,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) session: &'a Session,
    pub(crate) parameters: Parameters,
    pub(crate) now: i64,
    /// Whether what is about to be shown still may be.
    pub(crate) freshness: Freshness<'a>,
    /// What is to be recorded once the answer has been sent.
    pub(crate) events: RefCell<Vec<Event>>,
}

impl<D: Database> Visit<'_, D> {
    /// What this person may read.
    pub(crate) fn library(&self) -> Library<'_, D> {
        Library::of(self.database, Reader::person(&self.session.subject))
    }

    /// What `read` finds, by a fresh word of Confluence on the articles that it shows.
    pub(crate) async fn fresh<T>(
        &self,
        shown: Shown,
        read: impl Fn() -> Result<T, DatabaseError>,
        articles: impl Fn(&T) -> Vec<i64>,
    ) -> Result<T, DatabaseError> {
        self.freshness.fresh(self.database, shown, self.now, read, articles).await
    }
}

impl<D> Visit<'_, D> {
    /// An address of the Portal in full.
    pub(crate) fn url(&self, location: &str) -> String {
        format!("{}{location}", self.config.public_url)
    }

    /// Notes that this person did something here.
    pub(crate) fn record(&self, kind: Kind, article_id: Option<i64>, detail: Value) {
        let actor = Some(self.session.subject.clone());
        let event = Event { article_id, actor, detail, ..Event::new(self.now, kind, Surface::Api) };
        self.events.borrow_mut().push(event);
    }
}
