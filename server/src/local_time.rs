//! Points in time on an organisation's wall clock.

use chrono::{DateTime, Datelike, Offset, Timelike, Utc};
use chrono_tz::{OffsetName, Tz};
use domain::time::{LocalTime, Timestamp};

/// An instant as a clock in the zone (an IANA name) shows it; in UTC where the zone is not known.
pub fn local_time(at: Timestamp, zone: &str) -> LocalTime {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let local = DateTime::<Utc>::from_timestamp_micros(at.0).unwrap_or_default().with_timezone(&zone);
    // All of these are small by their nature.
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    LocalTime {
        at,
        year: local.year(),
        month: small(local.month()),
        day: small(local.day()),
        hour: small(local.hour()),
        minute: small(local.minute()),
        zone: match local.offset().abbreviation() {
            Some(name) if name.starts_with(|first: char| first.is_ascii_alphabetic()) => name.to_owned(),
            // Zones without letters of their own are called by their distance from UTC.
            _ => format!("UTC{}", local.offset().fix()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_decides_about_day_hour_and_name() {
        let at = Timestamp(1_773_529_199_000_000); // 2026-03-14T22:59:59Z
        let paris = local_time(at, "Europe/Paris");
        assert_eq!((paris.day, paris.hour, paris.minute, paris.zone.as_str()), (14, 23, 59, "CET"));
        let kiritimati = local_time(at, "Pacific/Kiritimati");
        assert_eq!((kiritimati.day, kiritimati.hour, kiritimati.zone.as_str()), (15, 12, "UTC+14:00"));
        assert_eq!(local_time(at, "Europe/Atlantis").zone, "UTC");
        assert_eq!(local_time(Timestamp(1_782_856_800_000_000), "Europe/Paris").zone, "CEST");
    }
}
