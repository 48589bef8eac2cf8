//! The server functions of bulk actions.

use super::{
    delivery::DeliveryView,
    model::{Accepted, JustAccepted, Proposal, Split},
    progress::{BatchLine, BatchView, Steered},
};
use crate::{error::AppError, ui::form::Answer};
use domain::{
    batch::{OutcomeFilter, Steer},
    eligibility::Skip,
    ids::{BatchId, EmployeeId},
    time::Timestamp,
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use super::{
    model::Shown,
    progress::{Looked, Why},
};
#[cfg(feature = "ssr")]
use crate::{error::respond, session::administrator};
#[cfg(feature = "ssr")]
use domain::role::Permission;

#[cfg(feature = "ssr")]
fn service() -> std::sync::Arc<dyn super::service::BatchService> {
    expect_context()
}

/// Who would take part in a bulk action.
#[server(endpoint = "batch-propose", input = Json)]
pub async fn propose(
    /// The proposal.
    proposal: Proposal,
) -> Result<Split, AppError> {
    respond(async { service().split(&administrator(Permission::ManageInvitations)?, &proposal).await }).await
}

/// Whom a bulk action would skip for a reason, by name, after somebody.
#[server(endpoint = "batch-skipped", input = Json)]
pub async fn skipped_people(
    /// The proposal.
    proposal: Proposal,
    /// The reason.
    reason: Skip,
    /// Those who follow this one.
    after: Option<EmployeeId>,
) -> Result<Vec<(EmployeeId, String)>, AppError> {
    respond(async { service().skipped(&administrator(Permission::ManageInvitations)?, &proposal, reason, after).await }).await
}

/// Accepts a bulk action.
#[server(endpoint = "batch-accept", input = Json)]
pub async fn accept(
    /// The proposal.
    proposal: Proposal,
    /// How many the split said would take part.
    shown: u64,
    /// The split's key.
    key: String,
    /// When the split was made.
    #[server(default)]
    at: Option<Timestamp>,
) -> Result<Accepted, AppError> {
    let shown = Shown { receiving: shown, at, key };
    respond(async { service().accept(&administrator(Permission::ManageInvitations)?, &proposal, &shown).await }).await
}

/// Accepts a bulk action from a plain form.
#[server(endpoint = "batch-accept-form")]
pub async fn accept_form(
    /// The action's word.
    #[server(default)]
    action: String,
    /// The chosen employees' ids with commas.
    #[server(default)]
    employees: String,
    /// Not empty: everybody who matches instead.
    #[server(default)]
    matching: String,
    /// The filter.
    #[server(default)]
    status: String,
    /// The search.
    #[server(default)]
    search: String,
    /// A batch: those whose message of it failed instead.
    #[server(default)]
    failed_of: String,
    /// Of these, those for this reason.
    #[server(default)]
    failed_for: String,
    /// A stopped batch: those to whom it had not left instead.
    #[server(default)]
    stopped_of: String,
    /// Not empty: resend to those already invited.
    #[server(default)]
    resend_too: String,
    /// Not empty: send a reset to those already active.
    #[server(default)]
    reset_too: String,
    /// Not empty: send to addresses that were refused before.
    #[server(default)]
    refused_too: String,
    /// How many the split said would take part.
    #[server(default)]
    shown: u64,
    /// The split's key.
    #[server(default)]
    key: String,
    /// When the split was made.
    at: Option<Timestamp>,
) -> Result<Answer, AppError> {
    use super::{link, model::Audience};
    use domain::listing::Criteria;
    respond(async {
        let by = administrator(Permission::ManageInvitations)?;
        let audience = if !failed_of.is_empty() {
            Audience::FailedOf(failed_of.parse().map_err(|_| AppError::BadRequest)?, failed_for.parse().ok())
        } else if !stopped_of.is_empty() {
            Audience::StoppedOf(stopped_of.parse().map_err(|_| AppError::BadRequest)?)
        } else if matching.is_empty() {
            Audience::Chosen(link::employees(std::iter::once(employees.as_str())))
        } else {
            Audience::Matching(Criteria { status: status.parse().unwrap_or_default(), search })
        };
        let action = action.parse().map_err(|_| AppError::BadRequest)?;
        let proposal = Proposal {
            action,
            audience,
            resend_too: !resend_too.is_empty(),
            reset_too: !reset_too.is_empty(),
            refused_too: !refused_too.is_empty(),
        };
        Ok(Answer::Done(match service().accept(&by, &proposal, &Shown { receiving: shown, at, key }).await? {
            Accepted::Batch { id, .. } => format!("/administration/batches/{id}"),
            // Shown anew, so that the next press confirms what is seen then.
            Accepted::Grown(_) => link::address_of_changed(&proposal, link::GROWN),
            Accepted::Nobody(_) => link::address_of_changed(&proposal, link::NOBODY),
        }))
    })
    .await
}

/// The viewer's own batch that can still be undone, where there is one.
#[server(endpoint = "held-batch", input = Json)]
pub async fn held_batch() -> Result<Option<JustAccepted>, AppError> {
    respond(async { service().held(&administrator(Permission::View)?).await }).await
}

/// Undoes, pauses, resumes or stops a batch.
#[server(endpoint = "batch-steer", input = Json)]
pub async fn steer_batch(
    /// The batch.
    batch: BatchId,
    /// What to do.
    steer: Steer,
) -> Result<Steered, AppError> {
    respond(async { service().steer(&administrator(Permission::ManageInvitations)?, batch, steer).await }).await
}

/// Undoes, pauses, resumes or stops a batch, from its page.
#[server(endpoint = "batch-steer-form")]
pub async fn steer_form(
    /// The batch.
    batch: BatchId,
    /// What to do.
    steer: Steer,
) -> Result<Answer, AppError> {
    respond(async {
        let done = match service().steer(&administrator(Permission::ManageInvitations)?, batch, steer).await? {
            Steered::Done => steer.as_str(),
            Steered::TooLate if steer == Steer::Undo => "too-late",
            Steered::TooLate => "over",
        };
        Ok(Answer::Done(format!("/administration/batches/{batch}?done={done}")))
    })
    .await
}

/// How delivery fares.
#[server(endpoint = "delivery", input = Json)]
pub async fn delivery() -> Result<DeliveryView, AppError> {
    respond(async { service().delivery(&administrator(Permission::WatchDelivery)?).await }).await
}

/// Batches, the newest first.
#[server(endpoint = "batches")]
pub async fn batches(
    /// From before this one.
    before: Option<BatchId>,
) -> Result<Vec<BatchLine>, AppError> {
    respond(async { service().list(&administrator(Permission::View)?, before).await }).await
}

/// One batch.
#[server(endpoint = "batch")]
pub async fn batch(
    /// The batch.
    batch: BatchId,
    /// With the outcomes of this filter.
    #[server(default)]
    filter: OutcomeFilter,
    /// Of these, those for a reason.
    reason: Option<String>,
    /// And of those the ones that follow this employee.
    after: Option<EmployeeId>,
) -> Result<BatchView, AppError> {
    let looked = Looked { filter, why: reason.and_then(|reason| Why::read(filter, &reason)), after };
    respond(async { service().show(&administrator(Permission::View)?, batch, looked).await }).await
}
