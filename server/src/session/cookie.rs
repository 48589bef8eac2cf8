//! The session cookie (OWASP ASVS 5.0, 3.3): a random id, of which the database keeps only the hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// How the session cookie is named and guarded.
#[derive(Clone, Debug)]
pub struct SessionCookie {
    name: String,
    secure: bool,
}

/// A new session id: what the browser keeps, and what the database keeps.
pub struct NewSession {
    /// The cookie's value: 256 random bits.
    pub value: String,
    /// SHA-256 of the value.
    pub hash: [u8; 32],
}

impl SessionCookie {
    /// On https the name binds the cookie to this host; on http the port is in the name, since cookies ignore ports.
    pub fn new(https: bool, port: u16) -> Self {
        Self { name: if https { "__Host-latchkey".to_owned() } else { format!("latchkey-{port}") }, secure: https }
    }

    /// A new random session id.
    pub fn generate() -> NewSession {
        let value = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let hash = Sha256::digest(value.as_bytes()).into();
        NewSession { value, hash }
    }

    /// The `Set-Cookie` header's value for a session.
    pub fn set(&self, value: &str) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=2592000", self.name)
    }

    /// The `Set-Cookie` header's value that removes the cookie.
    pub fn clear(&self) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}=; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=0", self.name)
    }

    /// The hash of the session id in a request's headers.
    pub fn find(&self, headers: &http::HeaderMap) -> Option<[u8; 32]> {
        named(headers, &self.name).map(|value| Sha256::digest(value.as_bytes()).into())
    }
}

/// The value of a cookie.
pub fn named<'a>(headers: &'a http::HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name && !value.is_empty()).then_some(value))
}
