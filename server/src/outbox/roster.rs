//! The roster of workers: each tells every few seconds that it is there and how the relay fares with it, so that the screens of
//! any process can say what delivery waits for.

use super::{RelayState, store, worker::Shift};
use domain::email;
use sqlx::PgConnection;

/// One worker as the others know it.
pub(super) struct Entry {
    id: String,
    host: String,
}

impl Entry {
    pub(super) fn new() -> Self {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        Self { id: format!("{:032x}", rand::random::<u128>()), host: host.trim().to_owned() }
    }

    /// Tells that this worker is there, and how much it was told that the relay takes.
    pub(super) async fn report(&self, connection: &mut PgConnection, shift: &Shift) -> Result<(), sqlx::Error> {
        let state = shift.relay.watch().borrow().clone();
        let (concern, words) = match &state {
            RelayState::Working => (None, None),
            RelayState::Trouble { concern, words, .. } => (Some(*concern), Some(without_addresses(words))),
        };
        let worker = store::Reported {
            id: &self.id,
            host: &self.host,
            connections: shift.settings.connections,
            keeps: shift.settings.transport.keeps(),
            concern,
            words,
        };
        store::report_worker(&mut *connection, &worker).await?;
        store::note_pace(connection, &self.id, shift.settings.pace).await
    }

    /// Tells that this worker goes.
    pub(super) async fn retire(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        store::retire_worker(connection, &self.id).await
    }
}

/// The relay's words as every organisation may read them.
pub(super) fn without_addresses(words: &str) -> String {
    let mask = |word: &str| {
        let address = word.trim_matches(|c: char| !c.is_alphanumeric());
        if address.contains('@') { word.replace(address, &email::masked(address)) } else { word.to_owned() }
    };
    words.split(' ').map(mask).collect::<Vec<_>>().join(" ")
}

/// What the relay said to one recipient, without that recipient.
pub(super) fn without_recipient(words: &str, recipient: &str) -> String {
    let recipient = recipient.to_lowercase();
    let Some((name, domain)) = recipient.rsplit_once('@') else { return words.to_owned() };
    let mask = |word: &str| {
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if plain == name || plain.contains(domain) || plain.contains('@') { "…".to_owned() } else { word.to_owned() }
    };
    words.split(' ').map(mask).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_nobody() {
        let words = without_addresses("550 5.1.1 <ann.lee@example.org>: no such user; ask postmaster@example.com.");
        assert!(!words.contains("ann.lee") && !words.contains("postmaster@"), "{words}");
        assert!(words.starts_with("550 5.1.1 <") && words.contains("no such user; ask"), "{words}");
    }

    #[test]
    fn words_to_a_recipient_do_not_tell_whose_it_was() {
        let without = |words| without_recipient(words, "Ann.Lee@mill.example");
        assert_eq!(without("550 5.1.1 user ann.lee unknown at mx.mill.example"), "550 5.1.1 user … unknown at …");
        assert_eq!(without("550 5.1.1 <ann.lee@mill.example>: no such user"), "550 5.1.1 … no such user");
        assert_eq!(without("554 5.7.1 sender not allowed"), "554 5.7.1 sender not allowed");
    }
}
