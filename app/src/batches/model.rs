//! What the wire carries about a bulk action before it is accepted.

use super::progress::Wait;
use domain::{
    batch::{BatchAction, Part},
    delivery::Reason,
    eligibility::Skip,
    ids::{BatchId, EmployeeId},
    language::Language,
    listing::Criteria,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Who was selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// These employees.
    Chosen(Vec<EmployeeId>),
    /// Everybody who matches, at the moment of confirming.
    Matching(Criteria),
    /// Those whose message of this batch failed, for this reason where there is one, and who have had no other since.
    FailedOf(BatchId, Option<Reason>),
    /// Those whose message had not left when this batch was stopped, and who have had no other since.
    StoppedOf(BatchId),
}

impl Audience {
    /// The batch that it was left behind by, and what of it it is.
    pub fn source(&self) -> Option<Source> {
        match self {
            Self::FailedOf(batch, _) => Some(Source { batch: *batch, part: Part::Failed }),
            Self::StoppedOf(batch) => Some(Source { batch: *batch, part: Part::Stopped }),
            Self::Chosen(_) | Self::Matching(_) => None,
        }
    }
}

/// What a batch was made of that another one left behind; or, seen from that, what was made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The other batch.
    pub batch: BatchId,
    /// What was left behind.
    pub part: Part,
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
    /// Send to those, too, whose address was refused before and is the same.
    #[serde(default)]
    pub refused_too: bool,
}

impl Proposal {
    /// An action on an audience, without extras.
    pub fn new(action: BatchAction, audience: Audience) -> Self {
        Self { action, audience, resend_too: false, reset_too: false, refused_too: false }
    }

    /// Whether one person was chosen: whoever does so means it, even where the address was refused before.
    pub fn means_one(&self) -> bool {
        matches!(&self.audience, Audience::Chosen(ids) if ids.len() <= 1)
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
    /// How many have an address that was refused before and could be tried again as well, where it was not one who was chosen.
    #[serde(default)]
    pub could_retry: u64,
    /// Seconds that the batch is held; 0 for one employee.
    pub hold_seconds: u32,
    /// Seconds from the first message to the last at the organisation's pace, and the relay's.
    pub pace_seconds: u64,
    /// Where the audience is one person: the name.
    pub only_name: Option<String>,
    /// From whom the messages would come.
    #[serde(default)]
    pub sender: Sender,
    /// What everybody's messages wait for at present.
    #[serde(default)]
    pub wait: Option<Wait>,
    /// When it was so. None: a server of the version before.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Names this dialog: a second press with the same key finds the first one's batch.
    pub key: String,
}

impl Split {
    /// Whether there is something to choose that changes it.
    pub fn has_choices(&self) -> bool {
        self.could_resend + self.could_reset + self.could_retry > 0
    }

    /// What of it is confirmed.
    pub fn shown(&self) -> Shown {
        Shown { receiving: self.receiving, at: self.at, key: self.key.clone() }
    }
}

/// From whom messages come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The name.
    pub name: String,
    /// The address; none: the installation's.
    pub address: Option<String>,
}

/// What of a split was seen by whoever confirms it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// How many would take part.
    pub receiving: u64,
    /// When: whoever had just got a message then does not take part either when that is longer ago. None: now.
    pub at: Option<Timestamp>,
    /// The split's key.
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

/// A batch that was just accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JustAccepted {
    /// The batch.
    pub batch: BatchId,
    /// What it does.
    pub action: BatchAction,
    /// How many take part.
    pub receiving: u64,
    /// Seconds left in which it can be undone.
    pub hold_seconds: u32,
}
