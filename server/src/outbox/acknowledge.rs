//! Acknowledgements: what became of sends, written in groups.
//!
//! A group is whatever has come while the one before was written, so that a single one waits for nothing and many share a
//! commit. What is not written yet is bounded by the permits that the lanes take before anything leaves ([`UNWRITTEN`]): so
//! many messages may be sent twice after a kill, and no more.

use super::{
    buffer::Job,
    lease::Hold,
    outcome::{Attempt, Outcome},
    session::Session,
    store::{self, Finished},
    worker::Shift,
};
use crate::{db, metrics};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, mpsc, oneshot},
    time::sleep,
};

/// How many messages of a process may have left without that being written.
pub const UNWRITTEN: usize = 64;
/// How many acknowledgements are written together at most.
const GROUP: usize = 64;
/// The pause after the database failed.
const PAUSE: Duration = Duration::from_millis(500);

/// What became of a send, with what it holds until that is written.
pub(super) struct Acknowledgement {
    finished: Finished,
    _hold: Hold,
    _permit: Option<OwnedSemaphorePermit>,
    _settled: Option<oneshot::Sender<()>>,
}

impl Acknowledgement {
    pub(super) fn new(job: Job, outcome: Outcome, permit: Option<OwnedSemaphorePermit>) -> Self {
        let Job { claimed, hold, settled } = job;
        let store::Claimed { organisation, send, employee, number, .. } = claimed;
        let finished = Finished { organisation, send, employee, number, outcome };
        Self { finished, _hold: hold, _permit: permit, _settled: settled }
    }
}

/// Writes acknowledgements until there will be no more: one group is made ready while the other one reaches the disk.
pub(super) async fn run(shift: Arc<Shift>, acknowledgements: mpsc::Receiver<Acknowledgement>) {
    let acknowledgements = Mutex::new(acknowledgements);
    tokio::join!(write_groups(&shift, &acknowledgements), write_groups(&shift, &acknowledgements));
}

async fn write_groups(shift: &Shift, acknowledgements: &Mutex<mpsc::Receiver<Acknowledgement>>) {
    let mut session = Session::new(&shift.settings.pool);
    let mut group = Vec::with_capacity(GROUP);
    while acknowledgements.lock().await.recv_many(&mut group, GROUP).await > 0 {
        let finished: Vec<Finished> = group.iter().map(|one| one.finished.clone()).collect();
        write(shift, &mut session, &finished).await;
        for one in &finished {
            metrics::attempted(one.outcome.attempt.map_or("returned", Attempt::as_str));
        }
        group.clear();
    }
}

/// Writes a group, through outages of the database. Where the database refuses the group as it is, each is written alone, so
/// that one that cannot be written holds up no other.
async fn write(shift: &Shift, session: &mut Session, finished: &[Finished]) {
    loop {
        match try_write(shift, session, finished).await {
            Ok(written) => {
                let late = finished.len() as u64 - written.min(finished.len() as u64);
                if late > 0 {
                    tracing::warn!(late, "acknowledgements came too late: somebody else holds those sends, or they were dropped");
                }
                return;
            }
            Err(error) if db::is_passing(&error) => {}
            Err(error) if is_refusal(&error) => {
                tracing::error!(%error, sends = finished.len(), "acknowledgements cannot be written");
                if finished.len() > 1 {
                    for one in finished {
                        Box::pin(write(shift, session, std::slice::from_ref(one))).await;
                    }
                }
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "the database does not take acknowledgements; trying on");
                if shift.hurry.is_cancelled() {
                    return;
                }
                sleep(PAUSE).await;
            }
        }
    }
}

async fn try_write(shift: &Shift, session: &mut Session, finished: &[Finished]) -> Result<u64, sqlx::Error> {
    let written = store::finish(session.get().await?, finished, shift.settings.transport.keeps()).await;
    session.keep(written)
}

/// Whether the database refuses the data itself (classes 22 and 23), so that trying again is of no use.
fn is_refusal(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}
