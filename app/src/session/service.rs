//! What this feature needs of the server.

use super::{Client, SignedIn};
use crate::error::AppError;

/// How an attempt to sign in ended.
pub enum SignInOutcome {
    /// Signed in: the `Set-Cookie` header's value.
    SignedIn(String),
    /// Identifier and password do not fit, whatever the reason.
    Wrong,
    /// The password fits several people: the number is needed.
    NumberNeeded,
    /// Too many failures: wait this many seconds.
    Wait(u32),
}

/// Signing in and out.
#[async_trait::async_trait]
pub trait SessionService: Send + Sync {
    /// Signs somebody in by address or number and password.
    async fn sign_in(&self, client: &Client, identifier: &str, password: &str) -> Result<SignInOutcome, AppError>;

    /// Ends a session; the `Set-Cookie` header's value that removes the cookie.
    async fn sign_out(&self, session: &SignedIn) -> Result<String, AppError>;
}
