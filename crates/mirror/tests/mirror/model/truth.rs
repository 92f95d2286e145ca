//! What Confluence would show, worked out by the simulator's own rules and never by the mirror's.

use std::collections::{BTreeMap, BTreeSet};

use super::site::{Content, Simulated};

/// Those who read: three employees by their accounts' keys, and somebody without an account.
pub(super) const READERS: [&str; 4] = ["mia", "hana", "tomas", EVERYONE];
/// Anybody who has signed in.
const EVERYONE: &str = "everyone";

/// The account of a reader.
pub(super) fn account_of(reader: &str) -> Option<&'static str> {
    match reader {
        "mia" => Some("712020:acce0001-5e41-4a60-9c11-000000000011"),
        "hana" => Some("712020:acce0001-5e41-4a60-9c11-000000000023"),
        "tomas" => Some("712020:acce0001-5e41-4a60-9c11-000000000022"),
        _ => None,
    }
}

/// The site at one moment, as far as a mirror of the chosen spaces should show it.
pub(super) struct Truth {
    pub(super) contents: BTreeMap<String, Content>,
    /// Current pages of chosen spaces that the mirror's account sees.
    pub(super) mirrored: BTreeSet<String>,
    /// Of these, what each reader may see.
    pub(super) open: BTreeMap<&'static str, BTreeSet<String>>,
    /// Chosen spaces that the account cannot see, or in which it sees no page. Whether they are gone, blocked by
    /// a policy or taken from the account alone, nobody can tell, so nothing of them is removed on its own.
    pub(super) doubtful: BTreeSet<String>,
}

impl Truth {
    pub(super) fn of(site: &Simulated, chosen: &BTreeSet<String>) -> Self {
        let contents = site.contents();
        let mirrored: BTreeSet<String> =
            site.seen_by_mirror().into_iter().filter(|id| chosen.contains(&contents[id].space)).collect();
        let spaces = site.spaces_for_everyone();
        let for_everyone: BTreeSet<String> = mirrored
            .iter()
            .filter(|id| spaces.contains(&contents[*id].space) && is_for_everyone(&contents, id))
            .cloned()
            .collect();
        let open = READERS.map(|reader| {
            let mut open = for_everyone.clone();
            if account_of(reader).is_some() {
                open.extend(site.seen_by(reader).intersection(&mirrored).cloned());
            }
            (reader, open)
        });
        let seen = site.spaces_seen_by_mirror();
        let is_empty = |space: &String| !mirrored.iter().any(|id| contents[id].space == *space);
        let doubtful =
            chosen.iter().filter(|space| !seen.contains(*space) || is_empty(space)).cloned().collect();
        Self { contents, mirrored, open: open.into(), doubtful }
    }
}

/// Whether neither the page nor anything above it is for some people only.
fn is_for_everyone(contents: &BTreeMap<String, Content>, id: &str) -> bool {
    std::iter::successors(contents.get(id), |content| {
        content.parent.as_ref().and_then(|parent| contents.get(parent))
    })
    .all(|content| !content.is_restricted || content.names_everyone)
}
