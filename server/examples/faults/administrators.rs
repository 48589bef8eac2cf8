//! What administrators do while a batch leaves.

use crate::{
    count::Count,
    setting::{Result, Setting},
    trial::Trial,
};
use app::{
    batches::{
        model::{Accepted, Audience, Proposal},
        service::BatchService,
    },
    session::Administrator,
};
use domain::{batch::BatchAction, ids::EmployeeId, listing::Criteria};
use server::batches::service::Batches;
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::sleep;

/// How many are cancelled at once.
const SOME: i32 = 20;
/// How often whoever presses tries again, since the database may have been away a moment ago.
const TRIES: u32 = 10;

/// Cancels the invitations of some whose messages have not left.
pub async fn cancel_some(trial: &Trial) -> Result<()> {
    let setting = &trial.setting;
    for _ in 0..TRIES {
        match try_to_cancel_some(setting).await {
            Ok(_) => return Ok(()),
            Err(error) => eprintln!("cancelling: {error}; again"),
        }
        sleep(Duration::from_secs(1)).await;
    }
    Err("nobody could be cancelled".into())
}

async fn try_to_cancel_some(setting: &Setting) -> Result<u64> {
    let chosen: Vec<i64> = sqlx::query_scalar(
        "select employee_id from outbox where organisation_id = $1 and batch_id is not null and not held order by random() limit $2",
    )
    .bind(setting.organisation.0)
    .bind(SOME)
    .fetch_all(&setting.owner)
    .await?;
    let audience = Audience::Chosen(chosen.into_iter().map(EmployeeId).collect());
    press(&setting.pool, &setting.by, &Proposal::new(BatchAction::CancelInvitation, audience)).await
}

/// Presses, and says how many take part.
async fn press(pool: &PgPool, by: &Administrator, proposal: &Proposal) -> Result<u64> {
    let batches = Batches { pool: pool.clone() };
    let split = batches.split(by, proposal).await?;
    match batches.accept(by, proposal, &split.shown()).await? {
        Accepted::Batch { receiving, .. } if receiving == split.receiving => Ok(receiving),
        // Whoever could be cancelled is active or has nothing any more.
        Accepted::Nobody(_) => Ok(0),
        other => Err(format!("not everybody was cancelled: {other:?}").into()),
    }
}

/// Cancels all invitations when three tenths have left. What is alive afterwards counts as wrong.
pub async fn cancel(people: i32, processes: usize) -> Result<Count> {
    let mut trial = Trial::begin(people, processes).await?;
    trial.messages(usize::try_from(people)? * 3 / 10).await?;
    let setting = &trial.setting;
    let everybody = Proposal::new(BatchAction::CancelInvitation, Audience::Matching(Criteria::default()));
    press(&setting.pool, &setting.by, &everybody).await?;
    let alive = "select count(*) from invitations where organisation_id = $1 and cancelled_at is null";
    let alive: i64 = sqlx::query_scalar(alive).bind(setting.organisation.0).fetch_one(&setting.owner).await?;
    trial.mark();
    let count = trial.settle(0).await?;
    Ok(Count { wrong: count.wrong + alive.unsigned_abs(), ..count })
}
