//! What a personal link is good for. Decided from facts that are read once the rows are locked.

use crate::words::words;

words! {
    /// Why a link leads nowhere; each is told in its own words, with the way on.
    DeadEnd {
        /// No message of ours holds this link: cut, changed or invented.
        Unknown = "unknown",
        /// The account is active already, or the new password was set.
        Used = "used",
        /// Its time has passed.
        Expired = "expired",
        /// The invitation was cancelled or withdrawn, or the employee removed.
        Cancelled = "cancelled",
        /// A newer message has left.
        Superseded = "superseded",
        /// It was sent to an address that is no longer the employee's.
        AddressChanged = "address_changed",
        /// The account is suspended.
        Suspended = "suspended",
    }
}

impl DeadEnd {
    /// Whether a fresh link to the address on file helps.
    pub fn fresh_link_helps(self) -> bool {
        matches!(self, Self::Expired | Self::Superseded | Self::AddressChanged)
    }
}

/// What the worth of a link depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkFacts {
    /// Its send was taken up by a worker; before that nobody can have the link.
    pub taken_up: bool,
    /// The expiry that its message prints has passed.
    pub expired: bool,
    /// A later send of the same kind and purpose was sent.
    pub superseded: bool,
    /// It was sent to the employee's present address.
    pub address_is_current: bool,
    /// A new password was set through it, or after it.
    pub used: bool,
    /// Its invitation was accepted.
    pub accepted: bool,
    /// Its invitation was cancelled or withdrawn.
    pub cancelled: bool,
    /// The employee is active.
    pub activated: bool,
    /// The employee is suspended.
    pub suspended: bool,
    /// The employee was removed.
    pub removed: bool,
}

/// Whether a link activates. The first reason against it is the one told.
pub fn activation(facts: LinkFacts) -> Result<(), DeadEnd> {
    match facts {
        LinkFacts { taken_up: false, .. } => Err(DeadEnd::Unknown),
        LinkFacts { removed: true, .. } => Err(DeadEnd::Cancelled),
        LinkFacts { suspended: true, .. } => Err(DeadEnd::Suspended),
        LinkFacts { activated: true, .. } | LinkFacts { accepted: true, .. } => Err(DeadEnd::Used),
        LinkFacts { cancelled: true, .. } => Err(DeadEnd::Cancelled),
        _ => in_time(facts),
    }
}

/// Whether a link sets a new password. The first reason against it is the one told.
pub fn reset(facts: LinkFacts) -> Result<(), DeadEnd> {
    match facts {
        LinkFacts { taken_up: false, .. } => Err(DeadEnd::Unknown),
        LinkFacts { removed: true, .. } | LinkFacts { activated: false, .. } => Err(DeadEnd::Cancelled),
        LinkFacts { suspended: true, .. } => Err(DeadEnd::Suspended),
        LinkFacts { used: true, .. } => Err(DeadEnd::Used),
        _ => in_time(facts),
    }
}

fn in_time(facts: LinkFacts) -> Result<(), DeadEnd> {
    match facts {
        LinkFacts { address_is_current: false, .. } => Err(DeadEnd::AddressChanged),
        LinkFacts { superseded: true, .. } => Err(DeadEnd::Superseded),
        LinkFacts { expired: true, .. } => Err(DeadEnd::Expired),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: LinkFacts = LinkFacts {
        taken_up: true,
        expired: false,
        superseded: false,
        address_is_current: true,
        used: false,
        accepted: false,
        cancelled: false,
        activated: false,
        suspended: false,
        removed: false,
    };

    #[test]
    fn a_good_link_activates_and_each_fact_against_it_is_told() {
        assert_eq!(activation(GOOD), Ok(()));
        for (facts, told) in [
            (LinkFacts { taken_up: false, ..GOOD }, DeadEnd::Unknown),
            (LinkFacts { expired: true, ..GOOD }, DeadEnd::Expired),
            (LinkFacts { superseded: true, ..GOOD }, DeadEnd::Superseded),
            (LinkFacts { address_is_current: false, ..GOOD }, DeadEnd::AddressChanged),
            (LinkFacts { accepted: true, ..GOOD }, DeadEnd::Used),
            (LinkFacts { activated: true, ..GOOD }, DeadEnd::Used),
            (LinkFacts { cancelled: true, ..GOOD }, DeadEnd::Cancelled),
            (LinkFacts { suspended: true, ..GOOD }, DeadEnd::Suspended),
            (LinkFacts { removed: true, ..GOOD }, DeadEnd::Cancelled),
        ] {
            assert_eq!(activation(facts), Err(told), "{facts:?}");
        }
    }

    #[test]
    fn a_reset_link_is_for_the_active() {
        let good = LinkFacts { activated: true, ..GOOD };
        assert_eq!(reset(good), Ok(()));
        for (facts, told) in [
            (GOOD, DeadEnd::Cancelled),
            (LinkFacts { taken_up: false, ..good }, DeadEnd::Unknown),
            (LinkFacts { used: true, ..good }, DeadEnd::Used),
            (LinkFacts { expired: true, ..good }, DeadEnd::Expired),
            (LinkFacts { superseded: true, ..good }, DeadEnd::Superseded),
            (LinkFacts { address_is_current: false, ..good }, DeadEnd::AddressChanged),
            (LinkFacts { suspended: true, ..good }, DeadEnd::Suspended),
            (LinkFacts { removed: true, ..good }, DeadEnd::Cancelled),
        ] {
            assert_eq!(reset(facts), Err(told), "{facts:?}");
        }
    }

    #[test]
    fn an_older_link_that_has_expired_too_tells_of_the_newer_message() {
        let facts = LinkFacts { superseded: true, expired: true, ..GOOD };
        assert_eq!(activation(facts), Err(DeadEnd::Superseded));
    }

    #[test]
    fn no_fresh_link_where_somebody_must_decide_first() {
        for dead in [DeadEnd::Unknown, DeadEnd::Used, DeadEnd::Cancelled, DeadEnd::Suspended] {
            assert!(!dead.fresh_link_helps(), "{dead}");
        }
    }
}
