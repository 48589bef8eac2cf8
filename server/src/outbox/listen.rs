//! Notifications of new sends, that some shall not leave after all, and that somebody asks for pages elsewhere. They are hints: claiming
//! polls as well.

use super::worker::Shift;
use crate::{hearing, precedence};
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// The pause after the database failed.
const PAUSE: Duration = Duration::from_secs(1);
/// What is said of new sends where a person holds some back instead.
const RECALL: &str = "recall";

/// Has all workers give back what they hold and have not begun, once the transaction has ended: what is claimed again is what may still leave.
pub async fn recall(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_notify('latchkey_sends', $1)").bind(RECALL).execute(connection).await?;
    Ok(())
}

/// Listens until the shift is over.
pub(super) async fn run(shift: Arc<Shift>) {
    loop {
        if let Err(error) = listen(&shift).await {
            tracing::debug!(%error, "not listening for new sends; trying on");
        }
        sleep(PAUSE).await;
    }
}

async fn listen(shift: &Shift) -> Result<(), sqlx::Error> {
    let mut listener = hearing::listen(&shift.pool, ["latchkey_sends", precedence::CHANNEL]).await?;
    let mut may_have_missed = true;
    loop {
        if may_have_missed {
            shift.give_back().await;
            shift.wake.notify_one();
        }
        let heard = hearing::next(&mut listener).await?;
        may_have_missed = match &heard {
            Some(notification) if notification.channel() == precedence::CHANNEL => {
                shift.settings.requests.heard();
                false
            }
            Some(notification) if notification.payload() == RECALL => true,
            Some(_) => {
                shift.wake.notify_one();
                false
            }
            // The connection was made anew.
            None => true,
        };
    }
}
