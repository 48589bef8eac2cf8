//! Lanes that wait for the relay's word, and a relay that says nothing to any of them.
//!
//! An answer after the final dot is waited for ten minutes, since giving up too early makes a second copy. Delivery does not wait as
//! long: a relay that is silent to everybody is in trouble, is tried over further connections, and where it talks again, lanes that
//! wait for what it may have forgotten are replaced.

use super::worker::Shift;
use domain::delivery::Concern;
use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// A relay that has said nothing for so long to anybody who waits for it is in trouble, and is tried again over another connection.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// So often within that time it is looked.
const LOOKS: u32 = 20;

/// What one lane waits for.
#[derive(Default)]
pub(super) struct Talk {
    /// Since when the relay owes it an answer.
    asked: Mutex<Option<Instant>>,
    /// Another lane has taken its place.
    replaced: AtomicBool,
    all: Arc<Shared>,
}

/// What the lanes of a shift wait for.
#[derive(Default)]
pub(super) struct Talks(Arc<Shared>);

#[derive(Default)]
struct Shared {
    talks: Mutex<Vec<Weak<Talk>>>,
    /// When the relay last said something to anybody.
    heard: Mutex<Option<Instant>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Talk {
    /// From now on the relay owes an answer.
    pub(super) fn ask(&self, now: Instant) {
        *lock(&self.asked) = Some(now);
    }

    /// The relay has said something.
    pub(super) fn hear(&self, now: Instant) {
        *lock(&self.all.heard) = Some(now);
        self.end();
    }

    /// No answer is waited for any more.
    pub(super) fn end(&self) {
        *lock(&self.asked) = None;
    }

    /// For how long an answer has been waited for, where one is.
    fn waits(&self, now: Instant) -> Option<Duration> {
        lock(&self.asked).map(|asked| now - asked)
    }

    /// Whether another lane has taken its place.
    pub(super) fn is_replaced(&self) -> bool {
        self.replaced.load(Ordering::Relaxed)
    }
}

impl Talks {
    /// What a further lane waits for.
    pub(super) fn join(&self) -> Arc<Talk> {
        let talk = Arc::new(Talk { all: Arc::clone(&self.0), ..Talk::default() });
        let mut talks = lock(&self.0.talks);
        talks.retain(|talk| talk.strong_count() > 0);
        talks.push(Arc::downgrade(&talk));
        talk
    }

    /// The same for a lane that nobody replaces, since it is there for one message.
    pub(super) fn join_for_one(&self) -> Arc<Talk> {
        let talk = self.join();
        talk.replaced.store(true, Ordering::Relaxed);
        talk
    }

    /// Whether somebody has waited for so long, and nobody has heard anything meanwhile.
    pub(super) fn are_silent(&self, now: Instant, long: Duration) -> bool {
        let waits = |talk: &Weak<Talk>| talk.upgrade().and_then(|talk| talk.waits(now)).is_some_and(|waited| waited >= long);
        lock(&self.0.heard).is_none_or(|heard| now - heard >= long) && lock(&self.0.talks).iter().any(waits)
    }

    /// Whether there is a lane that waits for nothing.
    pub(super) fn has_free_lane(&self) -> bool {
        lock(&self.0.talks).iter().filter_map(Weak::upgrade).any(|talk| !talk.is_replaced() && lock(&talk.asked).is_none())
    }

    /// Gives up the places of lanes that have waited for long; says how many those are. They go on waiting, and end.
    pub(super) fn replace(&self, now: Instant, long: Duration) -> usize {
        let talks = lock(&self.0.talks);
        let waiting = talks.iter().filter_map(Weak::upgrade).filter(|talk| talk.waits(now).is_some_and(|waited| waited >= long));
        waiting.filter(|talk| !talk.replaced.swap(true, Ordering::Relaxed)).count()
    }
}

/// Notices a relay that is silent, until the shift is over.
pub(super) async fn run(shift: Arc<Shift>) {
    let patience = shift.settings.patience;
    loop {
        sleep(patience / LOOKS).await;
        let now = Instant::now();
        if shift.relay.next_try().is_none() && shift.talks.are_silent(now, patience) {
            shift.relay.fail(Concern::Silent, &words(patience), now);
        }
    }
}

/// What the screens quote.
pub(super) fn words(waited: Duration) -> String {
    format!("the relay has not answered for {} s", waited.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_silent_that_says_nothing_to_anybody_who_waits() {
        let (talks, begin) = (Talks::default(), Instant::now());
        let (first, second) = (talks.join(), talks.join());
        assert!(!talks.are_silent(begin + PATIENCE, PATIENCE), "nobody asked anything");
        first.ask(begin);
        second.ask(begin);
        second.hear(begin + PATIENCE / 2);
        assert!(!talks.are_silent(begin + PATIENCE, PATIENCE), "somebody was answered meanwhile");
        assert!(talks.are_silent(begin + PATIENCE * 3 / 2, PATIENCE));
        first.end();
        assert!(!talks.are_silent(begin + PATIENCE * 3 / 2, PATIENCE));
    }

    #[test]
    fn a_lane_that_waits_for_long_is_replaced_once() {
        let (talks, begin) = (Talks::default(), Instant::now());
        let (long, short, one) = (talks.join(), talks.join(), talks.join_for_one());
        let now = begin + PATIENCE;
        long.ask(begin);
        one.ask(begin);
        short.ask(now);
        assert_eq!((talks.replace(now, PATIENCE), talks.replace(now, PATIENCE)), (1, 0));
        assert!(long.is_replaced() && !short.is_replaced() && !talks.has_free_lane());
        short.hear(now);
        assert!(talks.has_free_lane());
    }
}
