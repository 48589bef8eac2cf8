//! Acknowledgements: what became of sends, written in groups.
//!
//! A group is whatever has come while the one before was written, and in a moment after that, so that a single one waits for next to
//! nothing and many share a commit. What is not written yet is bounded by the permits that the lanes take before anything leaves
//! ([`UNWRITTEN`]): so many messages may be sent twice after a kill, and no more.

use super::{
    buffer::Job,
    claimed::Claimed,
    lease::Hold,
    outcome::Outcome,
    session::Session,
    store::{self, Finished},
    worker::Shift,
};
use crate::{db, mail::reply::loggable, metrics};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, mpsc, oneshot},
    time::{Instant, sleep, timeout, timeout_at},
};

/// How many messages of a process may have left without that being written.
pub const UNWRITTEN: usize = 64;
/// How many acknowledgements are written together at most.
const GROUP: usize = 32;
/// So many are written at once; for fewer it is waited for a moment, since a commit costs as much for one as for many.
const WORTHWHILE: usize = 32;
/// How long fewer wait for others.
const MOMENT: Duration = Duration::from_millis(5);
/// The pause after the database failed, and before looking again whether somebody still holds what is to be written.
const PAUSE: Duration = Duration::from_millis(500);

/// When it is time to go, a database that did not answer is not asked for so long: answers of the relay may come after it is back.
const REST: Duration = Duration::from_secs(10);

/// What became of a send, with what it holds until that is written.
pub(super) struct Acknowledgement {
    finished: Finished,
    _hold: Hold,
    _permit: Option<OwnedSemaphorePermit>,
    _settled: Option<oneshot::Sender<()>>,
}

impl Acknowledgement {
    pub(super) fn new(job: Job, outcome: Outcome, permit: Option<OwnedSemaphorePermit>) -> Self {
        let Job { claimed, hold, settled, .. } = job;
        let Claimed { organisation, send, employee, number, .. } = claimed;
        let finished = Finished { organisation, send, employee, number, outcome };
        Self { finished, _hold: hold, _permit: permit, _settled: settled }
    }
}

/// Waits for acknowledgements: for the first one as long as it takes, then a moment for a group that is worth a commit. Says how many
/// there are; none where there will be no more.
async fn gather(acknowledgements: &mut mpsc::Receiver<Acknowledgement>, group: &mut Vec<Acknowledgement>) -> usize {
    if acknowledgements.recv_many(group, GROUP).await == 0 {
        return 0;
    }
    let more = async { while group.len() < WORTHWHILE && acknowledgements.recv_many(group, GROUP - group.len()).await > 0 {} };
    // The moment is over, or the group is large enough.
    let _ = timeout(MOMENT, more).await;
    group.len()
}

/// Writes acknowledgements until there will be no more: one group is made ready while the other one reaches the disk.
pub(super) async fn run(shift: Arc<Shift>, acknowledgements: mpsc::Receiver<Acknowledgement>) {
    let acknowledgements = Mutex::new(acknowledgements);
    tokio::join!(Writer::new(&shift).run(&acknowledgements), Writer::new(&shift).run(&acknowledgements));
}

struct Writer<'a> {
    shift: &'a Shift,
    session: Session,
    /// What cannot be written while somebody else holds its rows. The others do not wait for it.
    late: Vec<Acknowledgement>,
    /// When it is looked at again.
    look_again: Option<Instant>,
    /// When the database did not answer though it was time to go: what comes soon after is left to whoever takes it up.
    gave_up: Option<Instant>,
}

impl<'a> Writer<'a> {
    fn new(shift: &'a Shift) -> Self {
        Self { shift, session: Session::new(&shift.pool), late: Vec::new(), look_again: None, gave_up: None }
    }

    async fn run(mut self, acknowledgements: &Mutex<mpsc::Receiver<Acknowledgement>>) {
        loop {
            let mut group = Vec::with_capacity(GROUP);
            let received = async { gather(&mut *acknowledgements.lock().await, &mut group).await };
            if self.late.is_empty() {
                self.look_again = None;
            } else {
                self.look_again.get_or_insert_with(|| Instant::now() + PAUSE);
            }
            let received = match self.look_again {
                Some(at) => timeout_at(at, received).await,
                None => Ok(received.await),
            };
            if received == Ok(0) {
                return;
            }
            // However much comes meanwhile; what has come by then is written as well.
            if self.look_again.take_if(|at| *at <= Instant::now()).is_some() {
                let late = std::mem::take(&mut self.late);
                group.extend(self.writable(late).await);
            }
            self.write(group).await;
        }
    }

    /// Writes a group, through outages of the database. Where the database refuses the group as it is, each is written alone, so
    /// that one that cannot be written holds up no other.
    async fn write(&mut self, mut group: Vec<Acknowledgement>) {
        while !group.is_empty() && self.gave_up.is_none_or(|at| at.elapsed() > REST) {
            let Err(error) = self.try_write(&group).await else { return };
            if db::is_passing(&error) {
                continue;
            }
            if db::is_locked(&error) {
                let all = group.len();
                group = self.writable(group).await;
                if group.len() == all {
                    // Something else is held.
                    self.late.append(&mut group);
                }
            } else if is_refusal(&error) {
                tracing::error!(%error, sends = group.len(), "acknowledgements cannot be written");
                if group.len() > 1 {
                    for one in group {
                        Box::pin(self.write(vec![one])).await;
                    }
                }
                return;
            } else {
                tracing::warn!(%error, "the database does not take acknowledgements; trying on");
                self.gave_up = self.shift.hurry.is_cancelled().then(Instant::now);
                tokio::select! { () = sleep(PAUSE) => {}, () = self.shift.hurry.cancelled() => {} }
            }
        }
    }

    /// Tells the database of senders that were refused. What it does not take, the next group tries again.
    async fn note_refused_senders(&mut self) {
        for refusal in self.shift.senders.take() {
            let default = &self.shift.settings.sender;
            match self.session.ask(async |connection| store::note_refused_sender(connection, &refusal, default).await).await {
                Ok(news) => {
                    self.shift.senders.written(refusal.organisation, Instant::now());
                    if news {
                        tracing::warn!(organisation = %refusal.organisation, said = loggable(&refusal.words), "the relay refuses the sender; this organisation's messages wait");
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "a refused sender was not noted; trying on");
                    self.shift.senders.give_back(refusal);
                }
            }
        }
    }

    async fn try_write(&mut self, group: &[Acknowledgement]) -> Result<(), sqlx::Error> {
        let finished: Vec<Finished> = group.iter().map(|one| one.finished.clone()).collect();
        let keeps = self.shift.settings.transport.keeps();
        let turn = self.shift.settings.requests.turn().await;
        // First, so that nobody claims what would only be refused.
        self.note_refused_senders().await;
        let written = self.session.ask(async |connection| store::finish(connection, &finished, keeps).await).await?;
        drop(turn);
        self.shift.untold.add(finished.iter().map(|one| one.organisation));
        let late = (finished.len() as u64).saturating_sub(written);
        if late > 0 {
            tracing::warn!(late, "acknowledgements came too late: somebody else holds those sends, or they were dropped");
        }
        for one in &finished {
            metrics::attempted(&one.outcome);
        }
        Ok(())
    }

    /// What nobody else holds; the rest is late. Told to hurry, late ones are left to whoever takes them up.
    async fn writable(&mut self, group: Vec<Acknowledgement>) -> Vec<Acknowledgement> {
        let sends: Vec<_> = group.iter().map(|one| (one.finished.organisation, one.finished.send)).collect();
        // Where the database fails, writing finds that out.
        let Ok(free) = self.session.ask(async |connection| store::nobody_holds(connection, &sends).await).await else { return group };
        let (writable, held) = group.into_iter().partition(|one| free.contains(&one.finished.send));
        if !self.shift.hurry.is_cancelled() {
            self.late.extend(held);
        }
        writable
    }
}

/// Whether the database refuses the data itself (classes 22 and 23), so that trying again is of no use.
fn is_refusal(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}
