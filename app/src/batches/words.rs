//! Actions, skips, delivery states and reasons, in words.

use super::texts;
use domain::{
    batch::BatchAction,
    delivery::{DeliveryState, Reason},
    eligibility::Skip,
    language::Language,
    listing::Filter,
};

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

/// How many are skipped for a reason.
pub(super) fn skipped(language: Language, reason: Skip, people: u64) -> String {
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

/// The Employees filter that shows people with a reason, where there is one.
pub(super) fn filter_of(reason: Skip) -> Option<Filter> {
    match reason {
        Skip::AlreadyActive => Some(Filter::Active),
        Skip::Suspended => Some(Filter::Suspended),
        Skip::NoEmailAddress => Some(Filter::NoEmailAddress),
        Skip::AddressRefused => Some(Filter::DeliveryProblem),
        _ => None,
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
        Reason::Cancelled => texts::reason_cancelled(language),
        Reason::Activated => texts::reason_activated(language),
        Reason::Suspended => texts::reason_suspended(language),
        Reason::Removed => texts::reason_removed(language),
        Reason::AddressChanged => texts::address_changed(language),
        Reason::Superseded => texts::superseded(language),
    }
}
