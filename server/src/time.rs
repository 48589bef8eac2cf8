//! Points in time as an organisation's clocks show them.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::{OffsetName, Tz};
use domain::time::{LocalTime, Timestamp};

/// The clocks of one time zone.
#[derive(Clone, Copy, Debug)]
pub struct Zone(Tz);

impl Zone {
    /// A zone by its IANA name; an unknown one, which the database should not hold, shows UTC.
    pub fn named(name: &str) -> Self {
        Self(name.parse().unwrap_or(Tz::UTC))
    }

    /// What the clocks show.
    pub fn show(self, at: DateTime<Utc>) -> LocalTime {
        let local = at.with_timezone(&self.0);
        let small = |n: u32| u8::try_from(n).unwrap_or_default();
        let offset = local.offset();
        LocalTime {
            at: Timestamp(at.timestamp_micros()),
            year: local.year(),
            month: small(local.month()),
            day: small(local.day()),
            hour: small(local.hour()),
            minute: small(local.minute()),
            zone: offset.abbreviation().map_or_else(
                || local.format("UTC%:z").to_string(),
                |name| if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name.to_owned() },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_follow_their_zone_and_season() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let shown = Zone::named("Europe/Paris").show(at("2026-11-30T23:30:00Z"));
        assert_eq!((shown.year, shown.month, shown.day, shown.hour, shown.zone.as_str()), (2026, 12, 1, 0, "CET"));
        assert_eq!(Zone::named("Europe/Paris").show(at("2026-07-01T00:00:00Z")).zone, "CEST");
        assert_eq!(Zone::named("Nowhere/Land").show(at("2026-07-01T00:00:00Z")).zone, "UTC");
    }
}
