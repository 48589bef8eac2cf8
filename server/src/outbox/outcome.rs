//! What became of a claimed send, and the reason for it in one of the closed words.

use super::retry;
use crate::mail::reply::Reply;
use domain::delivery::{DeliveryState, Reason};
use std::time::Duration;

/// What the relay said to a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It answered 250.
    Accepted,
    /// It refused for now.
    Deferred,
    /// It refused for good.
    Refused,
    /// It did not answer after the final dot.
    Unknown,
}

impl Attempt {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Deferred, Self::Refused, Self::Unknown];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// What became of a claimed send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its new state.
    pub state: DeliveryState,
    /// What the relay said; nothing where it was not tried.
    pub attempt: Option<Attempt>,
    /// When it is tried again, from now.
    pub delay: Option<Duration>,
    /// Why.
    pub reason: Option<Reason>,
    /// The relay's words.
    pub reply: Option<String>,
}

/// What deciding about a further try depends on.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// Tries before this one.
    pub attempts: u32,
    /// How long ago it was first claimed.
    pub for_long: Duration,
    /// A random number from 0 to 1.
    pub jitter: f64,
}

/// Which part of the dialogue a refusal answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// RCPT TO.
    Recipient,
    /// DATA, or the message.
    Message,
}

impl Outcome {
    /// The relay accepted it, or the mailbox keeps it.
    pub fn sent(reply: Option<String>) -> Self {
        Self { state: DeliveryState::Sent, attempt: Some(Attempt::Accepted), delay: None, reason: None, reply }
    }

    /// It goes back untouched: somebody else was the reason why it was not tried.
    pub fn returned() -> Self {
        Self { state: DeliveryState::Queued, attempt: None, delay: None, reason: None, reply: None }
    }

    /// It goes back, behind others, with what the relay said where it said anything, since it may itself be the reason why the relay
    /// is in trouble. That is no try, but does not go on for ever: after days it is one like others.
    pub fn set_back(delay: Duration, reply: Option<&Reply>, tried: Tried) -> Self {
        let reply = reply.map(ToString::to_string);
        if tried.for_long > retry::GIVE_UP_AFTER {
            return Self::later(Attempt::Deferred, Reason::TryLater, reply, tried);
        }
        Self { delay: Some(delay), reply, ..Self::returned() }
    }

    /// Its message cannot be made.
    pub fn cannot_render() -> Self {
        Self { state: DeliveryState::Failed, attempt: None, delay: None, reason: Some(Reason::CannotRender), reply: None }
    }

    /// The relay refused it: for good, or until the next try.
    pub fn refused(at: Refused, reply: &Reply, tried: Tried) -> Self {
        let reason = reason(at, reply);
        if reply.is_permanent() {
            let (state, attempt) = (DeliveryState::Failed, Some(Attempt::Refused));
            return Self { state, attempt, delay: None, reason: Some(reason), reply: Some(reply.to_string()) };
        }
        Self::later(Attempt::Deferred, reason, Some(reply.to_string()), tried)
    }

    /// Nobody knows whether it has left.
    pub fn unanswered(tried: Tried) -> Self {
        Self::later(Attempt::Unknown, Reason::NoAnswer, None, tried)
    }

    fn later(attempt: Attempt, reason: Reason, reply: Option<String>, tried: Tried) -> Self {
        let delay = retry::delay(tried.attempts, tried.for_long, tried.jitter);
        let (state, reason) = match delay {
            Some(_) => (DeliveryState::Deferred, reason),
            None => (DeliveryState::Failed, Reason::GaveUp),
        };
        Self { state, attempt: Some(attempt), delay, reason: Some(reason), reply }
    }
}

/// A refusal in one of the closed words: by its enhanced code (RFC 3463) where it has one, else by its code (RFC 5321,
/// section 4.2.3).
fn reason(at: Refused, reply: &Reply) -> Reason {
    match (reply.enhanced(), reply.code) {
        (Some((1, 3)), _) => Reason::AddressInvalid,
        (Some((1, _)), _) if reply.is_permanent() => Reason::MailboxUnknown,
        (Some((2, 2)), _) | (None, 452 | 552) => Reason::MailboxFull,
        (None, 550..=553) if reply.names_a_rule() => Reason::Refused,
        (None, 550 | 551) if at == Refused::Recipient => Reason::MailboxUnknown,
        (None, 501 | 553) if at == Refused::Recipient => Reason::AddressInvalid,
        _ if reply.is_permanent() => Reason::Refused,
        _ => Reason::TryLater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16, text: &str) -> Reply {
        Reply { code, lines: vec![text.to_owned()] }
    }

    const FIRST: Tried = Tried { attempts: 0, for_long: Duration::ZERO, jitter: 0.5 };
    const LONG_AGO: Tried = Tried { attempts: 80, for_long: Duration::from_hours(73), jitter: 0.0 };

    #[test]
    fn refusals_are_told_in_plain_words() {
        use Refused::{Message, Recipient};
        for (at, code, text, word) in [
            (Recipient, 550, "5.1.1 no such user", Reason::MailboxUnknown),
            (Recipient, 550, "no such user", Reason::MailboxUnknown),
            (Recipient, 550, "5.7.1 not from you", Reason::Refused),
            (Recipient, 550, "relay not permitted", Reason::Refused),
            (Recipient, 553, "sorry, that domain isn't in my list of allowed rcpthosts", Reason::Refused),
            (Recipient, 550, "<ann@relay.example>: no such user", Reason::MailboxUnknown),
            (Recipient, 450, "4.1.8 odd", Reason::TryLater),
            (Message, 550, "spam", Reason::Refused),
            (Message, 552, "5.2.2 full", Reason::MailboxFull),
            (Recipient, 452, "full", Reason::MailboxFull),
            (Recipient, 452, "4.5.3 too many", Reason::TryLater),
            (Recipient, 553, "odd", Reason::AddressInvalid),
            (Recipient, 501, "5.1.3 odd", Reason::AddressInvalid),
            (Recipient, 450, "4.1.1 not now", Reason::TryLater),
            (Message, 451, "greylisted", Reason::TryLater),
        ] {
            assert_eq!(Outcome::refused(at, &reply(code, text), FIRST).reason, Some(word), "{code} {text}");
        }
    }

    #[test]
    fn a_permanent_refusal_fails_and_a_passing_one_waits() {
        let failed = Outcome::refused(Refused::Recipient, &reply(550, "no"), FIRST);
        assert_eq!((failed.state, failed.attempt, failed.delay), (DeliveryState::Failed, Some(Attempt::Refused), None));
        let waits = Outcome::refused(Refused::Recipient, &reply(450, "later"), FIRST);
        assert_eq!((waits.state, waits.attempt), (DeliveryState::Deferred, Some(Attempt::Deferred)));
        assert!(waits.delay.is_some());
        assert_eq!(waits.reply.as_deref(), Some("450 later"));
    }

    #[test]
    fn after_days_it_is_given_up_with_the_reason() {
        let outcome = Outcome::unanswered(LONG_AGO);
        assert_eq!((outcome.state, outcome.attempt, outcome.reason), (DeliveryState::Failed, Some(Attempt::Unknown), Some(Reason::GaveUp)));
        let busy = reply(451, "4.3.0 busy");
        let given_up = Outcome::set_back(Duration::from_mins(1), Some(&busy), LONG_AGO);
        assert_eq!((given_up.reason, given_up.reply.as_deref()), (Some(Reason::GaveUp), Some("451 4.3.0 busy")));
        // It may have been held back for as long.
        let tried_once = Outcome::set_back(Duration::from_mins(1), Some(&busy), Tried { attempts: 1, ..LONG_AGO });
        assert_eq!((tried_once.state, tried_once.attempt), (DeliveryState::Deferred, Some(Attempt::Deferred)));
        let goes_on = Outcome::set_back(Duration::from_mins(1), Some(&busy), FIRST);
        assert_eq!((goes_on.state, goes_on.reply.as_deref()), (DeliveryState::Queued, Some("451 4.3.0 busy")));
    }
}
