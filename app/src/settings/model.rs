//! What the wire carries about settings.

use domain::{ids::EventId, language::Language, pace::Pace};
use serde::{Deserialize, Serialize};

/// The settings as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The organisation's name.
    pub name: String,
    /// After the @ in `NUMBER@short-name`.
    pub short_name: String,
    /// For people who have chosen none.
    pub language: Language,
    /// An IANA name; days end in it.
    pub time_zone: String,
    /// An invitation's validity.
    pub validity_days: u32,
    /// How long a batch can be undone.
    pub hold_seconds: u32,
    /// How fast batches leave at most.
    pub pace: Pace,
    /// Shown in From; none: the organisation's name.
    pub sender_name: Option<String>,
    /// The address in From; none: the installation's.
    pub sender_address: Option<String>,
    /// Who gets answers.
    pub reply_to: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// What the credentials are for.
    pub destination_url: Option<String>,
}

/// What the settings page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsView {
    /// The settings.
    pub settings: Settings,
    /// The time zones to choose from; none where they cannot be changed.
    pub time_zones: Vec<String>,
    /// The viewer may change them.
    pub may_change: bool,
    /// Their last change; a server of the version before names none.
    #[serde(default)]
    pub made_from: Option<EventId>,
}

/// Settings as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedSettings {
    /// The organisation's name.
    pub name: String,
    /// The short name.
    pub short_name: String,
    /// A language's word.
    pub language: String,
    /// An IANA name.
    pub time_zone: String,
    /// A whole number.
    pub validity_days: String,
    /// A whole number.
    pub hold_seconds: String,
    /// A whole number; may be empty.
    pub pace_per_second: String,
    /// A whole number; may be empty.
    pub pace_per_hour: String,
    /// A whole number; may be empty.
    pub pace_per_day: String,
    /// May be empty.
    pub sender_name: String,
    /// May be empty.
    pub sender_address: String,
    /// May be empty.
    pub reply_to: String,
    /// May be empty.
    pub contact: String,
    /// May be empty.
    pub destination_url: String,
}
