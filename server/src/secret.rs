//! The secret key, and what is derived from it.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The installation's secret key: 32 random bytes or more. Prints nothing of itself.
#[derive(Clone)]
pub struct SecretKey(Vec<u8>);

/// Why a text is not a secret key.
#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    /// Not base64.
    #[error("the secret key is not base64")]
    NotBase64,
    /// Fewer than 32 bytes.
    #[error("the secret key has fewer than 32 bytes")]
    TooShort,
}

/// What a MAC is for; each purpose has MACs of its own.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// The link of a send.
    Link,
    /// The value by which a database knows its key.
    KeyCheck,
}

impl SecretKey {
    /// Reads a key from base64.
    pub fn parse(text: &str) -> Result<Self, SecretKeyError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SecretKeyError::NotBase64)?;
        if bytes.len() < 32 { Err(SecretKeyError::TooShort) } else { Ok(Self(bytes)) }
    }

    /// A new key, as base64.
    pub fn generate() -> String {
        STANDARD.encode(rand::random::<[u8; 32]>())
    }

    /// HMAC-SHA-256 (RFC 2104) over the parts, under the purpose.
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let label: &[u8] = match purpose {
            Purpose::Link => b"latchkey link 1",
            Purpose::KeyCheck => b"latchkey key check 1",
        };
        // HMAC takes keys of any length, so that this cannot fail; an empty MAC would match nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        mac.update(label);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}
