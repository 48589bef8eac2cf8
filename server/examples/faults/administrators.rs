//! What administrators do while a batch leaves.

use crate::{count::Count, setting::Result, trial::Trial};
use app::batches::{
    model::{Accepted, Audience, Proposal},
    service::BatchService,
};
use domain::{batch::BatchAction, listing::Criteria};
use server::batches::service::Batches;

/// Cancels all invitations when three tenths have left. What is alive afterwards counts as wrong.
pub async fn cancel(people: i32, processes: usize) -> Result<Count> {
    let mut trial = Trial::begin(people, processes).await?;
    trial.messages(usize::try_from(people)? * 3 / 10).await?;
    let (setting, batches) = (&trial.setting, Batches { pool: trial.setting.pool.clone() });
    let proposal = Proposal::new(BatchAction::CancelInvitation, Audience::Matching(Criteria::default()));
    let split = batches.split(&setting.by, &proposal).await?;
    let accepted = batches.accept(&setting.by, &proposal, &split.shown()).await?;
    if !matches!(accepted, Accepted::Batch { receiving, .. } if receiving == split.receiving) {
        return Err(format!("not everybody was cancelled: {accepted:?}").into());
    }
    let alive = "select count(*) from invitations where organisation_id = $1 and cancelled_at is null";
    let alive: i64 = sqlx::query_scalar(alive).bind(setting.organisation.0).fetch_one(&setting.owner).await?;
    trial.mark();
    let count = trial.settle(0).await?;
    Ok(Count { wrong: count.wrong + alive.unsigned_abs(), ..count })
}
