//! Claiming: what is due, as much as the lanes need and little in advance, so that cancelling and undoing find most of it
//! still waiting.

use super::{
    buffer::Job,
    lease::LEASE,
    relay_state::RelayState,
    session::Session,
    store,
    worker::{Shift, Until},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
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

/// What was not begun by then was claimed too early.
const LONG_AHEAD: Duration = Duration::from_secs(2);

/// Feeds the lanes.
pub(super) struct Claimer<'a> {
    pub(super) shift: &'a Arc<Shift>,
    pub(super) lanes: &'a mut JoinSet<()>,
    pub(super) session: Session,
    pub(super) until: Until,
    /// How many are claimed at once: so many as the lanes begin within [`AHEAD`].
    wanted: u16,
    last: Instant,
    /// Working until idle does not wait for a relay in trouble, but tries it once.
    pub(super) may_probe: bool,
    /// The relay was silent to all lanes, some of which may wait for what it has forgotten: those that asked before the last try.
    pub(super) was_silent: Option<Instant>,
}

impl<'a> Claimer<'a> {
    pub(super) fn new(shift: &'a Arc<Shift>, until: Until, lanes: &'a mut JoinSet<()>) -> Self {
        let (session, wanted) = (Session::new(&shift.pool), shift.settings.connections);
        Self { shift, lanes, session, until, wanted, last: Instant::now(), may_probe: true, was_silent: None }
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
        self.shift.give_back().await;
        result.map(|_| ())
    }

    /// Claims for all lanes, and waits until they need more. Says whether to go on.
    async fn claim_for_all(&mut self) -> Result<bool, sqlx::Error> {
        self.may_probe = false;
        if let Some(before) = self.was_silent.take() {
            self.replace_lanes(before);
        }
        let drains = self.shift.buffer.drains();
        let jobs = self.claim(self.wanted, 0).await?;
        if jobs.is_empty() {
            return self.rest().await;
        }
        self.adapt(jobs.len());
        self.shift.buffer.extend(jobs);
        if self.shift.buffer.drains() != drains {
            // Called back while it was on its way here.
            self.shift.give_back().await;
            return Ok(true);
        }
        let mut relay = self.shift.relay.watch();
        let is_slow = tokio::select! {
            () = self.shift.buffer.wait_low() => false,
            _ = relay.wait_for(|state| *state != RelayState::Working) => false,
            () = self.shift.stop.cancelled() => false,
            () = sleep(LONG_AHEAD) => true,
        };
        if is_slow {
            self.slow_down().await;
        }
        Ok(true)
    }

    /// The relay has become slow: what nobody has begun goes back, where others may overtake it and it may lose its reason to leave, and
    /// nothing is claimed before a lane needs it.
    async fn slow_down(&mut self) {
        self.shift.give_back().await;
        self.wanted = (self.wanted / 2).max(self.shift.settings.connections);
        while !self.shift.talks.has_free_lane() && self.shift.relay.next_try().is_none() && !self.shift.stop.is_cancelled() {
            sleep(SHORTEST).await;
        }
    }

    /// Nothing is due: waits until something may be. Says whether to go on.
    pub(super) async fn rest(&mut self) -> Result<bool, sqlx::Error> {
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

    pub(super) async fn wait(&self, pause: impl Future<Output = ()>) {
        tokio::select! { () = pause => {}, () = self.shift.stop.cancelled() => {} }
    }

    /// Claims up to so many.
    pub(super) async fn claim(&mut self, wanted: u16, passed_over: u16) -> Result<Vec<Job>, sqlx::Error> {
        let _turn = self.shift.settings.requests.turn().await;
        let sender = &self.shift.settings.sender;
        let (begun, claimed) = self
            .session
            .ask(async |connection| Ok((Instant::now(), store::claim(connection, wanted, passed_over, LEASE, sender).await?)))
            .await?;
        let job = |claimed| Job { hold: self.shift.leases.hold(&claimed, begun), claimed, claimed_at: begun, settled: None };
        Ok(claimed.into_iter().map(job).collect())
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
}
