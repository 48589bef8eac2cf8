//! One lane: one way to the relay, and one send after the other over it.

use super::{
    acknowledge::Acknowledgement,
    buffer::Job,
    outcome::{Outcome, Refused, Tried},
    roster,
    silence::Talk,
    worker::Shift,
};
use crate::{
    link,
    mail::{
        render::{Message, Mould},
        reply::{Reply, loggable},
        smtp::SendError,
        transport::Channel,
    },
    metrics,
};
use domain::delivery::{Concern, DeliveryState, Reason, SendKind};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// An unused connection is closed after this, before the relay does it.
const IDLE: Duration = Duration::from_secs(30);
/// How far a send is set back that may itself be why the relay is in trouble: behind all others that are due, and no further than
/// delivery takes to go on.
const BEHIND: Duration = Duration::from_secs(20);

/// One lane of a shift.
pub(super) struct Lane {
    shift: Arc<Shift>,
    channel: Option<Channel>,
    talk: Arc<Talk>,
}

impl Lane {
    pub(super) fn new(shift: Arc<Shift>) -> Self {
        let talk = shift.talks.join();
        Self { shift, channel: None, talk }
    }

    /// A lane beside the others, for [`Self::carry`].
    pub(super) fn for_one(shift: Arc<Shift>) -> Self {
        let talk = shift.talks.join_for_one();
        Self { shift, channel: None, talk }
    }

    /// Delivers one send, and ends.
    pub(super) async fn carry(mut self, job: Job) {
        self.work(job).await;
        self.close().await;
    }

    /// Delivers until there will be no more, or another lane has taken its place.
    pub(super) async fn run(mut self) {
        while !self.talk.is_replaced() {
            let next = if let Ok(next) = timeout(IDLE, self.shift.buffer.next()).await {
                next
            } else {
                self.close().await;
                self.shift.buffer.next().await
            };
            let Some(job) = next else { break };
            self.shift.settings.requests.give_way().await;
            self.work(job).await;
        }
        self.close().await;
    }

    async fn close(&mut self) {
        if let Some(channel) = self.channel.take() {
            channel.close().await;
        }
    }

    async fn work(&mut self, job: Job) {
        if self.shift.senders.would_refuse(&job) {
            return self.shift.acknowledge(Acknowledgement::new(job, Outcome::returned(), None)).await;
        }
        let Some(message) = self.message(&job) else {
            return self.shift.acknowledge(Acknowledgement::new(job, Outcome::cannot_render(), None)).await;
        };
        // Before anything leaves there is room for its acknowledgement.
        let permit = tokio::select! {
            permit = Arc::clone(&self.shift.unwritten).acquire_owned() => permit.ok(),
            () = self.shift.hurry.cancelled() => None,
        };
        if permit.is_none() {
            return self.shift.acknowledge(Acknowledgement::new(job, Outcome::returned(), None)).await;
        }
        let outcome = self.deliver(&job, &message).await;
        self.talk.end();
        self.shift.acknowledge(Acknowledgement::new(job, outcome, permit)).await;
    }

    /// Makes the message. One that cannot be made fails alone, even where a library panics over it.
    fn message(&self, job: &Job) -> Option<Message> {
        let claimed = &job.claimed;
        let settings = &self.shift.settings;
        let begun = Instant::now();
        let made = catch_unwind(AssertUnwindSafe(|| {
            let values = claimed.values.as_ref().map_err(ToString::to_string)?;
            let token = link::token(&settings.key, claimed.organisation, claimed.send, &claimed.seed);
            let link = match values.kind {
                SendKind::Invitation | SendKind::Resend => format!("{}/activate/{token}", settings.base_url),
                SendKind::Reset => format!("{}/reset-password/{token}", settings.base_url),
                SendKind::Notice => values
                    .batch
                    .as_ref()
                    .map(|batch| format!("{}/administration/batches/{}", settings.base_url, batch.id))
                    .unwrap_or_default(),
            };
            let mould = claimed.mould.get_or_init(|| Mould::new(values)).as_ref().map_err(ToString::to_string)?;
            mould.message(claimed.organisation, claimed.send, values, &link).map_err(|error| error.to_string())
        }));
        match made {
            Ok(Ok(message)) => {
                metrics::rendered(begun.elapsed());
                return Some(message);
            }
            Ok(Err(error)) => tracing::warn!(send = %claimed.send, %error, "the message cannot be made"),
            Err(_) => tracing::error!(send = %claimed.send, "making the message panicked"),
        }
        None
    }

    /// Hands the message over. A connection that ends before the final dot, after it served others, is replaced once: relays
    /// close connections as they please. Nothing is begun under a lease that has run out: it goes back, unless somebody else has it.
    async fn deliver(&mut self, job: &Job, message: &Message) -> Outcome {
        if self.channel.as_ref().is_some_and(Channel::is_spent) {
            self.close().await;
        }
        loop {
            let mut channel = match self.channel.take().filter(Channel::is_whole) {
                Some(channel) => channel,
                None => match self.open().await {
                    Some(channel) => channel,
                    None => return Outcome::returned(),
                },
            };
            if !job.hold.is_valid(Instant::now()) {
                self.channel = Some(channel);
                return Outcome::returned();
            }
            let used = channel.is_used();
            let result = self.hand_over(&mut channel, job, message).await;
            let lost = matches!(result, Some(Err(SendError::Lost(_) | SendError::Closing(_))));
            if channel.is_whole() {
                self.channel = Some(channel);
            }
            if lost && used {
                continue;
            }
            return result.map_or_else(Outcome::returned, |result| self.judge(job, result));
        }
    }

    /// Opens a connection; none where that fails or it is time to go.
    async fn open(&self) -> Option<Channel> {
        self.talk.ask(Instant::now());
        let opened = tokio::select! {
            opened = self.shift.settings.transport.open() => opened,
            () = self.shift.hurry.cancelled() => return None,
        };
        self.heard(opened.is_ok());
        opened
            .inspect_err(|error| {
                if !(error.is_silence() && self.talk.was_overheard()) {
                    self.shift.relay.unconnected(error, Instant::now());
                }
            })
            .ok()
    }

    /// Offers and delivers. Before the final dot this may be abandoned, which gives nothing; after it the answer is waited for.
    async fn hand_over(&self, channel: &mut Channel, job: &Job, message: &Message) -> Option<Result<Option<String>, SendError>> {
        self.talk.ask(Instant::now());
        let mut result = tokio::select! {
            offered = channel.offer(&message.envelope) => offered.map(|()| None),
            () = self.shift.hurry.cancelled() => return None,
        };
        self.heard(is_answer(&result));
        if result.is_ok() {
            self.talk.ask(Instant::now());
            result = channel.deliver(job.claimed.organisation, job.claimed.send, &message.bytes).await;
            self.heard(is_answer(&result));
        }
        Some(result)
    }

    /// Notes that nothing is waited for any more, since the relay answered or something else ended it.
    fn heard(&self, answered: bool) {
        if answered { self.talk.hear(Instant::now()) } else { self.talk.end() }
    }

    /// What the relay's answer means for this send, and for everybody.
    fn judge(&self, job: &Job, result: Result<Option<String>, SendError>) -> Outcome {
        let relay = &self.shift.relay;
        let tried = Tried { attempts: job.claimed.attempts, for_long: job.claimed.tried_for, jitter: rand::random() };
        match result {
            Ok(reply) => {
                relay.accepted();
                Outcome::sent(reply)
            }
            Err(SendError::Sender(reply) | SendError::Recipient(reply)) if reply.is_about_signing_in() => {
                relay.fail(Concern::Authentication, &reply.to_string(), Instant::now());
                Outcome::set_back(BEHIND, Some(&reply), tried)
            }
            Err(SendError::Sender(reply)) if reply.is_permanent() || reply.is_about_sender() => {
                relay.answered();
                self.shift.senders.refused(job, &reply);
                Outcome::set_back(BEHIND, Some(&reply), tried)
            }
            Err(SendError::Sender(reply)) => self.wait_all(&reply, &reply.to_string(), tried),
            // The relay has had enough of us for a while, whoever sends.
            Err(SendError::Recipient(reply) | SendError::Message(reply)) if reply.is_closing() || reply.asks_everybody_to_wait() => {
                self.wait_all(&reply, &words_for_all(job, &reply), tried)
            }
            Err(SendError::Recipient(reply)) => self.refused(job, Refused::Recipient, &reply, tried),
            Err(SendError::Message(reply)) => self.refused(job, Refused::Message, &reply, tried),
            Err(SendError::Unanswered(error)) if !error.is_silence() => {
                relay.cut_off(&error, Instant::now());
                Outcome::unanswered(tried)
            }
            Err(error) => {
                // Silence to one who waits while others are answered tells nothing of the relay.
                if !(error.is_silence() && self.talk.was_overheard()) {
                    relay.broke_off(&error, Instant::now());
                }
                if matches!(error, SendError::Unanswered(_)) { Outcome::unanswered(tried) } else { Outcome::set_back(BEHIND, None, tried) }
            }
        }
    }

    /// The relay wants nothing for now, from anybody. All organisations are told so in these words.
    fn wait_all(&self, reply: &Reply, words: &str, tried: Tried) -> Outcome {
        self.shift.relay.fail(Concern::Later, words, Instant::now());
        Outcome::set_back(BEHIND, Some(reply), tried)
    }

    fn refused(&self, job: &Job, at: Refused, reply: &Reply, tried: Tried) -> Outcome {
        self.shift.relay.answered();
        let outcome = Outcome::refused(at, reply, tried);
        let (said, reason) = (loggable(&reply.to_string()), outcome.reason.map(Reason::as_str));
        if outcome.state == DeliveryState::Failed {
            tracing::info!(send = %job.claimed.send, ?at, said, reason, "a message was refused");
        } else {
            tracing::debug!(send = %job.claimed.send, ?at, said, reason, "a message was refused for now");
        }
        let names_address = outcome.reason.is_some_and(Reason::names_address);
        if reply.is_permanent() && self.shift.relay.refused(&words_for_all(job, reply), names_address, Instant::now()) && !names_address {
            return Outcome::set_back(BEHIND, Some(reply), tried);
        }
        outcome
    }
}

/// A refusal of one message as every organisation may read it.
fn words_for_all(job: &Job, reply: &Reply) -> String {
    let recipient = job.claimed.values.as_ref().map_or("", |values| &values.address);
    roster::without_recipient(&reply.to_string(), recipient)
}

/// Whether the relay said something.
fn is_answer<T>(result: &Result<T, SendError>) -> bool {
    !matches!(result, Err(SendError::Lost(_) | SendError::Unanswered(_)))
}
