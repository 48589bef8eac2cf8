//! Telling the screens which organisations' messages have left. Not by each acknowledgement, but a few times a second: PostgreSQL
//! lets transactions that notify commit one after the other, and no screen looks more often.

use super::{session::Session, store, worker::Shift};
use domain::ids::OrganisationId;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::sleep};

/// The pause after telling.
const PAUSE: Duration = Duration::from_millis(200);

/// Organisations of which something was written that no screen was told of.
#[derive(Default)]
pub(super) struct Untold {
    organisations: Mutex<BTreeSet<OrganisationId>>,
    some: Notify,
}

impl Untold {
    /// Something of these was written.
    pub(super) fn add(&self, organisations: impl IntoIterator<Item = OrganisationId>) {
        self.organisations.lock().unwrap_or_else(PoisonError::into_inner).extend(organisations);
        self.some.notify_one();
    }

    /// Tells of all of them.
    pub(super) async fn tell(&self, session: &mut Session) {
        let organisations = std::mem::take(&mut *self.organisations.lock().unwrap_or_else(PoisonError::into_inner));
        if !organisations.is_empty()
            && let Err(error) = session.ask(async |connection| store::tell(connection, &organisations).await).await
        {
            tracing::debug!(%error, "screens were not told of what was written; trying on");
            self.add(organisations);
        }
    }
}

/// Tells until the shift is over.
pub(super) async fn run(shift: Arc<Shift>) {
    let mut session = Session::new(&shift.pool);
    loop {
        shift.untold.some.notified().await;
        shift.untold.tell(&mut session).await;
        sleep(PAUSE).await;
    }
}
