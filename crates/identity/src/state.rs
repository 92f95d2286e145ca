//! The `state` of an OAuth authorisation (RFC 6749 §10.12): the browser carries the value, the store
//! keeps its hash only, so that reading the store is not enough to finish somebody's consent.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::random_token;

/// A fresh state and the hash under which it is remembered.
#[derive(Clone)]
pub struct State {
    pub value: String,
    pub hash: String,
}

/// Makes a state that nobody can guess.
#[must_use]
pub fn new() -> State {
    let value = random_token();
    let hash = hash(&value);
    State { value, hash }
}

/// The hash of a state that came back.
#[must_use]
pub fn hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_state_is_found_again_by_its_hash() {
        let state = super::new();
        assert_eq!(super::hash(&state.value), state.hash);
        assert_ne!(super::new().value, state.value);
        assert_ne!(state.hash, state.value);
    }
}
