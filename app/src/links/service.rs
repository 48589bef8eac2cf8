//! What this feature needs of the server.

use super::{Opened, Purpose};
use crate::{
    error::AppError,
    session::{Client, SignedIn},
};
use domain::password::PasswordProblem;

/// How an attempt to set a password through a link ended.
pub enum LinkOutcome {
    /// Set: the `Set-Cookie` headers' values.
    Done(Vec<String>),
    /// Nothing changed: this page of ours tells why.
    LookAgain(String),
    /// The password is refused; with the fewest characters.
    Refused(PasswordProblem, u8),
}

/// Looking at links.
#[async_trait::async_trait]
pub trait LinkService: Send + Sync {
    /// What a link shows that was opened with this browser. Changes nothing.
    async fn look(
        &self,
        headers: &http::HeaderMap,
        signed_in: Option<&SignedIn>,
        purpose: Purpose,
        short_name: &str,
    ) -> Result<Opened, AppError>;

    /// Sends a fresh link to the address on file of whoever a dead link was for; the page that says
    /// so, or that one was sent before.
    async fn send_fresh(&self, client: &Client, purpose: Purpose, token: &str) -> Result<String, AppError>;

    /// The page that a link of this token opens as.
    fn page(&self, purpose: Purpose, token: &str) -> String;
}
