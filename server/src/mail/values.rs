//! The plain values that a message is made of, as they are stored for its history.

use domain::{
    batch::BatchAction,
    delivery::{Notice, Reason, SendKind},
    eligibility::Skip,
    ids::BatchId,
    language::Language,
    person,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The version of the templates, stored with each message's values. A change that would show an old message differently from
/// how it was sent gets a new number, and the old wording stays beside the new one; so does a new kind of message, which
/// workers of the version before then leave to others. The second brought notices about batches.
pub const TEMPLATE_VERSION: i32 = 2;

/// What a message is made of, but for its link. The names are those in `message_values`, and stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// What the message is.
    pub kind: SendKind,
    /// Which notice, where it is one.
    pub notice: Option<Notice>,
    /// The employee's language.
    pub language: Language,
    /// The organisation's name.
    pub organisation: String,
    /// The organisation's zone, an IANA name.
    pub time_zone: String,
    /// The name shown in From; unset: the organisation's.
    pub sender_name: Option<String>,
    /// The address in From, and the envelope's sender.
    pub sender_address: String,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// Whom to ask, in the organisation's words.
    pub contact: Option<String>,
    /// The employee's first name.
    pub first_name: String,
    /// The employee's last name.
    pub last_name: String,
    /// What the employee signs in with.
    pub identifier: String,
    /// Where the message goes.
    pub address: String,
    /// When the message was dated.
    pub dated_at: Timestamp,
    /// When its link ends.
    pub expires_at: Option<Timestamp>,
    /// The batch that a notice is about.
    #[serde(default)]
    pub batch: Option<BatchFacts>,
}

/// How a batch stood when a notice about it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchFacts {
    /// The batch.
    pub id: BatchId,
    /// What it does.
    pub action: BatchAction,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The size of the audience.
    pub people: u64,
    /// How many take part.
    pub receiving: u64,
    /// It was stopped.
    pub stopped: bool,
    /// Messages that have left, or are kept.
    pub sent: u64,
    /// They are kept in the built-in mailbox.
    pub kept: bool,
    /// Messages refused for good, or given up.
    pub failed: u64,
    /// Messages cancelled before they left.
    pub dropped: u64,
    /// Messages that wait.
    pub open: u64,
    /// Why messages failed, and how many for that; unset in messages from before it was told.
    #[serde(default)]
    pub reasons: Option<Vec<(Reason, u64)>>,
    /// Why people were skipped, and how many for that; unset in messages from before it was told.
    #[serde(default)]
    pub skips: Option<Vec<(Skip, u64)>>,
}

impl Values {
    /// The employee's name, on one line.
    pub fn name(&self) -> String {
        person::single_line(&person::full_name(&self.first_name, &self.last_name))
    }

    /// Whether two messages say the same, but for the words that are each person's own.
    pub(crate) fn say_the_same(&self, other: &Self) -> bool {
        let Self {
            kind,
            notice,
            language,
            organisation,
            time_zone,
            sender_name,
            sender_address,
            reply_to,
            contact,
            first_name: _,
            last_name: _,
            identifier: _,
            address: _,
            dated_at,
            expires_at,
            batch,
        } = self;
        (kind, notice, language, dated_at, expires_at) == (&other.kind, &other.notice, &other.language, &other.dated_at, &other.expires_at)
            && (organisation, time_zone, contact, batch) == (&other.organisation, &other.time_zone, &other.contact, &other.batch)
            && (sender_name, sender_address, reply_to) == (&other.sender_name, &other.sender_address, &other.reply_to)
    }
}
