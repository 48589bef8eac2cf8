//! The invitation status of an employee, derived from facts.

use crate::{time::Timestamp, words::words};

words! {
    /// Where an employee stands on the way in.
    Status {
        /// There is no invitation.
        NotInvited = "not_invited",
        /// The latest invitation is live and can be used, or has not left yet.
        Pending = "pending",
        /// The account is activated.
        Active = "active",
        /// The latest invitation is live and its expiry has passed.
        Expired = "expired",
        /// The latest invitation was cancelled.
        Cancelled = "cancelled",
    }
}

/// What the status depends on. "Latest" is the latest invitation that was not withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The employee has set a password.
    pub activated: bool,
    /// The latest invitation, if there is one.
    pub invitation: Option<InvitationFacts>,
}

/// The facts of the latest invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationFacts {
    /// It was cancelled.
    pub cancelled: bool,
    /// When its newest sent message says that it ends; unset while nothing has left.
    pub expires_at: Option<Timestamp>,
}

/// The invitation status at a point in time. Its twin in SQL is the view `employee_statuses`.
pub fn status(facts: Facts, now: Timestamp) -> Status {
    match facts {
        Facts { activated: true, .. } => Status::Active,
        Facts { invitation: None, .. } => Status::NotInvited,
        Facts { invitation: Some(invitation), .. } if invitation.cancelled => Status::Cancelled,
        Facts { invitation: Some(InvitationFacts { expires_at: Some(end), .. }), .. } if end <= now => Status::Expired,
        Facts { .. } => Status::Pending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invited(cancelled: bool, expires_at: Option<i64>) -> Facts {
        Facts { activated: false, invitation: Some(InvitationFacts { cancelled, expires_at: expires_at.map(Timestamp) }) }
    }

    #[test]
    fn an_invitation_that_has_not_left_is_pending() {
        assert_eq!(status(invited(false, None), Timestamp(0)), Status::Pending);
    }

    #[test]
    fn the_moment_of_expiry_is_expired() {
        assert_eq!(status(invited(false, Some(10)), Timestamp(9)), Status::Pending);
        assert_eq!(status(invited(false, Some(10)), Timestamp(10)), Status::Expired);
    }

    #[test]
    fn a_cancelled_invitation_stays_cancelled_when_its_time_passes() {
        assert_eq!(status(invited(true, Some(10)), Timestamp(20)), Status::Cancelled);
    }

    #[test]
    fn activation_outranks_everything() {
        assert_eq!(status(Facts { activated: true, ..invited(true, Some(1)) }, Timestamp(2)), Status::Active);
    }
}
