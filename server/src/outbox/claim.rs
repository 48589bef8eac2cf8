//! Claiming: what is due, as much as the lanes need and little in advance, so that cancelling and undoing find most of it
//! still waiting.

use super::{
    acknowledge::Acknowledgement,
    buffer::Job,
    lease::LEASE,
    outcome::Outcome,
    relay_state::RelayState,
    session::Session,
    store,
    worker::{Shift, Until},
};
use std::time::Duration;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, sleep_until},
};

/// How often it is looked, since notifications get lost.
const POLL: Duration = Duration::from_secs(2);
/// The least pause before looking again after nothing was found.
const SHORTEST: Duration = Duration::from_millis(20);
/// The pause after the database failed.
const PAUSE: Duration = Duration::from_secs(1);
/// No more are claimed at once.
const MOST: u16 = 512;
/// No more while somebody asks for pages now and then, since a claim under way is not interrupted.
const MOST_BESIDE_REQUESTS: u16 = 128;
/// What was claimed at once should be begun within about this.
const AHEAD: Duration = Duration::from_millis(500);

/// Feeds the lanes.
pub(super) struct Claimer<'a> {
    shift: &'a Shift,
    session: Session,
    until: Until,
    /// How many are claimed at once: so many as the lanes begin within [`AHEAD`].
    wanted: u16,
    last: Instant,
    /// Working until idle does not wait for a relay in trouble, but tries it once.
    may_probe: bool,
}

impl<'a> Claimer<'a> {
    pub(super) fn new(shift: &'a Shift, until: Until) -> Self {
        Self { shift, session: Session::new(&shift.pool), until, wanted: shift.settings.connections, last: Instant::now(), may_probe: true }
    }

    /// Claims until it is told to stop, or until nothing is due. What nobody has begun by then is given back.
    pub(super) async fn run(mut self) -> Result<(), sqlx::Error> {
        let mut result = Ok(true);
        while matches!(result, Ok(true)) && !self.shift.stop.is_cancelled() {
            result = match self.shift.relay.next_try() {
                Some(at) => self.probe(at).await,
                None => self.claim_for_all().await,
            };
            if let (Err(error), Until::Stopped) = (&result, self.until) {
                tracing::warn!(%error, "the database gives no sends; trying on");
                self.wait(sleep(PAUSE)).await;
                result = Ok(true);
            }
        }
        self.give_back().await;
        result.map(|_| ())
    }

    /// Claims for all lanes, and waits until they need more. Says whether to go on.
    async fn claim_for_all(&mut self) -> Result<bool, sqlx::Error> {
        self.may_probe = false;
        let claimed = self.claim(self.wanted, 0, None).await?;
        if claimed == 0 {
            return self.rest().await;
        }
        self.adapt(claimed);
        let mut relay = self.shift.relay.watch();
        tokio::select! {
            () = self.shift.buffer.wait_low() => {}
            _ = relay.wait_for(|state| *state != RelayState::Working) => {}
            () = self.shift.stop.cancelled() => {}
        }
        Ok(true)
    }

    /// Tries a relay in trouble with a single send when it is time, and waits for what becomes of it. Says whether to go on.
    async fn probe(&mut self, at: Instant) -> Result<bool, sqlx::Error> {
        // Whatever waits in the buffer would only fail one after the other.
        self.give_back().await;
        if self.until == Until::Stopped {
            self.wait(sleep_until(at)).await;
        } else if !std::mem::take(&mut self.may_probe) {
            self.shift.leases.none_left().await;
            return Ok(false);
        }
        if self.shift.stop.is_cancelled() {
            return Ok(false);
        }
        for passed_over in [self.shift.relay.passed_over(), 0] {
            let (settle, settled) = oneshot::channel();
            if self.claim(1, passed_over, Some(settle)).await? > 0 {
                // It tells by being dropped.
                let _ = settled.await;
                return Ok(true);
            }
        }
        self.rest().await
    }

    /// Nothing is due: waits until something may be. Says whether to go on.
    async fn rest(&mut self) -> Result<bool, sqlx::Error> {
        if self.until == Until::Idle {
            let idle = self.shift.leases.count() == 0;
            self.shift.leases.none_left().await;
            return Ok(!idle);
        }
        let due = self.session.ask(async |connection| store::next_due(connection).await).await?;
        let pause = due.map_or(POLL, |due| due.clamp(SHORTEST, POLL));
        tokio::select! {
            () = self.shift.wake.notified() => {}
            () = sleep(pause) => {}
            () = self.shift.stop.cancelled() => {}
        }
        Ok(true)
    }

    async fn wait(&self, pause: impl Future<Output = ()>) {
        tokio::select! { () = pause => {}, () = self.shift.stop.cancelled() => {} }
    }

    /// Claims, and hands what was claimed to the lanes. Says how many those were.
    async fn claim(&mut self, wanted: u16, passed_over: u16, settled: Option<oneshot::Sender<()>>) -> Result<usize, sqlx::Error> {
        let _turn = self.shift.settings.requests.turn().await;
        let sender = &self.shift.settings.sender;
        let (begun, claimed) = self
            .session
            .ask(async |connection| Ok((Instant::now(), store::claim(connection, wanted, passed_over, LEASE, sender).await?)))
            .await?;
        let count = claimed.len();
        let mut settled = settled;
        self.shift.buffer.extend(claimed.into_iter().map(|claimed| {
            let hold = self.shift.leases.hold(&claimed, begun);
            Job { claimed, hold, settled: settled.take() }
        }));
        Ok(count)
    }

    /// Claims more at once where the lanes were quick, less where they were slow.
    fn adapt(&mut self, claimed: usize) {
        let took = std::mem::replace(&mut self.last, Instant::now()).elapsed();
        if took < AHEAD / 2 && claimed == usize::from(self.wanted) {
            self.wanted = self.wanted.saturating_mul(2);
        } else if took > AHEAD * 2 {
            self.wanted = (self.wanted / 2).max(self.shift.settings.connections);
        }
        self.wanted = self.wanted.min(if self.shift.settings.requests.any_lately() { MOST_BESIDE_REQUESTS } else { MOST });
    }

    /// Gives back what nobody has begun.
    async fn give_back(&self) {
        for job in self.shift.buffer.drain() {
            self.shift.acknowledge(Acknowledgement::new(job, Outcome::returned(), None)).await;
        }
    }
}
