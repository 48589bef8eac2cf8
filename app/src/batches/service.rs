//! What this feature needs of the server.

use super::{
    delivery::DeliveryView,
    model::{Accepted, JustAccepted, Proposal, Shown, Split},
    progress::{BatchLine, BatchView, Looked, Steered},
};
use crate::{error::AppError, session::Administrator};
use domain::{
    batch::Steer,
    eligibility::Skip,
    ids::{BatchId, EmployeeId},
};

/// Bulk actions. Reading takes any administrator; what changes something checks the action's own permission again.
#[async_trait::async_trait]
pub trait BatchService: Send + Sync {
    /// Who would take part, and who would be skipped and why.
    async fn split(&self, by: &Administrator, proposal: &Proposal) -> Result<Split, AppError>;

    /// The next [`super::skipped::PAGE`] whom a proposal would skip for a reason, by name, after somebody.
    async fn skipped(
        &self,
        by: &Administrator,
        proposal: &Proposal,
        reason: Skip,
        after: Option<EmployeeId>,
    ) -> Result<Vec<(EmployeeId, String)>, AppError>;

    /// Accepts a proposal as it was shown, once per key.
    async fn accept(&self, by: &Administrator, proposal: &Proposal, shown: &Shown) -> Result<Accepted, AppError>;

    /// The newest batch of whoever asks, while it can still be undone.
    async fn held(&self, by: &Administrator) -> Result<Option<JustAccepted>, AppError>;

    /// Undoes, pauses, resumes or stops a batch.
    async fn steer(&self, by: &Administrator, batch: BatchId, steer: Steer) -> Result<Steered, AppError>;

    /// Batches, the newest first, from before this one.
    async fn list(&self, by: &Administrator, before: Option<BatchId>) -> Result<Vec<BatchLine>, AppError>;

    /// How delivery fares, for owners.
    async fn delivery(&self, by: &Administrator) -> Result<DeliveryView, AppError>;

    /// One batch, with some of its outcomes.
    async fn show(&self, by: &Administrator, batch: BatchId, looked: Looked) -> Result<BatchView, AppError>;
}
