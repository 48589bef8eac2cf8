//! What the wire carries about adding and editing an employee.

use domain::{
    ids::{EmployeeId, EventId},
    record::RawRecord,
    role::Role,
};
use serde::{Deserialize, Serialize};

/// What the page that adds somebody begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewForm {
    /// Makes a second press of the same form find the first one's employee.
    pub key: String,
    /// The viewer may choose a role.
    pub may_choose_role: bool,
}

/// What the page that edits somebody begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditForm {
    /// The employee.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// What is known.
    pub record: RawRecord,
    /// The role.
    pub role: Role,
    /// The viewer may change the role.
    pub may_choose_role: bool,
    /// The last change of it; none of those after it is known to whoever fills in the form.
    pub made_from: EventId,
}

/// A change of an account that asks to be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountChange {
    /// Takes sign-in away, for now.
    Suspend,
    /// Gives sign-in back.
    Restore,
    /// Removes the person from every list.
    Remove,
}

/// What the page that asks for confirmation shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The employee.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// There is a live invitation that the change would cancel.
    pub invited: bool,
    /// The organisation has no other owner, so that this one stays.
    pub is_last_owner: bool,
}
