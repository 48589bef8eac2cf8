//! Points in time, as the rules compare them and as the screens show them.

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01 UTC, PostgreSQL's resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// A point in time as a clock on an organisation's wall shows it. Made on the server, which knows the zones, so that both
/// sides render the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalTime {
    /// The instant itself.
    pub at: Timestamp,
    /// Year, such as 2026.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// The zone's abbreviation at that time, such as CET.
    pub zone: String,
}
