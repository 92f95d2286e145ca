use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use crate::Key;
use crate::token::random_bytes;

const NONCE_LENGTH: usize = 24;

/// What was sealed cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value was made with another key or for another purpose, or it was altered")]
pub struct SealError;

/// Encrypts and authenticates `plaintext` (XChaCha20-Poly1305) into URL-safe text.
///
/// The purpose is bound in, so that a value sealed for one use cannot be passed off in another.
#[must_use]
pub fn seal(key: &Key, purpose: &str, plaintext: &[u8]) -> String {
    let nonce: [u8; NONCE_LENGTH] = random_bytes();
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let payload = Payload { msg: plaintext, aad: purpose.as_bytes() };
    let ciphertext = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .expect("a message in memory is within the cipher's limit");
    URL_SAFE_NO_PAD.encode([&nonce[..], &ciphertext[..]].concat())
}

/// Opens what [`seal`] made with the same key for the same purpose.
pub fn open(key: &Key, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SealError)?;
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_LENGTH>().ok_or(SealError)?;
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let payload = Payload { msg: ciphertext, aad: purpose.as_bytes() };
    cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Key::from_base64(&base64::engine::general_purpose::STANDARD.encode([byte; 32])).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_purpose_only() {
        let sealed = seal(&key(1), "session", b"Ada");
        assert_eq!(open(&key(1), "session", &sealed), Ok(b"Ada".to_vec()));
        assert_eq!(open(&key(2), "session", &sealed), Err(SealError));
        assert_eq!(open(&key(1), "grant", &sealed), Err(SealError));
        assert_ne!(seal(&key(1), "session", b"Ada"), sealed);
    }

    #[test]
    fn an_altered_or_truncated_value_does_not_open() {
        let sealed = seal(&key(1), "session", b"Ada");
        for end in 0..sealed.len() {
            assert_eq!(open(&key(1), "session", &sealed[..end]), Err(SealError));
        }
        let mut altered = sealed.into_bytes();
        altered[40] = if altered[40] == b'A' { b'B' } else { b'A' };
        assert_eq!(open(&key(1), "session", std::str::from_utf8(&altered).unwrap()), Err(SealError));
    }
}
