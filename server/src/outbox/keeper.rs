//! What is done now and then: renewing leases, taking up what dead workers held, ending batches, recording what has expired,
//! telling that this worker is there, clearing away what is over.

use super::{
    lease::{LEASE, RENEW_BELOW},
    session::Session,
    store,
    worker::{Shift, Until},
};
use crate::{import, metrics, throttle};
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// The pause between two rounds.
const ROUND: Duration = Duration::from_secs(2);

/// Throttles and checked files are swept once in so many rounds.
const ROUNDS_PER_SWEEP: u32 = 300;

/// Keeps house until the shift is over. Working until idle, one round was made before, and only leases are renewed: what else a
/// round does must not depend on how long the work takes.
pub(super) async fn run(shift: Arc<Shift>, until: Until) {
    let mut session = Session::new(&shift.pool);
    let mut failing = false;
    for number in (0..ROUNDS_PER_SWEEP).cycle() {
        if number == 0
            && until == Until::Stopped
            && let Err(error) = session.ask(async |connection| sweep(connection, &shift).await).await
        {
            tracing::debug!(%error, "nothing was swept; trying on");
        }
        let kept = match until {
            Until::Stopped => session.ask(async |connection| round(connection, &shift).await).await,
            Until::Idle => session.ask(async |connection| renew(connection, &shift, RENEW_BELOW).await).await,
        };
        match &kept {
            Err(error) if !failing => tracing::warn!(%error, "not all that is done now and then could be done; trying on"),
            Err(error) => tracing::debug!(%error, "trying on"),
            Ok(()) => {}
        }
        failing = kept.is_err();
        sleep(ROUND).await;
    }
}

/// Clears away what is over. All leases are renewed before, since this may take long.
async fn sweep(connection: &mut PgConnection, shift: &Shift) -> Result<(), sqlx::Error> {
    renew(&mut *connection, shift, LEASE).await?;
    throttle::sweep(&mut *connection).await?;
    import::store::sweep_checks(&mut *connection).await?;
    store::sweep_refused_senders(&mut *connection).await?;
    store::sweep_pace_counts(connection).await
}

/// Renews leases that have less than a time left.
async fn renew(connection: &mut PgConnection, shift: &Shift, below: Duration) -> Result<(), sqlx::Error> {
    let begun = Instant::now();
    let held = shift.leases.to_renew(begun, below);
    if !held.is_empty() {
        let renewed = store::renew(connection, &held, LEASE).await?;
        shift.leases.renewed(&renewed, begun);
    }
    Ok(())
}

/// One round. Own leases are renewed before expired ones are taken up, so that after an outage of the database a process does
/// not take from itself what it still has under way; and before it is told that this one is there, which ends the moment that others
/// have for renewing theirs. What may wait for a row that somebody holds comes last.
pub(super) async fn round(connection: &mut PgConnection, shift: &Shift) -> Result<(), sqlx::Error> {
    renew(&mut *connection, shift, RENEW_BELOW).await?;
    let released = store::release_expired(&mut *connection).await?;
    if released > 0 {
        tracing::warn!(released, "took up sends whose worker was gone");
        metrics::taken_up(released.unsigned_abs());
        shift.wake.notify_one();
    }
    shift.entry.report(&mut *connection, shift).await?;
    let noted = store::note_expired(&mut *connection).await;
    let ended = store::tend_batches(connection).await?;
    if ended > 0 {
        tracing::info!(ended, "batches have ended");
    }
    noted.map(|_| ())
}
