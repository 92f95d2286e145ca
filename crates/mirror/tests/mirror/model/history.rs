//! What was true when, so that what the mirror shows can be judged while faults last.

use std::collections::{BTreeMap, BTreeSet};

use super::edits::editions;
use super::truth::Truth;

/// The moments at which the site was looked at are numbered.
#[derive(Default)]
pub(super) struct History {
    now: usize,
    /// Versions of pages that could be read at some moment.
    readable: BTreeSet<(String, i64)>,
    /// Edits whose words could be read at some moment.
    words: BTreeSet<usize>,
    /// When a page could last be read.
    open: BTreeMap<String, usize>,
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

impl History {
    pub(super) fn note(&mut self, truth: &Truth, edits: &BTreeMap<String, usize>) {
        self.now += 1;
        for id in &truth.open {
            self.open.insert(id.clone(), self.now);
            self.readable.insert((id.clone(), truth.contents[id].version));
            self.words.extend(edits.get(id));
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
    pub(super) fn judge(
        &self,
        before: &BTreeMap<String, Shown>,
        after: &BTreeMap<String, Shown>,
        removed: &[String],
    ) -> Result<(), String> {
        for (id, article) in after {
            if !self.readable.contains(&(id.clone(), article.version)) {
                return Err(format!(
                    "LEAK: version {} of page {id} ({}) is shown and could never be read",
                    article.version, article.title
                ));
            }
            if let Some(edit) = editions(&article.text).find(|edit| !self.words.contains(edit)) {
                return Err(format!(
                    "LEAK: page {id} ({}) shows edit {edit}, which could never be read",
                    article.title
                ));
            }
            let was_open = self.open.get(id).is_some_and(|at| *at >= self.since());
            if !before.contains_key(id) && !was_open {
                return Err(format!(
                    "LEAK: page {id} ({}) is shown again, though it could not be read since the run began",
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
