//! Sends that were claimed and not begun, between the claimer and the lanes.

use super::{claimed::Claimed, lease::Hold};
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};
use tokio::{
    sync::{Notify, oneshot},
    time::Instant,
};

/// A claimed send.
pub(super) struct Job {
    pub(super) claimed: Claimed,
    pub(super) hold: Hold,
    /// When the statement began that claimed it.
    pub(super) claimed_at: Instant,
    /// Tells, by being dropped, whoever waits for this one to be settled.
    pub(super) settled: Option<oneshot::Sender<()>>,
}

/// A queue that whoever fills it can empty at once.
#[derive(Default)]
pub(super) struct Buffer {
    inner: Mutex<Inner>,
    filled: Notify,
    low: Notify,
}

#[derive(Default)]
struct Inner {
    jobs: VecDeque<Job>,
    closed: bool,
    /// How often it was emptied at once.
    drains: u64,
    /// With so few jobs left it is time for more.
    low_water: usize,
}

impl Buffer {
    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds jobs behind those that wait.
    pub(super) fn extend(&self, jobs: impl IntoIterator<Item = Job>) {
        self.with(|inner| {
            inner.jobs.extend(jobs);
            inner.low_water = inner.jobs.len() / 2;
        });
        self.filled.notify_waiters();
    }

    /// No further jobs come.
    pub(super) fn close(&self) {
        self.with(|inner| inner.closed = true);
        self.filled.notify_waiters();
    }

    /// Takes everything that nobody has begun.
    pub(super) fn drain(&self) -> Vec<Job> {
        let jobs = self.with(|inner| {
            inner.drains += 1;
            inner.jobs.drain(..).collect()
        });
        self.low.notify_waiters();
        jobs
    }

    /// How often everything was taken: whether it was since a time before.
    pub(super) fn drains(&self) -> u64 {
        self.with(|inner| inner.drains)
    }

    /// Waits until half of what was added last is begun.
    pub(super) async fn wait_low(&self) {
        loop {
            let low = self.low.notified();
            if self.with(|inner| inner.jobs.len() <= inner.low_water) {
                return;
            }
            low.await;
        }
    }

    /// The next job; none when there will be no more.
    pub(super) async fn next(&self) -> Option<Job> {
        loop {
            let filled = self.filled.notified();
            let (job, low, closed) = self.with(|inner| (inner.jobs.pop_front(), inner.jobs.len() == inner.low_water, inner.closed));
            if low {
                self.low.notify_waiters();
            }
            if job.is_some() || closed {
                return job;
            }
            filled.await;
        }
    }
}
