//! Drives the real application as people do: through its addresses, on the real components.

mod application;
pub mod converter;
pub mod corpus;
mod journey;
mod page;
mod person;
mod site;

pub use application::{Application, Settings};
pub use journey::SERVICE_USER;
pub use page::Page;
pub use person::Person;
pub use site::Site;

use std::time::{Duration, Instant};

/// Waits until `condition` holds and gives what it found; fails the story with `what` after `limit`.
pub fn wait_until<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {limit:?} in vain: {what}");
        #[expect(
            clippy::disallowed_methods,
            reason = "a story is a native program, and waiting is its business"
        )]
        std::thread::sleep(Duration::from_millis(200));
    }
}
