//! What was true when, so that what the mirror shows can be judged while faults last.

use std::collections::{BTreeMap, BTreeSet};

use super::edits::editions;
use super::truth::Truth;

/// The moments at which the site was looked at are numbered.
#[derive(Default)]
pub(super) struct History {
    now: usize,
    /// Versions of pages that a reader could read at some moment.
    readable: BTreeSet<(&'static str, String, i64)>,
    /// Edits whose words a reader could read at some moment.
    words: BTreeSet<(&'static str, usize)>,
    /// When a reader could last read a page.
    open: BTreeMap<(&'static str, String), usize>,
    /// When a page was last absent.
    gone: BTreeMap<String, usize>,
    known: BTreeSet<String>,
    /// The open run, and the moment before which it knows nothing.
    run: Option<(i64, usize)>,
}

/// An article as readers find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) version: i64,
    pub(super) space: String,
    pub(super) labels: String,
    pub(super) text: String,
}

/// What each reader finds, by the ids of pages.
pub(super) type Shelves = BTreeMap<&'static str, BTreeMap<String, Shown>>;

impl History {
    pub(super) fn note(&mut self, truth: &Truth, edits: &BTreeMap<String, usize>) {
        self.now += 1;
        for (reader, id) in truth.open.iter().flat_map(|(reader, open)| open.iter().map(|id| (*reader, id))) {
            self.open.insert((reader, id.clone()), self.now);
            self.readable.insert((reader, id.clone(), truth.contents[id].version));
            self.words.extend(edits.get(id).map(|edit| (reader, *edit)));
        }
        self.known.extend(truth.mirrored.iter().cloned());
        for id in self.known.difference(&truth.mirrored) {
            self.gone.insert(id.clone(), self.now);
        }
    }

    /// Before this moment the open run has learned nothing.
    fn since(&self) -> usize {
        self.run.map_or(self.now, |(_, since)| since)
    }

    /// Takes note of the run that is open after a tick.
    pub(super) fn ticked(&mut self, open_run: Option<i64>) {
        self.run = match (self.run, open_run) {
            (_, None) => None,
            (Some((known, since)), Some(id)) if known == id => Some((id, since)),
            (_, Some(id)) => Some((id, self.now)),
        };
    }

    /// Judges what a tick did: what it may not show, and what it may not have removed.
    pub(super) fn judge(&self, before: &Shelves, after: &Shelves, removed: &[String]) -> Result<(), String> {
        let shown = after
            .iter()
            .flat_map(|(reader, shelf)| shelf.iter().map(|(id, article)| (*reader, id.clone(), article)));
        for (reader, id, article) in shown {
            if !self.readable.contains(&(reader, id.clone(), article.version)) {
                return Err(format!(
                    "LEAK: {reader} finds version {} of page {id} ({}), which could never be read",
                    article.version, article.title
                ));
            }
            if let Some(edit) = editions(&article.text).find(|edit| !self.words.contains(&(reader, *edit))) {
                return Err(format!(
                    "LEAK: {reader} finds edit {edit} in page {id} ({}), which could never be read",
                    article.title
                ));
            }
            let was_open = self.open.get(&(reader, id.clone())).is_some_and(|at| *at >= self.since());
            if !before[reader].contains_key(&id) && !was_open {
                return Err(format!(
                    "LEAK: {reader} finds page {id} ({}) again, which could not be read since the run began",
                    article.title
                ));
            }
        }
        for id in removed {
            if self.gone.get(id).is_none_or(|at| *at < self.since()) {
                return Err(format!("WRONG REMOVAL: page {id} was there all the time since the run began"));
            }
        }
        Ok(())
    }
}
