//! The worker: lanes, the claimer that feeds them, the acknowledger behind them, and who keeps house.

use super::{
    acknowledge::{self, Acknowledgement, UNWRITTEN},
    buffer::Buffer,
    claim::Claimer,
    deliver::Lane,
    keeper,
    lease::Leases,
    listen,
    outcome::Outcome,
    relay_state::{Breaker, RelayState},
    roster::Entry,
    senders::Senders,
    session::Session,
    silence::{self, Talks},
    tell::{self, Untold},
};
use crate::{mail::transport::Transport, precedence::Requests, secret::SecretKey};
use domain::pace::Pace;
use sqlx::{PgPool, postgres::PgConnectOptions};
use std::{future::pending, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, Semaphore, mpsc, watch},
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// After being told to stop, lanes get this long to finish what has not reached its final dot, and a database that is away to take
/// what became of the rest.
const GRACE: Duration = Duration::from_secs(10);

/// Connections to the database: the claimer's, the two writers', the keeper's, that of who tells the screens, and the worker's own for
/// its beginning and end; beside this pool the listener's.
pub const CONNECTIONS: u32 = POOLED + 1;
const POOLED: u32 = 6;

/// The pause after the database failed, or a part of the worker did.
const PAUSE: Duration = Duration::from_secs(1);
/// Where it fails again and again, the pause grows to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// What a worker needs.
pub struct Settings {
    /// The bound pool, whose options the worker's own connections take.
    pub pool: PgPool,
    /// Where messages go.
    pub transport: Transport,
    /// The secret key, for links.
    pub key: SecretKey,
    /// The public address, without a slash at the end, for links.
    pub base_url: String,
    /// Sender of organisations that have set none.
    pub sender: String,
    /// Connections to the relay at once, at least one.
    pub connections: u16,
    /// How much the relay takes, for all workers together.
    pub pace: Pace,
    /// How long the relay may be silent to everybody before it is tried over further connections: [`super::PATIENCE`], but in tests.
    pub patience: Duration,
    /// What this worker gives way to.
    pub requests: Requests,
}

/// Delivers what stands in the outbox. Any number of workers, in any number of processes, share the work.
pub struct Worker {
    settings: Arc<Settings>,
    pool: PgPool,
    relay: Arc<Breaker>,
}

/// When a shift ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// When it is told to.
    Stopped,
    /// When nothing is due any more, or the relay is in trouble.
    Idle,
}

/// One run of a worker: what its parts share.
pub(super) struct Shift {
    pub(super) settings: Arc<Settings>,
    pub(super) pool: PgPool,
    pub(super) relay: Arc<Breaker>,
    /// This worker in the roster.
    pub(super) entry: Entry,
    pub(super) leases: Arc<Leases>,
    pub(super) buffer: Buffer,
    /// A permit for each message that may have left without that being written.
    pub(super) unwritten: Arc<Semaphore>,
    /// Senders that were refused.
    pub(super) senders: Senders,
    /// What the lanes wait for.
    pub(super) talks: Talks,
    /// What no screen was told of yet.
    pub(super) untold: Untold,
    /// Something may be due.
    pub(super) wake: Notify,
    /// Claim no more.
    pub(super) stop: CancellationToken,
    /// Abandon what has not reached its final dot.
    pub(super) hurry: CancellationToken,
    acknowledgements: mpsc::Sender<Acknowledgement>,
}

impl Shift {
    /// Passes on what became of a send, to be written.
    pub(super) async fn acknowledge(&self, acknowledgement: Acknowledgement) {
        // The acknowledger is there until nothing is held any more.
        let _ = self.acknowledgements.send(acknowledgement).await;
    }

    /// Gives back what nobody has begun.
    pub(super) async fn give_back(&self) {
        for job in self.buffer.drain() {
            self.acknowledge(Acknowledgement::new(job, Outcome::returned(), None)).await;
        }
    }
}

impl Worker {
    /// A worker that has not begun. Its connections to the database are its own, so that no crowd of requests comes between a
    /// message and its acknowledgement.
    pub fn new(settings: Settings) -> Self {
        let options = PgConnectOptions::clone(&settings.pool.connect_options());
        let pool = settings.pool.options().clone().max_connections(POOLED).connect_lazy_with(options);
        Self { settings: Arc::new(settings), pool, relay: Arc::new(Breaker::default()) }
    }

    /// Its own connections to the database.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// How the relay fares, now and from now on.
    pub fn relay_state(&self) -> watch::Receiver<RelayState> {
        self.relay.watch()
    }

    /// Delivers until `stop`. Then nothing new is begun, what nobody has begun is given back, and what is under way is finished
    /// and written: within seconds, unless a relay is silent after a final dot.
    pub async fn run(&self, stop: CancellationToken) {
        let Settings { connections, pace, .. } = &*self.settings;
        let pace = pace.is_limited().then(|| pace.to_string());
        tracing::info!(connections, pace, "the worker runs");
        // Failures of the database are waited out: nothing ends a shift but being told to, or a part of it that failed.
        let mut pause = PAUSE;
        let mut begun = Instant::now();
        while let Err(error) = self.work(Until::Stopped, stop.child_token()).await {
            // What makes it fail may be a message that has left and that nothing is written of.
            pause = if begun.elapsed() > LONGEST_PAUSE { PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
            tracing::error!(%error, seconds = pause.as_secs(), "a part of the worker failed; beginning anew after a pause");
            tokio::select! { () = sleep(pause) => {}, () = stop.cancelled() => {} }
            begun = Instant::now();
        }
        tracing::info!("the worker has ended");
    }

    /// Delivers what is due now, for tests and commands: ends when nothing is due any more, or once the relay is in trouble,
    /// which is tried once however long its pause still is. Fails where the database does.
    pub async fn run_until_idle(&self) -> Result<(), sqlx::Error> {
        self.work(Until::Idle, CancellationToken::new()).await
    }

    async fn work(&self, until: Until, stop: CancellationToken) -> Result<(), sqlx::Error> {
        let (sender, receiver) = mpsc::channel(UNWRITTEN);
        let shift = Arc::new(Shift {
            settings: Arc::clone(&self.settings),
            pool: self.pool.clone(),
            relay: Arc::clone(&self.relay),
            entry: Entry::new(),
            leases: Arc::default(),
            buffer: Buffer::default(),
            unwritten: Arc::new(Semaphore::new(UNWRITTEN)),
            senders: Senders::default(),
            talks: Talks::default(),
            untold: Untold::default(),
            wake: Notify::new(),
            stop,
            hurry: CancellationToken::new(),
            acknowledgements: sender,
        });
        let mut session = Session::new(&shift.pool);
        // Before anything leaves, so that its limit counts.
        while let Err(error) = session.ask(async |connection| shift.entry.report(connection, &shift).await).await {
            if until == Until::Idle {
                return Err(error);
            }
            tracing::warn!(%error, "the database does not take that this worker is there; trying on");
            tokio::select! {
                () = sleep(PAUSE) => {}
                () = shift.stop.cancelled() => return Ok(()),
            }
        }
        if until == Until::Idle {
            session.ask(async |connection| keeper::round(connection, &shift).await).await?;
        }
        // Dropped, a set ends its tasks: nothing outlives this call.
        let mut background = JoinSet::new();
        background.spawn(acknowledge::run(Arc::clone(&shift), receiver));
        background.spawn(keeper::run(Arc::clone(&shift), until));
        background.spawn(tell::run(Arc::clone(&shift)));
        background.spawn(silence::run(Arc::clone(&shift)));
        background.spawn(hurry(Arc::clone(&shift)));
        if until == Until::Stopped {
            background.spawn(listen::run(Arc::clone(&shift)));
        }
        let mut lanes = JoinSet::new();
        for _ in 0..shift.settings.connections.max(1) {
            lanes.spawn(lane(Arc::clone(&shift)));
        }
        let result = tokio::select! {
            result = Claimer::new(&shift, until, &mut lanes).run() => result,
            // What is under way is abandoned, since nothing of it would be written; it is taken up when its leases have run out.
            () = failed(&mut background) => return Err(sqlx::Error::WorkerCrashed),
        };
        shift.stop.cancel();
        shift.buffer.close();
        tokio::select! {
            () = settled(&mut lanes, &shift.leases) => {}
            () = shift.hurry.cancelled() => {
                tracing::warn!(messages = shift.leases.count(), "waiting for the relay's answer before the end, for 10 minutes at most");
                settled(&mut lanes, &shift.leases).await;
            }
        }
        background.shutdown().await;
        if !shift.hurry.is_cancelled() {
            shift.untold.tell(&mut session).await;
            // Whoever is not told notices by itself.
            let _ = session.ask(async |connection| shift.entry.retire(connection).await).await;
        }
        result
    }
}

/// Has everything hurry some time after it was told to stop, whatever it waits for by then.
async fn hurry(shift: Arc<Shift>) {
    shift.stop.cancelled().await;
    sleep(GRACE).await;
    shift.hurry.cancel();
}

/// A lane that is replaced should it ever panic; its send is taken up when its lease has run out.
pub(super) async fn lane(shift: Arc<Shift>) {
    while let Err(error) = AbortOnDropHandle::new(tokio::spawn(Lane::new(Arc::clone(&shift)).run())).await {
        tracing::error!(%error, "a lane failed and is replaced");
    }
}

/// Waits until one of these has panicked; for ever where none does.
async fn failed(parts: &mut JoinSet<()>) {
    while let Some(ended) = parts.join_next().await {
        if ended.is_err() {
            return;
        }
    }
    pending::<()>().await;
}

/// Waits until nothing is handed over any more, and nothing is left to be written.
async fn settled(lanes: &mut JoinSet<()>, leases: &Leases) {
    while lanes.join_next().await.is_some() {}
    leases.none_left().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    #[tokio::test]
    async fn a_part_that_panics_is_noticed_and_one_that_ends_is_not() {
        let mut parts = JoinSet::new();
        parts.spawn(async {});
        assert!(timeout(Duration::from_millis(50), failed(&mut parts)).await.is_err());
        parts.spawn(pending());
        parts.spawn(async { panic!("a part fails") });
        failed(&mut parts).await;
    }
}
