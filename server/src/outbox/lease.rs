//! What this process holds, and until when by its own monotonic clock.

use super::claimed::Claimed;
use domain::ids::{OrganisationId, SendId};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// How long a lease lasts. What a dead worker held is taken up after this and one round of the keeper: within 30 seconds.
pub const LEASE: Duration = Duration::from_secs(20);
/// A lease with less than this left is renewed; there are several rounds of the keeper before it runs out.
pub(super) const RENEW_BELOW: Duration = Duration::from_secs(13);
/// Nothing is begun under a lease with less than this left.
const MARGIN: Duration = Duration::from_secs(1);

struct Held {
    organisation: OrganisationId,
    number: i64,
    until: Instant,
}

/// The leases of this process.
#[derive(Default)]
pub(super) struct Leases {
    held: Mutex<HashMap<SendId, Held>>,
    all_gone: Notify,
}

/// Holds one send. While it lives the lease is renewed; dropped, the send is left to whoever comes.
pub(super) struct Hold {
    leases: Arc<Leases>,
    send: SendId,
    number: i64,
}

impl Leases {
    fn with<T>(&self, look: impl FnOnce(&mut HashMap<SendId, Held>) -> T) -> T {
        look(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Holds a send that was claimed by a statement that began at `begun`, so that the lease ends here before it does there.
    pub(super) fn hold(self: &Arc<Self>, claimed: &Claimed, begun: Instant) -> Hold {
        let held = Held { organisation: claimed.organisation, number: claimed.number, until: begun + LEASE };
        self.with(|all| all.insert(claimed.send, held));
        Hold { leases: Arc::clone(self), send: claimed.send, number: claimed.number }
    }

    /// All that is held by leases with less than a time left: what is not named together with its lease counts as let go.
    pub(super) fn to_renew(&self, now: Instant, below: Duration) -> Vec<(OrganisationId, SendId, i64)> {
        let soon = now + below;
        self.with(|all| {
            let ending: HashSet<i64> = all.values().filter(|held| held.until < soon).map(|held| held.number).collect();
            let named = all.iter().filter(|(_, held)| ending.contains(&held.number));
            named.map(|(send, held)| (held.organisation, *send, held.number)).collect()
        })
    }

    /// Notes that leases go on, renewed by a statement that began at `begun`. The others are lost: they keep their end, and
    /// nothing is begun under them.
    pub(super) fn renewed(&self, sends: &[SendId], begun: Instant) {
        self.with(|all| {
            for send in sends {
                if let Some(held) = all.get_mut(send) {
                    held.until = begun + LEASE;
                }
            }
        });
    }

    /// How many sends are held.
    pub(super) fn count(&self) -> usize {
        self.with(|all| all.len())
    }

    /// Waits until nothing is held.
    pub(super) async fn none_left(&self) {
        loop {
            let gone = self.all_gone.notified();
            if self.count() == 0 {
                return;
            }
            gone.await;
        }
    }
}

impl Hold {
    /// Whether the lease still runs, so that something may be begun.
    pub(super) fn is_valid(&self, now: Instant) -> bool {
        self.leases.with(|all| all.get(&self.send).is_some_and(|held| held.number == self.number && held.until > now + MARGIN))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let left = self.leases.with(|all| {
            // It may have been claimed once more meanwhile.
            if all.get(&self.send).is_some_and(|held| held.number == self.number) {
                all.remove(&self.send);
            }
            all.len()
        });
        if left == 0 {
            self.leases.all_gone.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::claimed::UnreadableValues;
    use domain::ids::EmployeeId;

    #[tokio::test]
    async fn what_is_claimed_once_more_is_held_by_the_later_lease() {
        let (leases, begun) = (Arc::new(Leases::default()), Instant::now());
        let before = leases.hold(&claimed(1), begun);
        let after = leases.hold(&Claimed { number: 4, ..claimed(1) }, begun);
        assert!(!before.is_valid(begun) && after.is_valid(begun));
        drop(before);
        assert!(after.is_valid(begun));
        drop(after);
        leases.none_left().await;
    }

    fn claimed(send: i64) -> Claimed {
        Claimed {
            organisation: OrganisationId(1),
            send: SendId(send),
            employee: EmployeeId(1),
            number: 3,
            seed: Vec::new(),
            attempts: 0,
            tried_for: Duration::ZERO,
            values: Err(UnreadableValues::default()),
            mould: Arc::default(),
        }
    }

    #[tokio::test]
    async fn a_lease_that_ran_out_begins_nothing_unless_it_was_renewed() {
        let (leases, begun) = (Arc::new(Leases::default()), Instant::now());
        let (kept, lost) = (leases.hold(&claimed(1), begun), leases.hold(&claimed(2), begun));
        assert!(leases.to_renew(begun, RENEW_BELOW).is_empty());
        let later = begun + Duration::from_secs(8);
        assert_eq!(leases.to_renew(later, RENEW_BELOW).len(), 2);
        leases.renewed(&[SendId(1)], later);
        // Both are of one lease, and would be let go where they are not named.
        assert_eq!(leases.to_renew(later, RENEW_BELOW).len(), 2);
        let end = begun + LEASE;
        assert!(kept.is_valid(end) && !lost.is_valid(end));
        drop((kept, lost));
        leases.none_left().await;
    }
}
