//! How the relay fares as a whole, and when it is tried again: what concerns everybody is held apart from what concerns one.

use crate::mail::{dialogue::DialogueError, relay::ConnectError, reply::loggable, smtp::SendError};
use domain::delivery::Concern;
use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

/// How the relay fares, as this process sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayState {
    /// Nothing is known against it.
    Working,
    /// Delivery waits, and tries on by itself.
    Trouble {
        /// What it suffers from.
        concern: Concern,
        /// The error, or the relay's own words.
        words: String,
        /// Tries since then.
        failures: u32,
    },
}

/// This many refusals in a row, without an acceptance between them, concern everybody.
const REFUSALS: u32 = 10;
/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer, so that delivery goes on within half a minute.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Nor this one, where the last try has been waited for before.
const LONGEST_PAUSE_OF_SILENCE: Duration = Duration::from_secs(5);

/// Lets delivery through while the relay works, and one try now and then while it is in trouble.
pub(super) struct Breaker {
    state: watch::Sender<RelayState>,
    inner: Mutex<Inner>,
}

struct Inner {
    refusals: u32,
    next_try: Instant,
}

impl Default for Breaker {
    fn default() -> Self {
        let inner = Inner { refusals: 0, next_try: Instant::now() };
        Self { state: watch::Sender::new(RelayState::Working), inner: Mutex::new(inner) }
    }
}

impl Breaker {
    pub(super) fn watch(&self) -> watch::Receiver<RelayState> {
        self.state.subscribe()
    }

    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// While the relay is in trouble: when it is tried again.
    pub(super) fn next_try(&self) -> Option<Instant> {
        let working = *self.state.borrow() == RelayState::Working;
        (!working).then(|| self.with(|inner| inner.next_try))
    }

    /// What it suffers from.
    pub(super) fn concern(&self) -> Option<Concern> {
        match *self.state.borrow() {
            RelayState::Working => None,
            RelayState::Trouble { concern, .. } => Some(concern),
        }
    }

    /// Whether it is in trouble since it says nothing.
    pub(super) fn is_silent(&self) -> bool {
        self.concern() == Some(Concern::Silent)
    }

    /// Nobody waits for it any more. Should it refuse the next one as well, it is in trouble again.
    pub(super) fn forget(&self) {
        self.recover(|_| true);
    }

    /// A message was accepted: whatever it was, it is over.
    pub(super) fn accepted(&self) {
        self.with(|inner| inner.refusals = 0);
        self.recover(|_| true);
    }

    /// The relay answered about a sender or a recipient, whatever it answered: whoever could not get that far now can.
    pub(super) fn answered(&self) {
        self.recover(|concern| concern != Concern::Refusing);
    }

    fn recover(&self, is_over: impl FnOnce(Concern) -> bool) {
        self.state.send_if_modified(|state| match state {
            RelayState::Trouble { concern, .. } if is_over(*concern) => {
                tracing::info!("the relay works again");
                *state = RelayState::Working;
                true
            }
            _ => false,
        });
    }

    /// A recipient or a message was refused for good, or not answered. Says whether that has come to concern everybody. Where the
    /// relay names the address as its reason, whoever is tried then has their answer, and the next one does not wait for long.
    pub(super) fn refused(&self, words: &str, names_address: bool, now: Instant) -> bool {
        let refusals = self.with(|inner| {
            inner.refusals += 1;
            inner.refusals
        });
        if refusals >= REFUSALS {
            self.fail_for(Concern::Refusing, words, now, if names_address { FIRST_PAUSE } else { LONGEST_PAUSE });
        }
        refusals >= REFUSALS
    }

    /// The connection ended after the final dot and before an answer: it was there until then, and this message may be why.
    pub(super) fn cut_off(&self, error: &DialogueError, now: Instant) {
        self.answered();
        self.refused(&error.to_string(), false, now);
    }

    /// Something that concerns everybody failed.
    pub(super) fn fail(&self, concern: Concern, words: &str, now: Instant) {
        let longest = if concern == Concern::Silent { LONGEST_PAUSE_OF_SILENCE } else { LONGEST_PAUSE };
        self.fail_for(concern, words, now, longest);
    }

    fn fail_for(&self, concern: Concern, words: &str, now: Instant, longest: Duration) {
        self.state.send_if_modified(|state| {
            let (failures, known) = match state {
                RelayState::Working => (0, None),
                // Others that were under way when it began tell nothing new.
                RelayState::Trouble { .. } if self.with(|inner| now < inner.next_try) => return false,
                RelayState::Trouble { failures, concern, .. } => (*failures, Some(*concern)),
            };
            let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures)).min(longest);
            self.with(|inner| inner.next_try = now + pause);
            if known != Some(concern) {
                tracing::warn!(?concern, said = loggable(words), "the relay is in trouble; delivery waits and tries on");
            }
            *state = RelayState::Trouble { concern, words: words.to_owned(), failures: failures.saturating_add(1) };
            true
        });
    }

    /// No connection came about.
    pub(super) fn unconnected(&self, error: &ConnectError, now: Instant) {
        let concern = match error {
            ConnectError::Tls(error) if error.kind() != io::ErrorKind::TimedOut => Concern::Tls,
            ConnectError::NoStartTls => Concern::Tls,
            ConnectError::Refused(reply) | ConnectError::Authentication(reply) if !reply.is_permanent() => Concern::Later,
            ConnectError::Authentication(_) | ConnectError::NoAuthentication => Concern::Authentication,
            error if error.is_silence() => Concern::Silent,
            ConnectError::Unreachable(_) | ConnectError::Tls(_) | ConnectError::Refused(_) | ConnectError::Dialogue(_) => {
                Concern::Connection
            }
        };
        self.fail(concern, &error.to_string(), now);
    }

    /// A connection that was just opened broke off before the final dot.
    pub(super) fn broke_off(&self, error: &SendError, now: Instant) {
        let concern = match error {
            SendError::Closing(_) => Concern::Later,
            error if error.is_silence() => Concern::Silent,
            _ => Concern::Connection,
        };
        self.fail(concern, &error.to_string(), now);
    }

    /// How many sends the next try leaves alone: where the relay refuses one after the other, those may stand together, and
    /// somebody further behind tells more about everybody.
    pub(super) fn passed_over(&self) -> u16 {
        match *self.state.borrow() {
            RelayState::Trouble { concern: Concern::Refusing, failures, .. } if failures > 2 => 1_u16 << failures.min(12),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_those_under_way_do_not_count() {
        let (breaker, mut now) = (Breaker::default(), Instant::now());
        assert_eq!(breaker.next_try(), None);
        for expected in [1, 2, 4, 8, 16, 20, 20] {
            breaker.fail(Concern::Connection, "down", now);
            breaker.fail(Concern::Connection, "down", now);
            now += Duration::from_secs(expected);
            assert_eq!(breaker.next_try(), Some(now));
        }
        breaker.answered();
        assert_eq!(*breaker.watch().borrow(), RelayState::Working);
    }

    #[test]
    fn the_tenth_refusal_in_a_row_concerns_everybody_until_somebody_is_accepted() {
        let (breaker, mut now) = (Breaker::default(), Instant::now());
        for _ in 0..9 {
            assert!(!breaker.refused("550 no", false, now));
        }
        breaker.accepted();
        for _ in 0..9 {
            assert!(!breaker.refused("550 no", false, now));
        }
        assert!(breaker.refused("550 no", false, now));
        breaker.answered();
        assert!(breaker.next_try().is_some());
        assert_eq!(breaker.passed_over(), 0);
        for _ in 0..3 {
            now += LONGEST_PAUSE;
            assert!(breaker.refused("550 no", false, now));
        }
        assert_eq!(breaker.passed_over(), 16);
        breaker.accepted();
        assert_eq!((breaker.next_try(), breaker.passed_over()), (None, 0));
    }

    #[test]
    fn after_an_address_that_does_not_exist_the_next_one_is_tried_soon() {
        let (breaker, mut now) = (Breaker::default(), Instant::now());
        for _ in 0..20 {
            breaker.refused("550 5.1.1 no such user", true, now);
            now += FIRST_PAUSE;
            assert!(breaker.next_try().is_none_or(|at| at <= now));
        }
        assert!(breaker.next_try().is_some());
    }
}
