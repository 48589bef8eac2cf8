//! What the wire carries about one employee and what has happened.

use domain::{
    delivery::{DeliveryState, Notice, Reason, SendKind},
    event::EventKind,
    ids::{BatchId, EmployeeId, EventId, SendId},
    language::Language,
    record::RecordField,
    role::Role,
    time::LocalTime,
};
use serde::{Deserialize, Serialize};

/// One employee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The employee.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: Option<String>,
    /// Employee number.
    pub employee_number: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Site.
    pub site: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// The chosen language; none: the organisation's.
    pub language: Option<Language>,
    /// The organisation's language.
    pub organisation_language: Language,
    /// The role.
    pub role: Role,
    /// When the employee was added.
    pub added_at: LocalTime,
    /// The last sign-in.
    pub last_sign_in_at: Option<LocalTime>,
    /// Since when the account is suspended.
    pub suspended_since: Option<LocalTime>,
    /// The invitation status with its date.
    pub standing: Standing,
    /// The latest message, notices excepted.
    pub latest: Option<LatestSend>,
    /// The latest message to the present address, where it failed or bounced.
    pub problem: Option<LatestSend>,
}

/// The invitation status with the date that goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// There is no invitation.
    NotInvited,
    /// The invitation can be used until then; unset: nothing has been sent yet.
    Pending(Option<LocalTime>),
    /// Activated then.
    Active(LocalTime),
    /// The invitation ended then.
    Expired(LocalTime),
    /// The invitation was cancelled then.
    Cancelled(LocalTime),
}

/// How a message fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestSend {
    /// What the message is.
    pub kind: SendKind,
    /// Its state.
    pub state: DeliveryState,
    /// It stayed in the built-in mailbox.
    pub kept: bool,
    /// Where it goes.
    pub address: String,
    /// When it got into its state; of an open one, the next try.
    pub at: LocalTime,
    /// Why it was deferred, failed or dropped.
    pub reason: Option<Reason>,
    /// The relay's last words.
    pub reply: Option<String>,
}

/// A part of one employee's history, the newest line first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The lines.
    pub lines: Vec<Line>,
    /// Older lines begin before this one.
    pub older: Option<EventId>,
}

/// A line of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: LocalTime,
    /// Who did it, where it was somebody else.
    pub actor: Option<String>,
    /// As part of which bulk action.
    pub batch: Option<BatchId>,
    /// Which message.
    pub message: Option<LineMessage>,
    /// What it was before.
    pub from: Option<String>,
    /// What it is since.
    pub to: Option<String>,
    /// The edited fields.
    pub fields: Vec<RecordField>,
    /// Why a message was deferred, failed or dropped.
    pub reason: Option<Reason>,
    /// The relay's words.
    pub reply: Option<String>,
    /// How often on that day.
    pub times: u32,
}

/// The message of a line of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineMessage {
    /// The send.
    pub id: SendId,
    /// What the message is.
    pub kind: SendKind,
    /// Which notice, where it is one.
    pub notice: Option<Notice>,
    /// Where it goes.
    pub address: String,
    /// It stayed in the built-in mailbox.
    pub kept: bool,
    /// It can be shown again as it was sent.
    pub can_be_shown: bool,
}
