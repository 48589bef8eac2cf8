//! What this feature needs of the server.

use super::model::{Accepted, BatchLine, BatchView, Proposal, Split, Undone};
use crate::{error::AppError, session::Administrator};
use domain::ids::BatchId;

/// Bulk actions. Reading takes any administrator; what changes something checks the action's own permission again.
#[async_trait::async_trait]
pub trait BatchService: Send + Sync {
    /// Who would take part, and who would be skipped and why.
    async fn split(&self, by: &Administrator, proposal: &Proposal) -> Result<Split, AppError>;

    /// Accepts a proposal, once per `key`. `shown` is how many the split said would take part.
    async fn accept(&self, by: &Administrator, proposal: &Proposal, shown: u64, key: &str) -> Result<Accepted, AppError>;

    /// Takes a batch back while it is held.
    async fn undo(&self, by: &Administrator, batch: BatchId) -> Result<Undone, AppError>;

    /// Batches, the newest first, from before this one.
    async fn list(&self, by: &Administrator, before: Option<BatchId>) -> Result<Vec<BatchLine>, AppError>;

    /// One batch, with the outcomes that follow the employee with this id.
    async fn show(&self, by: &Administrator, batch: BatchId, after: Option<i64>) -> Result<BatchView, AppError>;
}
