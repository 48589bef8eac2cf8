//! A relay in trouble: tried with one message now and then, and without any where none can be tried.

use super::{
    buffer::Job,
    claim::Claimer,
    deliver::Lane,
    relay_state::RelayState,
    silence, store,
    worker::{Until, lane},
};
use domain::delivery::Concern;
use std::sync::Arc;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until},
};

impl Claimer<'_> {
    /// Tries a relay in trouble with a single send when it is time, and waits for what becomes of it. Says whether to go on.
    pub(super) async fn probe(&mut self, at: Instant) -> Result<bool, sqlx::Error> {
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
    pub(super) fn replace_lanes(&mut self, before: Instant) {
        let lanes = self.shift.talks.replace(before);
        if lanes > 0 {
            tracing::info!(lanes, "others go on in place of those that wait for an answer");
        }
        for _ in 0..lanes {
            self.lanes.spawn(lane(Arc::clone(self.shift)));
        }
    }
}
