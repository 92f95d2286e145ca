//! The site's time, which a test can push forward.

use std::sync::{PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

pub(crate) struct Clock(RwLock<Time>);

enum Time {
    /// The machine's time and so much more.
    Ahead(SignedDuration),
    /// It stands still until it is pushed, so that a test can be repeated to the millisecond.
    Held(Timestamp),
}

impl Default for Clock {
    fn default() -> Self {
        Self(RwLock::new(Time::Ahead(SignedDuration::ZERO)))
    }
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        match *self.0.read().unwrap_or_else(PoisonError::into_inner) {
            Time::Ahead(by) => Timestamp::now() + by,
            Time::Held(at) => at,
        }
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        match &mut *self.0.write().unwrap_or_else(PoisonError::into_inner) {
            Time::Ahead(ahead) => *ahead += by,
            Time::Held(at) => *at += by,
        }
    }

    /// Stops at a time.
    pub(crate) fn hold(&self, at: Timestamp) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Time::Held(at);
    }
}

/// A time as Confluence writes it: `YYYY-MM-DDTHH:mm:ss.sssZ`.
pub(crate) fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
