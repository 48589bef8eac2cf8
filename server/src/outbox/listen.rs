//! Notifications of new sends. They are hints: claiming polls as well.

use super::worker::Shift;
use sqlx::postgres::PgListener;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// The pause after the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes the claimer for each notification, until the shift is over.
pub(super) async fn run(shift: Arc<Shift>) {
    loop {
        if let Err(error) = listen(&shift).await {
            tracing::debug!(%error, "not listening for new sends; trying on");
        }
        sleep(PAUSE).await;
    }
}

async fn listen(shift: &Shift) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(&shift.pool).await?;
    listener.listen("latchkey_sends").await?;
    loop {
        // Also when it begins and after a lost connection: something may have come unheard.
        shift.wake.notify_one();
        listener.try_recv().await?;
    }
}
