//! What the wire carries about batches on their way.

use super::model::Source;
use domain::{
    batch::{BatchAction, OutcomeFilter},
    delivery::{Concern, DeliveryState, Reason},
    eligibility::Skip,
    ids::{BatchId, EmployeeId},
    pace::Pace,
    time::LocalTime,
};
use serde::{Deserialize, Serialize};

/// How steering a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Steered {
    /// It stands as was asked.
    Done,
    /// To undo it is too late: its hold has ended. To pause, resume or stop it: nothing of it is left.
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
    /// Since when it stands as it does, where it ended or a person paused or ended it. On the wire as the version before calls it.
    #[serde(default, rename = "over_at")]
    pub since: Option<LocalTime>,
    /// That person, where it was one.
    #[serde(default)]
    pub steered_by: Option<String>,
    /// What it waits for, where it does.
    #[serde(default)]
    pub wait: Option<Wait>,
    /// The size of the audience.
    pub people: u64,
    /// How many take part.
    pub receiving: u64,
    /// How it stands.
    pub state: BatchState,
    /// Its messages.
    pub messages: Messages,
}

impl BatchLine {
    /// Whether anything may still change by itself: what a worker held when its batch was stopped is still to end.
    pub fn may_change(&self) -> bool {
        self.state.is_open() || self.messages.open > 0
    }
}

/// The messages of a batch by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// May still leave.
    pub open: u64,
    /// Of these, refused for now and tried again.
    pub deferred: u64,
    /// Sent, or kept.
    pub sent: u64,
    /// Refused for good, given up, or come back.
    pub failed: u64,
    /// Cancelled before they left.
    pub dropped: u64,
    /// What was sent is kept in the built-in mailbox.
    pub kept: bool,
}

/// How a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchState {
    /// Can be undone for this many more seconds.
    Held(u32),
    /// Taken back.
    Undone,
    /// Something may still leave, and waits for something.
    Waiting,
    /// Leaving.
    Running,
    /// A person holds it back.
    Paused,
    /// A person ended it.
    Stopped,
    /// Nothing is left to do.
    Ended,
}

impl BatchState {
    /// Whether a person may still steer it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Held(_) | Self::Waiting | Self::Running | Self::Paused)
    }
}

/// What a batch waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wait {
    /// The database is a copy, or the outbox was held: a person has to confirm.
    Confirmation,
    /// No worker is there.
    Worker,
    /// The relay is in trouble.
    Relay {
        /// What everybody's delivery suffers from.
        concern: Concern,
        /// The error, or the relay's own words.
        words: String,
        /// Since then.
        since: LocalTime,
    },
    /// As many have left as a limit allows.
    Limit {
        /// Whose limit it is.
        whose: Whose,
        /// The limit alone.
        limit: Pace,
        /// When messages leave again.
        until: LocalTime,
    },
    /// The relay has taken all that is left and has not answered yet.
    Answer {
        /// How many messages that is.
        messages: u64,
        /// It is waited for until then.
        until: LocalTime,
    },
    /// Everything left was refused for now, and is tried again from then on.
    Retry(LocalTime),
    /// Everything of late was refused for now: so many messages.
    Acceptance(u64),
}

/// Whose pace it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// The organisation's, of its settings.
    Organisation,
    /// The relay's, of the configuration.
    Relay,
}

/// One batch on its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchView {
    /// As in the list.
    pub line: BatchLine,
    /// The skipped by reason.
    pub skipped: Vec<(Skip, u64)>,
    /// What failed by reason.
    #[serde(default)]
    pub failed: Vec<(Reason, u64)>,
    /// What it waits for, where it does.
    pub wait: Option<Wait>,
    /// The pace that it is held to: the organisation's and the relay's.
    pub pace: Pace,
    /// Messages that left in the last minute, or would have at the rate since the start.
    pub per_minute: u64,
    /// When the last message should have left.
    pub expected_end: Option<LocalTime>,
    /// The viewer may pause, resume and stop.
    pub may_steer: bool,
    /// It is held, and may be undone, paused or not.
    #[serde(default)]
    pub is_held: bool,
    /// The viewer may retry those that failed and got nothing since.
    pub may_retry: bool,
    /// There are password resets among those, beside invitations.
    #[serde(default)]
    pub retries_resets: bool,
    /// The viewer may send to those to whom it had not left when it was stopped, and who got nothing since.
    #[serde(default)]
    pub may_send_rest: bool,
    /// What it was made of, where another batch left that behind.
    #[serde(default)]
    pub source: Option<Source>,
    /// Batches that were made of what this one left behind, the oldest first.
    #[serde(default)]
    pub followed: Vec<Source>,
    /// Outcomes of this page.
    pub outcomes: Vec<Outcome>,
    /// The employee after whom the next page of outcomes begins.
    pub next: Option<EmployeeId>,
}

/// Which outcomes of a batch are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Those of this kind.
    pub filter: OutcomeFilter,
    /// Of them those for this reason alone.
    pub why: Option<Why>,
    /// Of them those that follow this employee.
    pub after: Option<EmployeeId>,
}

impl From<OutcomeFilter> for Looked {
    fn from(filter: OutcomeFilter) -> Self {
        Self { filter, ..Self::default() }
    }
}

/// Why somebody's outcome is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Why they were skipped.
    Skipped(Skip),
    /// Why their message failed.
    Failed(Reason),
}

impl Why {
    /// Reads the reason that a filter is narrowed to; none where there is no such reason.
    pub fn read(filter: OutcomeFilter, word: &str) -> Option<Self> {
        match filter {
            OutcomeFilter::Skipped => word.parse().ok().map(Self::Skipped),
            OutcomeFilter::Failed => word.parse().ok().map(Self::Failed),
            _ => None,
        }
    }

    /// The word that [`Self::read`] reads.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skipped(skip) => skip.as_str(),
            Self::Failed(reason) => reason.as_str(),
        }
    }
}

/// What became of one employee of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// The employee.
    pub employee: EmployeeId,
    /// First and last name.
    pub name: String,
    /// Where the message goes, where there is one.
    #[serde(default)]
    pub address: Option<String>,
    /// Why skipped; else took part.
    pub skipped: Option<Skip>,
    /// The message's state, where there is one.
    pub state: Option<DeliveryState>,
    /// Why it was deferred, failed or dropped.
    pub reason: Option<Reason>,
    /// When that was, where it was sent, failed or dropped.
    #[serde(default)]
    pub finished_at: Option<LocalTime>,
    /// When it is tried again, where it was refused for now.
    pub next_try: Option<LocalTime>,
    /// It stays in the built-in mailbox.
    pub kept: bool,
    /// A try had no answer: it may have arrived.
    #[serde(default)]
    pub uncertain: bool,
    /// The relay's last words.
    pub reply: Option<String>,
}
