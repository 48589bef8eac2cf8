//! Undoing, pausing, resuming and stopping a batch.

use super::steer_store::{self as store, Standing};
use crate::{batches::store::lock as lock_employees, db};
use app::{batches::progress::Steered, session::Administrator};
use domain::{batch::Steer, delivery::Reason, ids::BatchId};
use sqlx::PgPool;

/// Steers a batch; none where it does not exist. Whoever asks for how it stands already is done.
pub(super) async fn steer(pool: &PgPool, by: &Administrator, batch: BatchId, steer: Steer) -> sqlx::Result<Option<Steered>> {
    let organisation = by.organisation();
    let mut transaction = db::begin(pool, organisation).await?;
    let Some(standing) = store::lock(&mut transaction, organisation, batch).await? else { return Ok(None) };
    if let Some(steered) = settled(standing, steer) {
        return Ok(Some(steered));
    }
    if matches!(steer, Steer::Undo | Steer::Stop) {
        let ids = store::waited_for(&mut transaction, organisation, batch).await?;
        lock_employees(&mut transaction, organisation, &ids).await?;
        let reason = if steer == Steer::Undo { Reason::Undone } else { Reason::Stopped };
        store::withdraw(&mut transaction, organisation, batch, by.employee(), &ids, reason).await?;
    }
    store::note(&mut transaction, organisation, batch, by.employee(), steer).await?;
    transaction.commit().await?;
    tracing::info!(%batch, %steer, by = %by.employee(), "a batch was steered");
    Ok(Some(Steered::Done))
}

/// What needs no change: it stands so already, or it is too late.
fn settled(standing: Standing, steer: Steer) -> Option<Steered> {
    let Standing { undone, held, paused, stopped, ended } = standing;
    let over = undone || stopped || ended;
    match steer {
        Steer::Undo if undone => Some(Steered::Done),
        Steer::Undo => (over || !held).then_some(Steered::TooLate),
        Steer::Stop if stopped => Some(Steered::Done),
        Steer::Pause if paused && !over => Some(Steered::Done),
        Steer::Resume if !paused && !over => Some(Steered::Done),
        Steer::Pause | Steer::Resume | Steer::Stop => over.then_some(Steered::TooLate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_steered_no_more_and_a_second_press_changes_nothing() {
        let running = Standing { undone: false, held: false, paused: false, stopped: false, ended: false };
        let held = Standing { held: true, ..running };
        let paused = Standing { paused: true, ..running };
        for steer in [Steer::Pause, Steer::Stop] {
            assert_eq!(settled(running, steer), None);
        }
        assert_eq!(settled(held, Steer::Undo), None);
        assert_eq!(settled(running, Steer::Undo), Some(Steered::TooLate));
        assert_eq!(settled(paused, Steer::Resume), None);
        assert_eq!(settled(paused, Steer::Stop), None);
        assert_eq!(settled(paused, Steer::Pause), Some(Steered::Done));
        assert_eq!(settled(running, Steer::Resume), Some(Steered::Done));
        let stopped = Standing { stopped: true, ..running };
        assert_eq!(settled(stopped, Steer::Stop), Some(Steered::Done));
        for over in [stopped, Standing { ended: true, ..running }, Standing { undone: true, ..running }] {
            for steer in [Steer::Pause, Steer::Resume] {
                assert_eq!(settled(over, steer), Some(Steered::TooLate), "{over:?} {steer}");
            }
        }
    }
}
