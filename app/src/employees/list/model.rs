//! What the wire carries about the list of employees.

use domain::{batch::BatchAction, delivery::Reason, ids::EmployeeId, invitation::Status, listing::Filter, time::LocalTime};
use serde::{Deserialize, Serialize};

/// One employee in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployeeRow {
    /// The employee.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// The address as written.
    pub email: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The invitation status.
    pub status: Status,
    /// When the latest invitation expires, or has; unset while nothing has left.
    pub expires: Option<LocalTime>,
    /// The account is suspended.
    pub suspended: bool,
    /// The latest message to the present address was refused or came back, and why where that is known.
    pub problem: Option<Option<Reason>>,
    /// A message is queued, leaving, or waits for its next try.
    pub on_its_way: bool,
    /// A message was sent last.
    pub last_sent: Option<LocalTime>,
    /// The person signed in last.
    pub last_sign_in: Option<LocalTime>,
    /// The actions that fit.
    pub actions: Vec<BatchAction>,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployeePage {
    /// Its rows, in order.
    pub rows: Vec<EmployeeRow>,
    /// The key of its first row, where something precedes it.
    pub before: Option<String>,
    /// The key of its last row, where something follows it.
    pub after: Option<String>,
    /// Somebody of the organisation was invited at some time; only looked for where the page shows nobody.
    pub anybody_invited: bool,
}

/// How many employees each filter would show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts(pub Vec<(Filter, u64)>);

impl Counts {
    /// How many one filter would show.
    pub fn of(&self, filter: Filter) -> u64 {
        self.0.iter().find(|(counted, _)| *counted == filter).map_or(0, |(_, count)| *count)
    }
}
