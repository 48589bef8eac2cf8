//! What the wire carries about batches.

use domain::{
    batch::BatchAction,
    delivery::{DeliveryState, Reason},
    eligibility::Skip,
    ids::{BatchId, EmployeeId},
    language::Language,
    listing::Criteria,
    time::LocalTime,
};
use serde::{Deserialize, Serialize};

/// Who was selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// These employees.
    Chosen(Vec<EmployeeId>),
    /// Everybody who matches, at the moment of confirming.
    Matching(Criteria),
}

/// A bulk action before it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What to do.
    pub action: BatchAction,
    /// To whom.
    pub audience: Audience,
    /// With Send credentials: resend to those pending or expired too.
    pub resend_too: bool,
    /// With Send credentials: send a password reset to those active.
    pub reset_too: bool,
}

impl Proposal {
    /// An action on an audience, without extras.
    pub fn new(action: BatchAction, audience: Audience) -> Self {
        Self { action, audience, resend_too: false, reset_too: false }
    }
}

/// The split: who takes part and who is skipped, before anything is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The size of the audience.
    pub people: u64,
    /// How many take part.
    pub receiving: u64,
    /// The languages of the mails, most first.
    pub languages: Vec<(Language, u64)>,
    /// Who is skipped, most first.
    pub skipped: Vec<SkippedGroup>,
    /// How many are pending or expired and could be resent to as well.
    pub could_resend: u64,
    /// How many are active and could get a password reset instead.
    pub could_reset: u64,
    /// Seconds that the batch is held; 0 for one employee.
    pub hold_seconds: u32,
    /// Where the audience is one person: the name.
    pub only_name: Option<String>,
    /// Names this dialog: a second press with the same key finds the first one's batch.
    pub key: String,
}

/// People skipped for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedGroup {
    /// Why.
    pub reason: Skip,
    /// How many.
    pub people: u64,
    /// The first few of them.
    pub examples: Vec<(EmployeeId, String)>,
}

/// What confirming a proposal came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Accepted {
    /// Accepted as this batch, now or by an earlier press of the same dialog.
    Batch {
        /// The batch.
        id: BatchId,
        /// How many take part.
        receiving: u64,
        /// Seconds left in which it can be undone.
        hold_seconds: u32,
    },
    /// More people would receive it than were shown: look again.
    Grown(Split),
    /// Nobody would take part.
    Nobody(Split),
}

/// How taking a batch back ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Undone {
    /// Taken back whole.
    Undone,
    /// Its hold has ended: it has begun to leave.
    TooLate,
}

/// A batch in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchLine {
    /// The batch.
    pub id: BatchId,
    /// What it does.
    pub action: BatchAction,
    /// Who pressed.
    pub created_by: String,
    /// When.
    pub created_at: LocalTime,
    /// The size of the audience.
    pub people: u64,
    /// How many take part.
    pub receiving: u64,
    /// How it stands.
    pub state: BatchState,
}

/// How a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchState {
    /// Can be undone for this many more seconds.
    Held(u32),
    /// Taken back.
    Undone,
    /// Something may still leave.
    Running,
    /// Nothing is left to do.
    Ended,
}

/// One batch on its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchView {
    /// As in the list.
    pub line: BatchLine,
    /// Its sends by delivery state.
    pub sends: Vec<(DeliveryState, u64)>,
    /// Messages stay in the mailbox: "kept" instead of "sent".
    pub kept: bool,
    /// The skipped by reason.
    pub skipped: Vec<(Skip, u64)>,
    /// Outcomes of this page.
    pub outcomes: Vec<Outcome>,
    /// The employee after whom the next page of outcomes begins.
    pub next: Option<EmployeeId>,
}

/// What became of one employee of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The employee.
    pub employee: EmployeeId,
    /// First and last name.
    pub name: String,
    /// Why skipped; else took part.
    pub skipped: Option<Skip>,
    /// The message's state, where there is one.
    pub state: Option<DeliveryState>,
    /// Why it was deferred, failed or dropped.
    pub reason: Option<Reason>,
    /// The relay's last words.
    pub reply: Option<String>,
}
