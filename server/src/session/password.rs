//! Hashing passwords: Argon2id with 19 MiB, t=2, p=1 (OWASP ASVS 5.0, appendix), apart from the async threads.

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hashes passwords, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    /// Compared where there is no account, so that its absence takes the same time.
    stand_in: Arc<str>,
}

/// A place among the few that hash at once. Whoever counts attempts does so in its turn: those that wait for theirs are not
/// counted yet, so that a crowd behind one address is no attack.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// Hashing failed; never because of what was typed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashingFailed;

impl Passwords {
    /// Hashes up to `at_once` passwords in parallel.
    pub fn new(at_once: usize) -> Result<Self, HashingFailed> {
        let stand_in = hash_now("no such account")?;
        Ok(Self { at_once: Arc::new(Semaphore::new(at_once)), stand_in: stand_in.into() })
    }

    /// Waits for a turn.
    pub async fn turn(&self) -> Result<Turn, HashingFailed> {
        let permit = self.at_once.clone().acquire_owned().await.map_err(|_| HashingFailed)?;
        Ok(Turn { _permit: permit })
    }

    /// A new hash of a password.
    pub async fn hash(&self, password: &str) -> Result<String, HashingFailed> {
        let password = domain::password::normalised(password);
        let _turn = self.turn().await?;
        apart(move || hash_now(&password)).await?
    }

    /// Whether a password fits a hash; without a hash it takes as long, and does not fit.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, HashingFailed> {
        let turn = self.turn().await?;
        self.verify_in(&turn, password, hash).await
    }

    /// The same, in a turn that was waited for already.
    pub async fn verify_in(&self, _turn: &Turn, password: &str, hash: Option<&str>) -> Result<bool, HashingFailed> {
        let password = domain::password::normalised(password);
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.stand_in).to_owned();
        let fits =
            apart(move || PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()))
                .await?;
        Ok(fits && known)
    }
}

/// Runs work apart from the async threads.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashingFailed> {
    tokio::task::spawn_blocking(work).await.map_err(|_| HashingFailed)
}

fn hash_now(password: &str) -> Result<String, HashingFailed> {
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(|_| HashingFailed)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::new(1).unwrap();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("no such account", None).await.unwrap());
    }
}
