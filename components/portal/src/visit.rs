use std::cell::RefCell;

use freshness::{Freshness, Shown};
use http::Request;
use identity::Session;
use knowledge::events::{Event, Kind, Surface};
use knowledge::{Library, Reader};
use ports::{Database, DatabaseError};
use screen::{Fields, Frame, Site};
use serde_json::Value;

/// One request of a signed-in person, with what answering it needs.
pub(crate) struct Visit<'a, D> {
    pub(crate) database: &'a D,
    pub(crate) site: &'a Site,
    pub(crate) request: &'a Request<Vec<u8>>,
    pub(crate) session: &'a Session,
    pub(crate) query: Fields,
    pub(crate) now: i64,
    /// Whether what is about to be shown still may be.
    pub(crate) freshness: Freshness<'a>,
    /// What is to be recorded once the page has been sent.
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
    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame::new(self.site, self.request, Some(self.session))
    }

    /// Notes that this person did something here.
    pub(crate) fn record(&self, kind: Kind, article_id: Option<i64>, detail: Value) {
        self.events.borrow_mut().push(self.event(kind, article_id, detail));
    }

    pub(crate) fn event(&self, kind: Kind, article_id: Option<i64>, detail: Value) -> Event {
        let actor = Some(self.session.subject.clone());
        Event { article_id, actor, detail, ..Event::new(self.now, kind, Surface::Portal) }
    }

    /// Whether the program on the other side asks for JSON rather than for a page.
    pub(crate) fn wants_json(&self) -> bool {
        let accept = self.request.headers().get(http::header::ACCEPT);
        accept
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.starts_with("application/json"))
    }
}
