//! Bulk actions.

use super::{
    store::{self, Acceptance, VerdictRow},
    view_store::{self, BatchRow, OutcomeRow},
};
use crate::{db, failure::Failed, form_key::FormKey, local_time::local_time};
use app::{
    batches::{
        model::{Accepted, Audience, BatchLine, BatchState, BatchView, Outcome, Proposal, SkippedGroup, Split, Undone},
        service::BatchService,
    },
    error::AppError,
    session::Administrator,
};
use domain::{
    batch::BatchAction,
    eligibility::Skip,
    ids::{BatchId, EmployeeId},
    language::Language,
    person::full_name,
    role::Permission,
    time::Timestamp,
};
use sqlx::{PgConnection, PgPool};

/// Batches on a page of the list, and outcomes on a page of a batch.
const PAGE: i64 = 100;

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

    async fn accept(&self, by: &Administrator, proposal: &Proposal, shown: u64, key: &str) -> Result<Accepted, AppError> {
        permitted(by, proposal)?;
        let key = key.parse().map_err(|_| AppError::BadRequest)?;
        db::retried(|| self.accept_once(by, proposal, shown, key)).await.failed()
    }

    async fn undo(&self, by: &Administrator, batch: BatchId) -> Result<Undone, AppError> {
        if !Permission::ManageInvitations.granted(by.role()) {
            return Err(AppError::Forbidden);
        }
        let organisation = by.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        match store::lock_for_undo(&mut transaction, organisation, batch).await.failed()? {
            None => Err(AppError::NotFound),
            Some((true, _)) => Ok(Undone::Undone),
            Some((false, false)) => Ok(Undone::TooLate),
            Some((false, true)) => {
                let ids = store::taking_part(&mut transaction, organisation, batch).await.failed()?;
                store::lock(&mut transaction, organisation, &ids).await.failed()?;
                store::withdraw(&mut transaction, organisation, batch, by.employee(), &ids).await.failed()?;
                transaction.commit().await.failed()?;
                Ok(Undone::Undone)
            }
        }
    }

    async fn list(&self, by: &Administrator, before: Option<BatchId>) -> Result<Vec<BatchLine>, AppError> {
        let mut transaction = db::begin(&self.pool, by.organisation()).await.failed()?;
        let rows = view_store::list(&mut transaction, by.organisation(), before.map(|batch| batch.0), None, PAGE).await.failed()?;
        rows.into_iter().map(|row| line(row, by)).collect()
    }

    async fn show(&self, by: &Administrator, batch: BatchId, after: Option<i64>) -> Result<BatchView, AppError> {
        let organisation = by.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        let row =
            view_store::list(&mut transaction, organisation, None, Some(batch.0), 1).await.failed()?.pop().ok_or(AppError::NotFound)?;
        let sends = view_store::send_counts(&mut transaction, organisation, batch).await.failed()?;
        let skipped = view_store::skip_counts(&mut transaction, organisation, batch).await.failed()?;
        let mut rows = view_store::outcomes(&mut transaction, organisation, batch, after.unwrap_or_default(), PAGE + 1).await.failed()?;
        let more = rows.len() > usize::try_from(PAGE).unwrap_or_default();
        if more {
            rows.pop();
        }
        let outcomes: Vec<Outcome> = rows.into_iter().map(outcome).collect::<Result<_, _>>()?;
        let kept = sends.iter().any(|(_, _, kept)| *kept);
        let counted = sends.into_iter().map(|(state, count, _)| Ok((word(&state)?, count.unsigned_abs())));
        Ok(BatchView {
            line: line(row, by)?,
            sends: counted.collect::<Result<_, AppError>>()?,
            kept,
            skipped: skipped.into_iter().map(|(skip, count)| Ok((word(&skip)?, count.unsigned_abs()))).collect::<Result<_, AppError>>()?,
            next: more.then(|| outcomes.last().map(|last| last.employee)).flatten(),
            outcomes,
        })
    }
}

impl Batches {
    async fn accept_once(&self, by: &Administrator, proposal: &Proposal, shown: u64, key: FormKey) -> sqlx::Result<Accepted> {
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
        let hold_seconds = if bulk && proposal.action.sends() { store::hold_seconds(&mut transaction, organisation).await? } else { 0 };
        let acceptance = Acceptance { batch, by: by.employee(), hold_seconds, priority: if bulk { 5 } else { 1 } };
        let (_, receiving) = store::accept(&mut transaction, organisation, &ids, proposal, by.role(), &acceptance).await?;
        let receiving = u64::from(receiving.unsigned_abs());
        if receiving == 0 || receiving > shown {
            transaction.rollback().await?;
            let mut transaction = db::begin(&self.pool, organisation).await?;
            let again = split(&mut transaction, by, proposal, &ids).await?;
            return Ok(if receiving == 0 { Accepted::Nobody(again) } else { Accepted::Grown(again) });
        }
        transaction.commit().await?;
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
    }
}

async fn split(connection: &mut PgConnection, by: &Administrator, proposal: &Proposal, ids: &[i64]) -> sqlx::Result<Split> {
    let rows = store::split(connection, by.organisation(), ids, proposal, by.role()).await?;
    let hold_seconds = if ids.len() > 1 && proposal.action.sends() { store::hold_seconds(connection, by.organisation()).await? } else { 0 };
    let mut split = Split {
        people: ids.len() as u64,
        receiving: 0,
        languages: Vec::new(),
        skipped: Vec::new(),
        could_resend: 0,
        could_reset: 0,
        hold_seconds: hold_seconds.unsigned_abs(),
        only_name: if ids.len() == 1 { rows.first().and_then(|row| row.names.first().cloned()) } else { None },
        key: FormKey::generate().to_string(),
    };
    for row in rows {
        add(&mut split, proposal, row);
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
    let Ok(reason) = row.verdict.parse::<Skip>() else {
        split.receiving += people;
        let language: Language = row.language.parse().unwrap_or_default();
        match split.languages.iter_mut().find(|(known, _)| *known == language) {
            Some((_, count)) => *count += people,
            None => split.languages.push((language, people)),
        }
        return;
    };
    let examples = row.examples.into_iter().map(EmployeeId).zip(row.names);
    match split.skipped.iter_mut().find(|group| group.reason == reason) {
        Some(group) => {
            group.people += people;
            group.examples.extend(examples);
        }
        None => split.skipped.push(SkippedGroup { reason, people, examples: examples.collect() }),
    }
}

fn line(row: BatchRow, by: &Administrator) -> Result<BatchLine, AppError> {
    let state = match (row.undone, whole(row.held), row.open) {
        (true, ..) => BatchState::Undone,
        (_, held @ 1.., _) => BatchState::Held(held),
        (_, _, true) => BatchState::Running,
        _ => BatchState::Ended,
    };
    Ok(BatchLine {
        id: BatchId(row.id),
        action: word(&row.action)?,
        created_by: full_name(&row.first_name, &row.last_name),
        created_at: local_time(Timestamp(row.created_at.timestamp_micros()), by.time_zone()),
        people: u64::from(row.people.unsigned_abs()),
        receiving: u64::from(row.receiving.unsigned_abs()),
        state,
    })
}

fn outcome(row: OutcomeRow) -> Result<Outcome, AppError> {
    Ok(Outcome {
        employee: EmployeeId(row.employee_id),
        name: full_name(&row.first_name, &row.last_name),
        skipped: row.skipped.as_deref().map(word).transpose()?,
        state: row.state.as_deref().map(word).transpose()?,
        reason: row.reason.as_deref().map(word).transpose()?,
        reply: row.reply,
    })
}

/// A word of a closed list, as the database holds it.
fn word<W: std::str::FromStr>(text: &str) -> Result<W, AppError> {
    text.parse().map_err(|_| {
        tracing::error!(word = text, "the database holds a word that this version does not know");
        AppError::Internal
    })
}

/// Seconds, rounded up.
fn whole(seconds: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let whole = seconds.ceil().clamp(0.0, 86_400.0) as u32;
    whole
}
