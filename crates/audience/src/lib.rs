//! Who may see a page: its space, every ancestor and the page itself have to let a person through.
//!
//! Nothing here performs I/O. An audience is the set of restricted nodes that stand between a person and
//! a page; the store keeps for each audience which Atlassian accounts pass all of them. [`readable`] is
//! the one predicate that everything which employees see is asked through.

mod likeness;
mod reader;

pub use likeness::likeness;
pub use reader::{ANYBODY, EVERYONE, NOBODY, Reader, readable};

/// Whether a group of this name is the one that Confluence gives to everybody who may use the site.
///
/// Atlassian creates it with the site, as `confluence-users` or `confluence-users-SITE`. The store has the same
/// rule in its column `groups.everyone`, where an admin may decide otherwise.
#[must_use]
pub fn is_default_group(name: &str) -> bool {
    name.strip_prefix("confluence-users").is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_group_is_known_by_its_name() {
        for (name, expected) in [
            ("confluence-users", true),
            ("confluence-users-acme", true),
            ("confluence-userspace", false),
            ("my-confluence-users", false),
            ("", false),
        ] {
            assert_eq!(is_default_group(name), expected, "{name}");
        }
    }
}
