//! What this feature needs of the server.

use crate::{error::AppError, links::service::LinkOutcome, session::Client};

/// How a request for a link ended. It tells nothing of who exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgotOutcome {
    /// Whoever it fits gets a message.
    Requested,
    /// Asked too often: wait this many seconds.
    Wait(u32),
}

/// Asking for and setting new passwords.
#[async_trait::async_trait]
pub trait ResetService: Send + Sync {
    /// Sends a link to everybody whom an address or a number fits, and whom a link helps.
    async fn forgot(&self, client: &Client, identifier: &str) -> Result<ForgotOutcome, AppError>;

    /// Sets a new password through a link, which ends all sessions.
    async fn reset(&self, token: &str, password: &str) -> Result<LinkOutcome, AppError>;
}
