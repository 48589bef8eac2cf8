//! Personal links: derived from a send's id and its random seed, never stored. A copy of the database makes none.

use crate::secret::{Purpose, SecretKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::ids::{OrganisationId, SendId};
use subtle::ConstantTimeEq;

/// Names the key that made a token; a second key gets a second number.
const KEY_ID: u8 = 1;
/// Key id, organisation, send, MAC.
const LENGTH: usize = 1 + 8 + 8 + 32;

/// A token from a link, read but not yet believed.
#[derive(Clone)]
pub struct Token {
    /// The organisation that it names.
    pub organisation: OrganisationId,
    /// The send that it names.
    pub send: SendId,
    mac: [u8; 32],
}

impl Token {
    /// Reads a token; none where it is cut, lengthened or of an unknown key.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (head, mac) = bytes.split_at(17);
        if head[0] != KEY_ID {
            return None;
        }
        Some(Self {
            organisation: OrganisationId(i64::from_be_bytes(head[1..9].try_into().ok()?)),
            send: SendId(i64::from_be_bytes(head[9..17].try_into().ok()?)),
            mac: mac.try_into().ok()?,
        })
    }

    /// Whether the token is the one made for this send and seed; takes equal time for right and wrong.
    pub fn verify(&self, key: &SecretKey, seed: &[u8]) -> bool {
        mac(key, self.organisation, self.send, seed).ct_eq(&self.mac).into()
    }
}

/// The token of a send: the same each time it is asked for.
pub fn token(key: &SecretKey, organisation: OrganisationId, send: SendId, seed: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.push(KEY_ID);
    bytes.extend(organisation.0.to_be_bytes());
    bytes.extend(send.0.to_be_bytes());
    bytes.extend(mac(key, organisation, send, seed));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn mac(key: &SecretKey, organisation: OrganisationId, send: SendId, seed: &[u8]) -> [u8; 32] {
    key.mac(Purpose::Link, &[&organisation.0.to_be_bytes(), &send.0.to_be_bytes(), seed])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SecretKey {
        SecretKey::parse(&SecretKey::generate()).unwrap()
    }

    #[test]
    fn a_token_is_believed_for_its_own_send_seed_and_key_only() {
        let key = key();
        let text = token(&key, OrganisationId(7), SendId(9), &[1; 32]);
        let read = Token::parse(&text).unwrap();
        assert_eq!((read.organisation, read.send), (OrganisationId(7), SendId(9)));
        assert!(read.verify(&key, &[1; 32]));
        assert!(!read.verify(&key, &[2; 32]));
        assert!(!read.verify(&self::key(), &[1; 32]));
        assert!(!Token { send: SendId(8), ..read }.verify(&key, &[1; 32]));
    }

    #[test]
    fn a_cut_or_changed_token_is_not_read_or_not_believed() {
        let key = key();
        let text = token(&key, OrganisationId(7), SendId(9), &[1; 32]);
        assert!(Token::parse(&text[1..]).is_none());
        assert!(Token::parse(&format!("{text}A")).is_none());
        assert!(Token::parse("").is_none());
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(Token::parse(&changed).is_none_or(|read| !read.verify(&key, &[1; 32])), "{at}");
        }
    }
}
