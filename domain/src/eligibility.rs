//! Who takes part in a bulk action, and why somebody does not.

use crate::{
    batch::BatchAction,
    invitation::Status,
    role::{Permission, Role},
    words::words,
};

words! {
    /// Why an employee is skipped.
    Skip {
        /// The person's role is above the administrator's own.
        RoleAbove = "role_above",
        /// Has activated already: a password reset is what helps.
        AlreadyActive = "already_active",
        /// Has not activated yet, so that there is no password to reset.
        NotYetActive = "not_yet_active",
        /// The account is suspended.
        Suspended = "suspended",
        /// Has no email address.
        NoEmailAddress = "no_email_address",
        /// An invitation is pending or expired: resend it instead.
        AlreadyInvited = "already_invited",
        /// There is no live invitation that could be sent again or cancelled.
        NoInvitation = "no_invitation",
        /// A message is queued, leaving or waiting for its next try.
        AlreadyOnItsWay = "already_on_its_way",
        /// A message was sent to this address within the last two minutes.
        JustSent = "just_sent",
        /// The latest message to this address was refused.
        AddressRefused = "address_refused",
    }
}

/// Seconds within which nobody is sent a second message of the same kind to the same address.
pub const COOL_DOWN_SECONDS: i32 = 120;

/// What eligibility depends on. The twin in SQL stands in the server's batches store; a test holds them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The invitation status.
    pub status: Status,
    /// The employee's role.
    pub role: Role,
    /// The account is suspended.
    pub suspended: bool,
    /// There is an address to write to.
    pub has_email: bool,
    /// An invitation send (or, for resets, a reset) is queued, sending or deferred.
    pub on_its_way: bool,
    /// Such a message was made for the present address within the cool-down and was neither dropped nor failed.
    pub just_sent: bool,
    /// The latest message to the present address failed for a reason that lies in the address.
    pub address_refused: bool,
}

/// What an administrator asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The bulk action.
    pub action: BatchAction,
    /// With [`BatchAction::SendCredentials`]: also resend to those pending or expired.
    pub resend_too: bool,
    /// With [`BatchAction::SendCredentials`]: also send a password reset to those active.
    pub reset_too: bool,
    /// The role of whoever asks.
    pub own_role: Role,
    /// Also those whose address was refused before. One who is chosen alone is meant in any case.
    pub refused_too: bool,
}

/// What one employee gets by an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A new invitation with its first send.
    Invite,
    /// A further send of the live invitation.
    Resend,
    /// A password reset.
    Reset,
    /// The invitation is cancelled.
    Cancel,
    /// Nothing, for a reason.
    Skip(Skip),
}

/// Decides what one employee gets by an action. The first reason that fits is the one told.
pub fn verdict(request: Request, candidate: Candidate) -> Verdict {
    let wanted = match (request.action, candidate.status) {
        (BatchAction::SendCredentials, Status::NotInvited | Status::Cancelled) => Verdict::Invite,
        (BatchAction::SendCredentials, Status::Pending | Status::Expired) if request.resend_too => Verdict::Resend,
        (BatchAction::SendCredentials, Status::Pending | Status::Expired) => Verdict::Skip(Skip::AlreadyInvited),
        (BatchAction::SendCredentials, Status::Active) if request.reset_too => Verdict::Reset,
        (_, Status::Active) if request.action != BatchAction::SendPasswordReset => Verdict::Skip(Skip::AlreadyActive),
        (BatchAction::ResendInvitation, Status::Pending | Status::Expired) => Verdict::Resend,
        (BatchAction::CancelInvitation, Status::Pending | Status::Expired) => Verdict::Cancel,
        (BatchAction::ResendInvitation | BatchAction::CancelInvitation, _) => Verdict::Skip(Skip::NoInvitation),
        (BatchAction::SendPasswordReset, Status::Active) => Verdict::Reset,
        (BatchAction::SendCredentials | BatchAction::SendPasswordReset, _) => Verdict::Skip(Skip::NotYetActive),
    };
    let sends = matches!(wanted, Verdict::Invite | Verdict::Resend | Verdict::Reset);
    let above = wanted == Verdict::Reset && !Permission::ResetPassword.granted_over(request.own_role, candidate.role);
    match wanted {
        _ if above => Verdict::Skip(Skip::RoleAbove),
        _ if sends && candidate.suspended => Verdict::Skip(Skip::Suspended),
        _ if sends && !candidate.has_email => Verdict::Skip(Skip::NoEmailAddress),
        _ if sends && candidate.on_its_way => Verdict::Skip(Skip::AlreadyOnItsWay),
        Verdict::Resend | Verdict::Reset if candidate.just_sent => Verdict::Skip(Skip::JustSent),
        _ if sends && !request.refused_too && candidate.address_refused => Verdict::Skip(Skip::AddressRefused),
        _ => wanted,
    }
}
