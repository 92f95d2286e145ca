//! What Confluence would show, worked out by the simulator's own rules and never by the mirror's.

use std::collections::{BTreeMap, BTreeSet};

use super::site::{Content, Simulated};

/// The site at one moment, as far as a mirror of the chosen spaces should show it.
pub(super) struct Truth {
    pub(super) contents: BTreeMap<String, Content>,
    /// Current pages of chosen spaces that the mirror's account sees.
    pub(super) mirrored: BTreeSet<String>,
    /// Of these, what an article may show.
    pub(super) open: BTreeSet<String>,
    /// Chosen spaces that the account cannot see, or in which it sees no page. Whether they are gone, blocked by
    /// a policy or taken from the account alone, nobody can tell, so nothing of them is removed on its own.
    pub(super) doubtful: BTreeSet<String>,
}

impl Truth {
    pub(super) fn of(site: &Simulated, chosen: &BTreeSet<String>) -> Self {
        let contents = site.contents();
        let mirrored: BTreeSet<String> =
            site.seen_by_mirror().into_iter().filter(|id| chosen.contains(&contents[id].space)).collect();
        let open = mirrored.iter().filter(|id| !is_restricted(&contents, id)).cloned().collect();
        let seen = site.spaces_seen_by_mirror();
        let is_empty = |space: &String| !mirrored.iter().any(|id| contents[id].space == *space);
        let doubtful =
            chosen.iter().filter(|space| !seen.contains(*space) || is_empty(space)).cloned().collect();
        Self { contents, mirrored, open, doubtful }
    }
}

/// Whether the page or anything above it is restricted to some people.
fn is_restricted(contents: &BTreeMap<String, Content>, id: &str) -> bool {
    std::iter::successors(contents.get(id), |content| {
        content.parent.as_ref().and_then(|parent| contents.get(parent))
    })
    .any(|content| content.is_restricted)
}
