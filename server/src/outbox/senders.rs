//! Senders that the relay refuses. A sender is an organisation's own setting: its messages wait, and are tried one by one until one
//! is taken; nobody else's wait for it. The database keeps that, for all workers (`0031_senders.sql`); here it is noticed.

use super::{buffer::Job, roster::without_addresses};
use crate::mail::reply::Reply;
use domain::ids::{OrganisationId, SendId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use tokio::time::Instant;

/// A refusal that the database does not know yet.
#[derive(Clone, Debug)]
pub(super) struct RefusedSender {
    pub(super) organisation: OrganisationId,
    /// The message that was offered.
    pub(super) send: SendId,
    /// The sender that it was offered from.
    pub(super) sender: String,
    /// The relay's words, without addresses.
    pub(super) words: String,
}

/// The refusals of senders that a shift has met with.
#[derive(Default)]
pub(super) struct Senders {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// When the database was told; unset while it is not.
    told: HashMap<OrganisationId, Option<Instant>>,
    unwritten: Vec<RefusedSender>,
}

impl Senders {
    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The relay refused the sender of a message.
    pub(super) fn refused(&self, job: &Job, reply: &Reply) {
        let (organisation, send) = (job.claimed.organisation, job.claimed.send);
        let sender = job.claimed.values.as_ref().map(|values| values.sender_address.clone()).unwrap_or_default();
        let words = without_addresses(&reply.to_string());
        self.with(|inner| {
            inner.told.insert(organisation, None);
            inner.unwritten.push(RefusedSender { organisation, send, sender, words });
        });
    }

    /// Whether a message would only be refused, having been claimed before the database knew.
    pub(super) fn would_refuse(&self, job: &Job) -> bool {
        self.with(|inner| inner.told.get(&job.claimed.organisation).is_some_and(|told| told.is_none_or(|told| job.claimed_at <= told)))
    }

    /// Takes what is to be written.
    pub(super) fn take(&self) -> Vec<RefusedSender> {
        self.with(|inner| std::mem::take(&mut inner.unwritten))
    }

    /// One was written.
    pub(super) fn written(&self, organisation: OrganisationId, now: Instant) {
        self.with(|inner| inner.told.insert(organisation, Some(now)));
    }

    /// Gives back one that could not be written.
    pub(super) fn give_back(&self, refusal: RefusedSender) {
        self.with(|inner| inner.unwritten.push(refusal));
    }
}
