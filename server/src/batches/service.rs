//! Bulk actions.

use super::{
    delivery, outcome_store, outlook_store, steer,
    store::{self, Acceptance, VerdictRow},
    view,
};
use crate::{db, failure::Failed, form_key::FormKey, outbox, planning};
use app::{
    batches::{
        delivery::DeliveryView,
        model::{Accepted, Audience, JustAccepted, Proposal, Sender, Shown, SkippedGroup, Split},
        progress::{BatchLine, BatchView, Looked, Steered},
        service::BatchService,
    },
    error::AppError,
    session::Administrator,
};
use chrono::DateTime;
use domain::{
    batch::{BatchAction, Steer},
    eligibility::Skip,
    ids::{BatchId, EmployeeId},
    language::Language,
    role::Permission,
    time::Timestamp,
};
use sqlx::{PgConnection, PgPool};

/// Bulk actions, on PostgreSQL.
pub struct Batches {
    /// The bound pool.
    pub pool: PgPool,
}

#[async_trait::async_trait]
impl BatchService for Batches {
    async fn split(&self, by: &Administrator, proposal: &Proposal) -> Result<Split, AppError> {
        permitted(by, proposal)?;
        let mut transaction = db::begin(&self.pool, by.organisation()).await.failed()?;
        let ids = audience(&mut transaction, by, proposal).await.failed()?;
        split(&mut transaction, by, proposal, &ids).await.failed()
    }

    async fn skipped(
        &self,
        by: &Administrator,
        proposal: &Proposal,
        reason: Skip,
        after: Option<EmployeeId>,
    ) -> Result<Vec<(EmployeeId, String)>, AppError> {
        permitted(by, proposal)?;
        let mut transaction = db::begin(&self.pool, by.organisation()).await.failed()?;
        let ids = audience(&mut transaction, by, proposal).await.failed()?;
        let people = store::skipped(&mut transaction, by.organisation(), &ids, proposal, by.role(), (reason, after)).await.failed()?;
        Ok(people.into_iter().map(|(id, name)| (EmployeeId(id), name)).collect())
    }

    async fn accept(&self, by: &Administrator, proposal: &Proposal, shown: &Shown) -> Result<Accepted, AppError> {
        permitted(by, proposal)?;
        let key = shown.key.parse().map_err(|_| AppError::BadRequest)?;
        let accepted = db::retried(|| self.accept_once(by, proposal, shown, key)).await.failed()?;
        if let Accepted::Batch { receiving, .. } = accepted {
            planning::learn_messages(&self.pool, usize::try_from(receiving).unwrap_or(usize::MAX)).await;
        }
        Ok(accepted)
    }

    async fn steer(&self, by: &Administrator, batch: BatchId, steer: Steer) -> Result<Steered, AppError> {
        if !Permission::ManageInvitations.granted(by.role()) {
            return Err(AppError::Forbidden);
        }
        let steered = db::retried(|| steer::steer(&self.pool, by, batch, steer)).await.failed()?;
        steered.ok_or(AppError::NotFound)
    }

    async fn held(&self, by: &Administrator) -> Result<Option<JustAccepted>, AppError> {
        view::held(&self.pool, by).await
    }

    async fn list(&self, by: &Administrator, before: Option<BatchId>) -> Result<Vec<BatchLine>, AppError> {
        view::list(&self.pool, by, before).await
    }

    async fn delivery(&self, by: &Administrator) -> Result<DeliveryView, AppError> {
        if !Permission::WatchDelivery.granted(by.role()) {
            return Err(AppError::Forbidden);
        }
        delivery::look(&self.pool, by).await
    }

    async fn show(&self, by: &Administrator, batch: BatchId, looked: Looked) -> Result<BatchView, AppError> {
        view::show(&self.pool, by, batch, looked).await
    }
}

impl Batches {
    async fn accept_once(&self, by: &Administrator, proposal: &Proposal, shown: &Shown, key: FormKey) -> sqlx::Result<Accepted> {
        let organisation = by.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await?;
        let Some(batch) = store::insert(&mut transaction, organisation, by.employee(), proposal, key).await? else {
            let (id, receiving, held) =
                store::find_by_key(&mut transaction, organisation, by.employee(), key).await?.ok_or(sqlx::Error::RowNotFound)?;
            return Ok(Accepted::Batch { id: BatchId(id), receiving: u64::from(receiving.unsigned_abs()), hold_seconds: whole(held) });
        };
        let ids = audience(&mut transaction, by, proposal).await?;
        let ids = store::lock(&mut transaction, organisation, &ids).await?;
        let bulk = ids.len() > 1;
        let hold_seconds = store::terms(&mut transaction, organisation).await?.hold_seconds;
        let hold_seconds = if bulk && proposal.action.sends() { hold_seconds } else { 0 };
        let shown_at = shown.at.and_then(|at| DateTime::from_timestamp_micros(at.0));
        let acceptance = Acceptance { batch, by: by.employee(), hold_seconds, priority: if bulk { 5 } else { 1 }, shown_at };
        let (_, receiving) = store::accept(&mut transaction, organisation, &ids, proposal, by.role(), &acceptance).await?;
        let receiving = u64::from(receiving.unsigned_abs());
        if receiving == 0 || receiving > shown.receiving {
            transaction.rollback().await?;
            let mut transaction = db::begin(&self.pool, organisation).await?;
            let again = split(&mut transaction, by, proposal, &ids).await?;
            return Ok(if receiving == 0 { Accepted::Nobody(again) } else { Accepted::Grown(again) });
        }
        if proposal.action == BatchAction::CancelInvitation {
            outbox::recall(&mut transaction).await?;
        }
        transaction.commit().await?;
        tracing::info!(%batch, action = %proposal.action, receiving, "a batch was accepted");
        Ok(Accepted::Batch { id: batch, receiving, hold_seconds: hold_seconds.unsigned_abs() })
    }
}

fn permitted(by: &Administrator, proposal: &Proposal) -> Result<(), AppError> {
    let needed = match proposal.action {
        BatchAction::SendPasswordReset => Permission::ResetPassword,
        _ => Permission::ManageInvitations,
    };
    let resets = !proposal.reset_too || Permission::ResetPassword.granted(by.role());
    if needed.granted(by.role()) && resets { Ok(()) } else { Err(AppError::Forbidden) }
}

async fn audience(connection: &mut PgConnection, by: &Administrator, proposal: &Proposal) -> sqlx::Result<Vec<i64>> {
    match &proposal.audience {
        Audience::Chosen(ids) => {
            let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
            store::existing(connection, by.organisation(), &ids).await
        }
        Audience::Matching(criteria) => store::matching(connection, by.organisation(), criteria).await,
        Audience::FailedOf(batch, reason) => outcome_store::failed_of(connection, by.organisation(), *batch, *reason).await,
        Audience::StoppedOf(batch) => outcome_store::stopped_of(connection, by.organisation(), *batch).await,
    }
}

async fn split(connection: &mut PgConnection, by: &Administrator, proposal: &Proposal, ids: &[i64]) -> sqlx::Result<Split> {
    let terms = store::terms(connection, by.organisation()).await?;
    let hold_seconds = if ids.len() > 1 && proposal.action.sends() { terms.hold_seconds } else { 0 };
    let outlook = outlook_store::outlook(connection).await?;
    let pace = outlook.pace();
    let rows = store::split(connection, by.organisation(), ids, proposal, by.role()).await?;
    let mut split = Split {
        people: ids.len() as u64,
        receiving: 0,
        languages: Vec::new(),
        skipped: Vec::new(),
        could_resend: 0,
        could_reset: 0,
        could_retry: 0,
        hold_seconds: hold_seconds.unsigned_abs(),
        pace_seconds: 0,
        only_name: if ids.len() == 1 { rows.first().and_then(|row| row.names.first().cloned()) } else { None },
        sender: Sender { name: terms.sender_name, address: terms.sender_address },
        wait: view::everybodys_wait(&outlook, None, by),
        at: Some(Timestamp(terms.now.timestamp_micros())),
        key: FormKey::generate().to_string(),
    };
    for row in rows {
        add(&mut split, proposal, row);
    }
    if proposal.action.sends() {
        let together = outlook_store::leave_beside(connection, by.organisation(), split.receiving, None).await?;
        let limits = outlook_store::last_leaves(connection, together).await? - terms.now;
        split.pace_seconds = pace.seconds_for(together).max(limits.num_seconds().try_into().unwrap_or_default());
    }
    split.languages.sort_by_key(|(_, people)| std::cmp::Reverse(*people));
    split.skipped.sort_by_key(|group| std::cmp::Reverse(group.people));
    Ok(split)
}

/// Adds one verdict's people to the split.
fn add(split: &mut Split, proposal: &Proposal, row: VerdictRow) {
    let people = row.people.unsigned_abs();
    if proposal.action == BatchAction::SendCredentials {
        split.could_resend += row.invited.unsigned_abs();
        split.could_reset += row.active.unsigned_abs();
    }
    if !proposal.means_one() {
        split.could_retry += row.refused.unsigned_abs();
    }
    let Ok(reason) = row.verdict.parse::<Skip>() else {
        split.receiving += people;
        let language: Language = row.language.parse().unwrap_or_default();
        match split.languages.iter_mut().find(|(known, _)| *known == language) {
            Some((_, count)) => *count += people,
            None => split.languages.push((language, people)),
        }
        return;
    };
    if let Some(group) = split.skipped.iter_mut().find(|group| group.reason == reason) {
        group.people += people;
    } else {
        let examples = row.examples.into_iter().map(EmployeeId).zip(row.names).collect();
        split.skipped.push(SkippedGroup { reason, people, examples });
    }
}

/// Seconds, rounded up.
pub(super) fn whole(seconds: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let whole = seconds.ceil().clamp(0.0, 86_400.0) as u32;
    whole
}
