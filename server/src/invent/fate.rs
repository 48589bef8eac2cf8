//! What has happened to invented people, so that every status and every trouble has its examples.

use super::people::Dice;
use domain::record::EmployeeRecord;

/// Minutes of a day.
const DAY: u64 = 24 * 60;

/// What has happened to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet.
    NotInvited,
    /// Invited; the message was sent.
    Pending,
    /// Invited; the address changed since, and nothing was sent there.
    Waiting,
    /// Invited; the message was refused.
    Refused,
    /// Invited, and the time has passed.
    Expired,
    /// Invited, then cancelled.
    Cancelled,
    /// Invited and activated.
    Active,
    /// Activated, later suspended.
    Suspended,
}

impl Fate {
    /// The word that the SQL knows it by.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotInvited => "not_invited",
            Self::Pending => "pending",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

/// What has happened to somebody, when, and by which words of a relay.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// What has happened.
    pub fate: Fate,
    /// How many minutes ago they were invited.
    pub invited_ago: u64,
    /// How many minutes after that they activated, or the invitation was cancelled.
    pub later: u64,
    /// How many minutes ago they signed in last; none: only once, by activating.
    pub signed_in_ago: Option<u64>,
    /// The reason of a refusal, and the relay's words.
    pub refusal: (&'static str, &'static str),
}

/// Refusals as relays word them.
const REFUSALS: &[(&str, &str)] = &[
    ("mailbox_unknown", "550 5.1.1 The email account that you tried to reach does not exist"),
    ("mailbox_unknown", "550 5.1.10 Recipient address rejected: no such user"),
    ("mailbox_full", "552 5.2.2 Mailbox full"),
    ("refused", "550 5.7.1 Message rejected by the recipient's policy"),
    ("gave_up", "451 4.4.1 The receiving server does not answer"),
];

/// Makes up what has happened to somebody, given how long an invitation is valid.
pub fn story(record: &EmployeeRecord, validity_days: u64, dice: &mut Dice) -> Story {
    let fate = if record.email().is_none() {
        Fate::NotInvited
    } else {
        match dice.below(100) {
            0..26 => Fate::NotInvited,
            26..46 => Fate::Pending,
            46..48 => Fate::Waiting,
            48..52 => Fate::Refused,
            52..64 => Fate::Expired,
            64..70 => Fate::Cancelled,
            70..97 => Fate::Active,
            _ => Fate::Suspended,
        }
    };
    let invited_ago = match fate {
        // Within the validity, so that it has not passed; a day is left for the zone.
        Fate::Pending | Fate::Waiting | Fate::Refused => 30 + dice.below(validity_days.saturating_sub(1) * DAY),
        Fate::Expired => (validity_days + 2) * DAY + dice.below(40 * DAY),
        _ => 3 * DAY + dice.below(120 * DAY),
    };
    // Not before the message left, and not after now.
    let later = 5 + dice.below((2 * DAY).min(invited_ago - 10));
    let signed_in_ago = dice.percent(85).then(|| dice.below(invited_ago.saturating_sub(later)));
    let at = usize::try_from(dice.below(u64::try_from(REFUSALS.len()).unwrap_or(1))).unwrap_or_default();
    Story { fate, invited_ago, later, signed_in_ago, refusal: REFUSALS.get(at).copied().unwrap_or_default() }
}
