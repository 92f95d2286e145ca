use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A secret of 32 bytes; it shows itself to no log.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// Reads a key as the variables hold it: 32 bytes in standard base64.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| KeyError)?;
        bytes.try_into().map(Self).map_err(|_| KeyError)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key(hidden)")
    }
}

/// The text is no key. It is not repeated here, for it may be most of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key is not 32 bytes in base64; make one with `openssl rand -base64 32`")]
pub struct KeyError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_and_never_printed() {
        let key = Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
        assert_eq!(format!("{key:?}"), "Key(hidden)");
        assert!(Key::from_base64("c2hvcnQ=").is_err());
        assert!(Key::from_base64("not base64!").is_err());
    }
}
