//! Claiming: what is due, as much as the lanes need and little in advance, so that cancelling and undoing find most of it
//! still waiting.

use super::{
    buffer::Job,
    deliver::Lane,
    lease::LEASE,
    relay_state::RelayState,
    session::Session,
    silence, store,
    worker::{Shift, Until, lane},
};
use domain::delivery::Concern;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    task::JoinSet,
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

/// What was not begun by then was claimed too early.
const LONG_AHEAD: Duration = Duration::from_secs(2);

/// Feeds the lanes.
pub(super) struct Claimer<'a> {
    shift: &'a Arc<Shift>,
    lanes: &'a mut JoinSet<()>,
    session: Session,
    until: Until,
    /// How many are claimed at once: so many as the lanes begin within [`AHEAD`].
    wanted: u16,
    last: Instant,
    /// Working until idle does not wait for a relay in trouble, but tries it once.
    may_probe: bool,
    /// The relay was silent to all lanes, some of which may wait for what it has forgotten: those that asked before the last try.
    was_silent: Option<Instant>,
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

    /// Tries a relay in trouble with a single send when it is time, and waits for what becomes of it. Says whether to go on.
    async fn probe(&mut self, at: Instant) -> Result<bool, sqlx::Error> {
        // Whatever waits in the buffer would only fail one after the other.
        self.shift.give_back().await;
        if self.until == Until::Stopped {
            self.wait(sleep_until(at)).await;
        } else if !std::mem::take(&mut self.may_probe) {
            self.shift.leases.none_left().await;
            return Ok(false);
        }
        // Where as much is under way as may be unwritten, its outcomes are waited for.
        tokio::select! {
            _ = self.shift.unwritten.acquire() => {}
            () = self.shift.stop.cancelled() => return Ok(false),
        }
        for passed_over in [self.shift.relay.passed_over(), 0] {
            if let Some(job) = self.claim(1, passed_over).await?.pop() {
                self.probe_with(job).await;
                return Ok(true);
            }
        }
        self.look_without_messages().await?;
        self.rest().await
    }

    /// Nothing can be tried. That a relay which could not be talked to takes a connection is enough then, so that nobody is told of a
    /// trouble that is over; one that has refused messages is not asked for anything, and its trouble is over where none waits.
    async fn look_without_messages(&mut self) -> Result<(), sqlx::Error> {
        match self.shift.relay.concern() {
            Some(Concern::Connection | Concern::Silent | Concern::Tls | Concern::Authentication) => self.knock().await,
            Some(_) if self.session.ask(async |connection| store::next_due(connection).await).await?.is_none() => {
                self.shift.relay.forget();
            }
            _ => {}
        }
        Ok(())
    }

    /// Opens a connection, and closes it.
    async fn knock(&mut self) {
        let begun = Instant::now();
        let opened = tokio::select! {
            opened = self.shift.settings.transport.open() => opened,
            () = self.shift.stop.cancelled() => return,
        };
        match opened {
            Ok(channel) => {
                if self.shift.relay.is_silent() {
                    self.was_silent = Some(begun);
                }
                self.shift.relay.answered();
                channel.close().await;
            }
            Err(error) => self.shift.relay.unconnected(&error, Instant::now()),
        }
    }

    /// Hands a send to a lane, to one of its own where all others wait for the relay, and waits until it is settled or the relay
    /// works; for a while only where the relay says nothing.
    async fn probe_with(&mut self, mut job: Job) {
        let (settle, mut settled) = oneshot::channel();
        job.settled = Some(settle);
        let (patience, mut relay) = (self.shift.settings.patience, self.shift.relay.watch());
        let begun = Instant::now();
        if self.shift.relay.is_silent() {
            self.was_silent = Some(begun);
        }
        if self.shift.talks.has_free_lane() {
            self.shift.buffer.extend([job]);
        } else {
            while self.lanes.try_join_next().is_some() {}
            self.lanes.spawn(Lane::for_one(Arc::clone(self.shift)).carry(job));
        }
        loop {
            let owed = self.shift.talks.asked_since(begun).unwrap_or_else(Instant::now);
            tokio::select! {
                // It tells by being dropped.
                _ = &mut settled => return,
                _ = relay.wait_for(|state| *state == RelayState::Working) => return,
                () = self.shift.stop.cancelled() => return,
                () = sleep_until(owed + patience) => {}
            }
            let now = Instant::now();
            if self.shift.talks.asked_since(begun).is_some_and(|owed| now >= owed + patience) {
                return self.shift.relay.fail(Concern::Silent, &silence::words(patience), now);
            }
        }
    }

    /// Lanes that wait for a relay that has been silent get successors.
    fn replace_lanes(&mut self, before: Instant) {
        let lanes = self.shift.talks.replace(before);
        if lanes > 0 {
            tracing::info!(lanes, "others go on in place of those that wait for an answer");
        }
        for _ in 0..lanes {
            self.lanes.spawn(lane(Arc::clone(self.shift)));
        }
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

    /// Claims up to so many.
    async fn claim(&mut self, wanted: u16, passed_over: u16) -> Result<Vec<Job>, sqlx::Error> {
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
