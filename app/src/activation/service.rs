//! What this feature needs of the server.

use crate::{error::AppError, links::service::LinkOutcome, session::SignedIn};

/// Activating accounts.
#[async_trait::async_trait]
pub trait ActivationService: Send + Sync {
    /// Sets the first password through a link and begins a session. While somebody else is signed in nothing happens: the
    /// link's page asks first.
    async fn activate(&self, signed_in: Option<&SignedIn>, token: &str, password: &str) -> Result<LinkOutcome, AppError>;
}
