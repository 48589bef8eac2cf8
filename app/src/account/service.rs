//! What this feature needs of the server.

use super::{Account, Home};
use crate::{
    error::AppError,
    session::{Client, SignedIn},
};
use domain::{language::Language, password::PasswordProblem};

/// How an attempt to change one's password ended.
pub enum ChangeOutcome {
    /// Changed: the `Set-Cookie` header's value of the new session.
    Changed(String),
    /// The present password is another one.
    Wrong,
    /// Too many failures: wait this many seconds.
    Wait(u32),
    /// The new password is refused; with the fewest characters.
    Refused(PasswordProblem, u8),
}

/// One's own account.
#[async_trait::async_trait]
pub trait AccountService: Send + Sync {
    /// What the start page shows.
    async fn home(&self, me: &SignedIn) -> Result<Home, AppError>;

    /// What the account page shows.
    async fn account(&self, me: &SignedIn) -> Result<Account, AppError>;

    /// Chooses the language of pages and mails; none: the browser's, then the organisation's.
    async fn set_language(&self, me: &SignedIn, language: Option<Language>) -> Result<(), AppError>;

    /// Changes the password, which ends the sessions elsewhere.
    async fn change_password(&self, me: &SignedIn, client: &Client, current: &str, new: &str) -> Result<ChangeOutcome, AppError>;
}
