//! The key that signs ID tokens, made anew at each start.

use std::sync::{Arc, OnceLock};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use crate::random;

const BITS: usize = 2048;

pub(super) struct SigningKey {
    id: String,
    key: OnceLock<RsaPrivateKey>,
}

impl SigningKey {
    /// Begins to make a key on a thread of its own, since that takes seconds without optimisation.
    pub(super) fn generate() -> Arc<Self> {
        let key = Arc::new(Self { id: random::token(9), key: OnceLock::new() });
        let background = Arc::clone(&key);
        thread::spawn(move || {
            background.get();
        });
        key
    }

    fn get(&self) -> &RsaPrivateKey {
        self.key.get_or_init(|| {
            RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS)
                .expect("2048 bits is a size that RSA has keys of")
        })
    }

    /// The JSON Web Key Set (RFC 7517). Waits for the key.
    pub(super) fn public(&self) -> Value {
        let key = self.get();
        json!({"keys": [{
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.id,
            "n": URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
            "e": URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
        }]})
    }

    /// Signs claims as a JWT with RS256. Waits for the key.
    pub(super) fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        let der = self.get().to_pkcs1_der()?;
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.id.clone());
        Ok(jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_der(der.as_bytes()))?)
    }
}
