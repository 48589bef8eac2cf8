//! What the Employees page is asked to show.

use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// A filter of the Employees page.
    #[derive(Default)]
    Filter {
        /// Everybody.
        #[default]
        All = "all",
        /// Status not invited.
        NotInvited = "not_invited",
        /// Status pending.
        Pending = "pending",
        /// Status active.
        Active = "active",
        /// Status expired.
        Expired = "expired",
        /// Status cancelled.
        Cancelled = "cancelled",
        /// The latest send to the present address failed or bounced.
        DeliveryProblem = "delivery_problem",
        /// Without an address.
        NoEmailAddress = "no_email_address",
        /// Suspended accounts.
        Suspended = "suspended",
    }
}

words! {
    /// An order of the Employees page.
    #[derive(Default)]
    Sort {
        /// By last, then first name.
        #[default]
        Name = "name",
        /// By department.
        Department = "department",
        /// Sent last, first.
        Sent = "sent",
        /// By expiry, the soonest first.
        Expires = "expires",
        /// Signed in last, first.
        LastSignIn = "last_sign_in",
    }
}

/// Which employees are meant: everything in the address bar but order and place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Criteria {
    /// The filter.
    #[serde(default)]
    pub status: Filter,
    /// The search, as typed.
    #[serde(default)]
    pub search: String,
}

/// Where in the order a page stands. The keys are opaque to everybody but the store that made them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// The first page.
    #[default]
    First,
    /// What follows this key.
    After(String),
    /// What precedes this key.
    Before(String),
    /// The last page.
    Last,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listing {
    /// Which employees.
    pub criteria: Criteria,
    /// In which order.
    pub sort: Sort,
    /// From where.
    pub place: Place,
}

/// Rows on a page.
pub const PAGE_SIZE: u8 = 50;
