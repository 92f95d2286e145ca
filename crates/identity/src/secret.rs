//! Secrets that another system shows us: random, stored as their hash, compared in constant time.

use subtle::ConstantTimeEq;

pub use crate::state::{State as Secret, hash, new};

/// Whether a secret that was shown is the one of this hash; without a hash it is none, in the same time.
#[must_use]
pub fn matches(shown: &str, stored_hash: Option<&str>) -> bool {
    let stored = stored_hash.unwrap_or("there is no secret that has this for its hash");
    bool::from(hash(shown).as_bytes().ct_eq(stored.as_bytes())) && stored_hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_matches_its_hash() {
        let secret = new();
        assert!(matches(&secret.value, Some(&secret.hash)));
        assert!(!matches(&secret.hash, Some(&secret.hash)), "whoever reads the store has no secret");
        assert!(!matches("", Some(&secret.hash)) && !matches(&secret.value, None) && !matches("", None));
    }
}
