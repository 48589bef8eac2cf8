//! What this feature needs of the server.

use super::model::{CheckView, ImportOutcome};
use crate::{error::AppError, session::Administrator};
use domain::import::RowOutcome;

/// Checked files and importing them. Files themselves are posted to the server's own handler.
#[async_trait::async_trait]
pub trait ImportService: Send + Sync {
    /// A checked file against the employees of this moment, with a page of the rows that have an outcome; unset: the most
    /// telling one.
    async fn view(&self, by: &Administrator, check: &str, list: Option<RowOutcome>, from: u32) -> Result<CheckView, AppError>;

    /// Imports a checked file, if what would be done still is what was shown.
    async fn import(&self, by: &Administrator, check: &str, shown: &str) -> Result<ImportOutcome, AppError>;
}
