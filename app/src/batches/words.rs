//! Actions, skips, delivery states and reasons, in words.

use super::{
    model::Source,
    progress::{Messages, Wait, Whose, Why},
    texts,
};
use crate::{
    session::Viewer,
    texts::{date_time, duration},
    ui::problem::Problem,
};
use domain::{
    batch::{BatchAction, OutcomeFilter, Part, Steer},
    delivery::{Concern, DeliveryState, Reason},
    eligibility::Skip,
    language::Language,
    pace::Pace,
};
use leptos::prelude::use_context;

/// The name of an action, as on its button.
pub fn action(language: Language, action: BatchAction) -> String {
    match action {
        BatchAction::SendCredentials => texts::send_credentials(language),
        BatchAction::ResendInvitation => texts::resend_invitation(language),
        BatchAction::CancelInvitation => texts::cancel_invitation(language),
        BatchAction::SendPasswordReset => texts::send_password_reset(language),
    }
}

/// The name of the button that confirms an action.
pub(super) fn confirm(language: Language, action: BatchAction) -> String {
    match action {
        BatchAction::SendCredentials | BatchAction::SendPasswordReset => texts::send_now(language),
        BatchAction::ResendInvitation => texts::resend_now(language),
        BatchAction::CancelInvitation => texts::cancel_invitations(language),
    }
}

/// Says that more people than were shown would take part by now.
pub(super) fn grown(language: Language, action: BatchAction) -> String {
    if action.sends() { texts::grown(language) } else { texts::grown_cancelled(language) }
}

/// Why a batch was not accepted in which nobody would take part; some may again by now.
pub(super) fn nobody(language: Language, receiving: u64) -> String {
    if receiving == 0 { texts::nobody_left(language) } else { Problem::Changed.message(language) }
}

/// How many are skipped for a reason.
pub fn skipped(language: Language, reason: Skip, people: u64) -> String {
    match reason {
        Skip::RoleAbove => texts::skip_role_above(language, people),
        Skip::AlreadyActive => texts::skip_already_active(language, people),
        Skip::NotYetActive => texts::skip_not_yet_active(language, people),
        Skip::Suspended => texts::skip_suspended(language, people),
        Skip::NoEmailAddress => texts::skip_no_email_address(language, people),
        Skip::AlreadyInvited => texts::skip_already_invited(language, people),
        Skip::NoInvitation => texts::skip_no_invitation(language, people),
        Skip::AlreadyOnItsWay => texts::skip_already_on_its_way(language, people),
        Skip::JustSent => texts::skip_just_sent(language, people),
        Skip::AddressRefused => texts::skip_address_refused(language, people),
    }
}

/// Why one employee was skipped.
pub(super) fn skip(language: Language, reason: Skip) -> String {
    match reason {
        Skip::RoleAbove => texts::one_role_above(language),
        Skip::AlreadyActive => texts::one_already_active(language),
        Skip::NotYetActive => texts::one_not_yet_active(language),
        Skip::Suspended => texts::one_suspended(language),
        Skip::NoEmailAddress => texts::one_no_email_address(language),
        Skip::AlreadyInvited => texts::one_already_invited(language),
        Skip::NoInvitation => texts::one_no_invitation(language),
        Skip::AlreadyOnItsWay => texts::one_already_on_its_way(language),
        Skip::JustSent => texts::one_just_sent(language),
        Skip::AddressRefused => texts::one_address_refused(language),
    }
}

/// A delivery state; `kept` where mail stays in the built-in mailbox.
pub fn state(language: Language, state: DeliveryState, kept: bool) -> String {
    match state {
        DeliveryState::Queued => texts::queued(language),
        DeliveryState::Sending => texts::sending(language),
        DeliveryState::Sent if kept => texts::kept(language),
        DeliveryState::Sent => texts::sent(language),
        DeliveryState::Deferred => texts::deferred(language),
        DeliveryState::Failed => texts::failed(language),
        DeliveryState::Bounced => texts::bounced(language),
        DeliveryState::Dropped => texts::dropped(language),
    }
}

/// Why a send was deferred, failed or dropped, in plain words.
pub fn reason(language: Language, reason: Reason) -> String {
    match reason {
        Reason::MailboxUnknown => texts::mailbox_unknown(language),
        Reason::MailboxFull => texts::mailbox_full(language),
        Reason::AddressInvalid => texts::address_invalid(language),
        Reason::Refused => texts::refused(language),
        Reason::TryLater => texts::try_later(language),
        Reason::NoAnswer => texts::no_answer(language),
        Reason::GaveUp => texts::gave_up(language),
        Reason::CannotRender => texts::cannot_render(language),
        Reason::Undone => texts::undone(language),
        Reason::Stopped => texts::reason_stopped(language),
        Reason::Cancelled => texts::reason_cancelled(language),
        Reason::Activated => texts::reason_activated(language),
        Reason::Suspended => texts::reason_suspended(language),
        Reason::Removed => texts::reason_removed(language),
        Reason::AddressChanged => texts::address_changed(language),
        Reason::Superseded => texts::superseded(language),
    }
}

/// Why an outcome is what it is, as a name of its own.
pub(super) fn why(language: Language, why: Why) -> String {
    let reason = match why {
        Why::Skipped(reason) => return skip(language, reason),
        Why::Failed(failed) => reason(language, failed),
    };
    let mut letters = reason.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a batch was made of.
pub(super) fn made_of(language: Language, Source { batch, part }: Source) -> String {
    match part {
        Part::Failed => texts::retry_of(language, &batch.to_string()),
        Part::Stopped => texts::rest_of(language, &batch.to_string()),
    }
}

/// What was made of what a batch left behind.
pub(super) fn followed(language: Language, Source { batch, part }: Source) -> String {
    match part {
        Part::Failed => texts::retried_in(language, &batch.to_string()),
        Part::Stopped => texts::rest_in(language, &batch.to_string()),
    }
}

/// How long a hold lasts: short ones are counted down.
pub(super) fn hold(language: Language, seconds: u64) -> String {
    if seconds < 120 { texts::seconds(language, seconds) } else { duration(language, seconds) }
}

/// The name of a button that steers a batch.
pub(super) fn steer(language: Language, steer: Steer) -> String {
    match steer {
        Steer::Undo => texts::undo(language),
        Steer::Pause => texts::pause(language),
        Steer::Resume => texts::resume(language),
        Steer::Stop => texts::stop(language),
    }
}

/// The name of a filter of outcomes.
pub(super) fn outcome_filter(language: Language, filter: OutcomeFilter, kept: bool) -> String {
    match filter {
        OutcomeFilter::All => texts::filter_all(language),
        OutcomeFilter::Open => texts::filter_open(language),
        OutcomeFilter::Deferred => texts::deferred(language),
        OutcomeFilter::Sent if kept => texts::filter_kept(language),
        OutcomeFilter::Sent => texts::filter_sent(language),
        OutcomeFilter::Failed => texts::filter_failed(language),
        OutcomeFilter::Dropped => texts::filter_dropped(language),
        OutcomeFilter::Skipped => texts::filter_skipped(language),
    }
}

/// What everybody's delivery suffers from.
pub fn concern(language: Language, concern: Concern) -> String {
    match concern {
        Concern::Connection => texts::concern_connection(language),
        Concern::Silent => texts::concern_silent(language),
        Concern::Tls => texts::concern_tls(language),
        Concern::Authentication => texts::concern_authentication(language),
        Concern::Sender => texts::concern_sender(language),
        Concern::Later => texts::concern_later(language),
        Concern::Refusing => texts::concern_refusing(language),
    }
}

/// What a batch waits for, and what comes then.
pub(super) fn wait(language: Language, wait: &Wait) -> String {
    match wait {
        Wait::Confirmation => texts::waits_for_confirmation(language),
        Wait::Worker if use_context::<Viewer>().is_some_and(|viewer| viewer.notices.mail_waits) => texts::waits_for_relay(language),
        Wait::Worker => texts::waits_for_worker(language),
        Wait::Relay { concern: each, since, .. } => {
            let passes = if needs_care(*each) { texts::needs_care(language) } else { texts::tries_on(language) };
            format!("{} {passes}", texts::waits_since(language, &concern(language, *each), &date_time(language, since)))
        }
        Wait::Limit { whose, limit, until } => {
            let words = match whose {
                Whose::Organisation => texts::waits_for_own_limit,
                Whose::Relay => texts::waits_for_relay_limit,
            };
            words(language, &pace(language, *limit), &date_time(language, until))
        }
        Wait::Answer { messages, until } => texts::waits_for_answer(language, *messages, &date_time(language, until)),
        Wait::Acceptance(messages) => texts::waits_for_acceptance(language, *messages),
        Wait::Retry(until) => texts::waits_for_retry(language, &date_time(language, until)),
    }
}

/// Whether a concern is not likely to pass without somebody who sees to it.
fn needs_care(concern: Concern) -> bool {
    matches!(concern, Concern::Tls | Concern::Authentication)
}

/// A pace, each limit of it.
pub fn pace(language: Language, pace: Pace) -> String {
    let limits = [
        pace.per_second.map(|most| texts::at_most_per_second(language, u64::from(most))),
        pace.per_hour.map(|most| texts::at_most_per_hour(language, u64::from(most))),
        pace.per_day.map(|most| texts::at_most_per_day(language, u64::from(most))),
    ];
    limits.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The messages of a batch by what became of them, in brackets; nothing where there are none.
pub(super) fn messages(language: Language, messages: Messages) -> Option<String> {
    type Words = fn(Language, u64) -> String;
    let sent: Words = if messages.kept { texts::messages_kept } else { texts::messages_sent };
    let counts: [(u64, Words); 5] = [
        (messages.sent, sent),
        (messages.failed, texts::messages_failed),
        (messages.open.saturating_sub(messages.deferred), texts::messages_open),
        (messages.deferred, texts::messages_deferred),
        (messages.dropped, texts::messages_dropped),
    ];
    let counts: Vec<String> = counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, words)| words(language, n)).collect();
    (!counts.is_empty()).then(|| texts::of_messages(language, &counts.join(", ")))
}

/// The columns of a report; the time is in a zone.
pub fn report_heads(language: Language, time_zone: &str) -> [String; 6] {
    [
        texts::employee_column(language),
        texts::address_column(language),
        texts::number_column(language),
        texts::outcome_column(language),
        format!("{} ({time_zone})", texts::when(language)),
        texts::smtp_reply(language),
    ]
}
