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
    /// The last wait was in vain, and somebody else was answered meanwhile.
    overheard: AtomicBool,
    /// Another lane has taken its place, or it never had one.
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
        *lock(&self.asked) = None;
    }

    /// No answer is waited for any more, without there having been one.
    pub(super) fn end(&self) {
        let asked = lock(&self.asked).take();
        let overheard = asked.is_some_and(|asked| lock(&self.all.heard).is_some_and(|heard| heard > asked));
        self.overheard.store(overheard, Ordering::Relaxed);
    }

    /// Whether the relay answered somebody else during the last wait in vain, which then tells nothing of the relay.
    pub(super) fn was_overheard(&self) -> bool {
        self.overheard.load(Ordering::Relaxed)
    }

    /// Whether another lane has taken its place.
    pub(super) fn is_replaced(&self) -> bool {
        self.replaced.load(Ordering::Relaxed)
    }

    fn asked(&self) -> Option<Instant> {
        *lock(&self.asked)
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

    fn all(&self) -> impl Iterator<Item = Arc<Talk>> {
        lock(&self.0.talks).iter().filter_map(Weak::upgrade).collect::<Vec<_>>().into_iter()
    }

    /// Whether somebody has waited for so long, and nobody has heard anything meanwhile. Those whose place another one has taken wait
    /// for what the relay may have forgotten.
    fn are_silent(&self, now: Instant, long: Duration) -> bool {
        lock(&self.0.heard).is_none_or(|heard| now - heard >= long)
            && self.all().any(|talk| !talk.is_replaced() && talk.asked().is_some_and(|asked| now - asked >= long))
    }

    /// When the relay was last asked something that it owes an answer to, of what was begun at a time or later.
    pub(super) fn asked_since(&self, begun: Instant) -> Option<Instant> {
        self.all().filter_map(|talk| talk.asked()).filter(|asked| *asked >= begun).max()
    }

    /// Whether there is a lane that waits for nothing.
    pub(super) fn has_free_lane(&self) -> bool {
        self.all().any(|talk| !talk.is_replaced() && talk.asked().is_none())
    }

    /// Gives up the places of lanes that have waited since before a time; says how many those are. They go on waiting, and end.
    pub(super) fn replace(&self, before: Instant) -> usize {
        let waiting = self.all().filter(|talk| talk.asked().is_some_and(|asked| asked < before));
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
        assert!(first.was_overheard());
        assert!(!talks.are_silent(begin + PATIENCE * 3 / 2, PATIENCE));
        second.ask(begin + PATIENCE);
        second.end();
        assert!(!second.was_overheard(), "nobody was answered since");
    }

    #[test]
    fn a_lane_that_waits_for_long_is_replaced_once_and_tells_nothing_from_then_on() {
        let (talks, begin) = (Talks::default(), Instant::now());
        let (long, short, one) = (talks.join(), talks.join(), talks.join_for_one());
        let now = begin + PATIENCE;
        for (talk, asked) in [(&long, begin), (&one, begin), (&short, now)] {
            talk.ask(asked);
        }
        assert_eq!(talks.asked_since(begin + PATIENCE / 2), Some(now));
        assert!(talks.are_silent(now, PATIENCE));
        assert_eq!((talks.replace(now), talks.replace(now)), (1, 0));
        assert!(long.is_replaced() && !short.is_replaced() && !talks.has_free_lane());
        assert!(!talks.are_silent(now, PATIENCE));
        short.hear(now);
        assert!(talks.has_free_lane());
    }
}
