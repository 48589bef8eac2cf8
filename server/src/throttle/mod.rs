//! Growing delays against guessing and against floods of mail (OWASP ASVS 5.0, 6.3.1), shared by all processes.
//!
//! Three subjects per attempt: what was typed, what was typed as seen from one network, and the network. What was typed counts,
//! not the account behind it, so that a delay tells nothing of who exists. An attempt takes its place on all of them before it
//! is looked at, in one step, so that parallel ones cannot slip through; a success gives it back.
//! The delay that an outsider can cause for somebody else stays at half a minute.

mod store;

use domain::email::EmailAddress;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

/// What is being tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A password was given.
    Password,
    /// A message was asked for.
    Mail,
}

/// How one subject is slowed.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// After so many failures each further one doubles the delay, up to a longest; a quiet time forgets them.
    Growing { free: i32, longest: i32, quiet: i32 },
    /// So many at once, then one at a time: 5,000 people may sit behind one company address.
    Steady { at_once: i32, seconds_each: i32 },
}

struct Subject {
    hash: [u8; 32],
    rule: Rule,
}

/// An attempt's place in the counts.
pub struct Attempt(Vec<Subject>);

/// Whether an attempt may be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may, and is counted.
    Admitted,
    /// Not before so many seconds; it was not counted.
    Wait(u32),
}

impl Attempt {
    /// An attempt with what was typed (an address, a number, an id of ours) from a network.
    pub fn new(deed: Deed, typed: &str, network: &str) -> Self {
        let typed = EmailAddress::parse(typed).map_or_else(|_| typed.trim().to_lowercase(), |email| email.normalised().to_owned());
        let (name, free, at_once, seconds_each) = match deed {
            Deed::Password => ("password", 5, 300, 1),
            Deed::Mail => ("mail", 3, 100, 2),
        };
        let subject = |parts: &[&str], rule| Subject { hash: hash(name, parts), rule };
        let mut subjects = vec![
            subject(&["account", &typed], Rule::Growing { free: free * 2, longest: 30, quiet: 900 }),
            subject(&["account and network", &typed, network], Rule::Growing { free, longest: 900, quiet: 3600 }),
            subject(&["network", network], Rule::Steady { at_once, seconds_each }),
        ];
        // One order for everybody, so that no two attempts wait for each other.
        subjects.sort_unstable_by_key(|subject| subject.hash);
        Self(subjects)
    }

    /// Takes this attempt's place on all counts, or on none.
    pub async fn admit(&self, pool: &PgPool) -> sqlx::Result<Admission> {
        let mut transaction = pool.begin().await?;
        for subject in &self.0 {
            if let Some(seconds) = store::take(&mut transaction, &subject.hash, subject.rule).await? {
                transaction.rollback().await?;
                return Ok(Admission::Wait(seconds));
            }
        }
        transaction.commit().await?;
        Ok(Admission::Admitted)
    }

    /// Gives the place back after a success, which also forgets what was typed wrongly before. The network's failures stay:
    /// else an account of one's own would be the way to go on guessing.
    pub async fn succeeded(&self, pool: &PgPool) -> sqlx::Result<()> {
        let mut transaction = pool.begin().await?;
        for subject in &self.0 {
            store::give_back(&mut transaction, &subject.hash, subject.rule).await?;
        }
        transaction.commit().await
    }
}

/// Forgets what no longer slows anybody.
pub async fn sweep(connection: &mut PgConnection) -> sqlx::Result<u64> {
    store::sweep(connection).await
}

fn hash(deed: &str, parts: &[&str]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [deed].iter().chain(parts) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_count_together() {
        let hashes = |typed| Attempt::new(Deed::Password, typed, "192.0.2.1").0.iter().map(|subject| subject.hash).collect::<Vec<_>>();
        assert_eq!(hashes("Jane@Example.org "), hashes("jane@example.ORG"));
        assert_ne!(hashes("jane@example.org"), hashes("june@example.org"));
    }

    #[test]
    fn passwords_and_mail_count_apart() {
        let hashes = |deed| Attempt::new(deed, "1001", "192.0.2.1").0.iter().map(|subject| subject.hash).collect::<Vec<_>>();
        assert!(hashes(Deed::Password).iter().all(|hash| !hashes(Deed::Mail).contains(hash)));
    }
}
