//! How fast messages may leave.

use serde::{Deserialize, Serialize};
use std::{fmt, ops::RangeInclusive, str::FromStr};

/// Messages per second that a pace may name.
pub const PER_SECOND: RangeInclusive<u32> = 1..=1000;
/// Messages per hour or day that a pace may name.
pub const PER_HOUR_OR_DAY: RangeInclusive<u32> = 1..=10_000_000;

/// The most messages that may leave within a second, within any hour, and within any day; unset: as many as the relay takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Per second.
    pub per_second: Option<u32>,
    /// Per hour.
    pub per_hour: Option<u32>,
    /// Per day.
    pub per_day: Option<u32>,
}

/// A pace that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the form 20/second 1000/hour 10000/day, each part at most once")]
pub struct NoPace;

impl Pace {
    /// Whether anything is limited.
    pub fn is_limited(self) -> bool {
        self != Self::default()
    }

    /// The slower of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let least = |one: Option<u32>, other: Option<u32>| one.into_iter().chain(other).min();
        Self {
            per_second: least(self.per_second, other.per_second),
            per_hour: least(self.per_hour, other.per_hour),
            per_day: least(self.per_day, other.per_day),
        }
    }

    /// Seconds from the first message to the last of so many, where nothing has left before.
    pub fn seconds_for(self, messages: u64) -> u64 {
        let last = messages.saturating_sub(1);
        let by_second = |last: u64| self.per_second.map_or(0, |most| last.div_ceil(u64::from(most.max(1))));
        let within = |last: u64, most: Option<u32>, window: u64, inner: &dyn Fn(u64) -> u64| {
            let windows = most.map_or((0, last), |most| (last / u64::from(most.max(1)), last % u64::from(most.max(1))));
            inner(last).max(windows.0 * window + inner(windows.1))
        };
        let by_hour = |last: u64| within(last, self.per_hour, 3600, &by_second);
        within(last, self.per_day, 86_400, &by_hour)
    }
}

impl FromStr for Pace {
    type Err = NoPace;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut pace = Self::default();
        for part in text.split_whitespace() {
            let (number, unit) = part.split_once('/').ok_or(NoPace)?;
            let (place, range) = match unit {
                "second" => (&mut pace.per_second, PER_SECOND),
                "hour" => (&mut pace.per_hour, PER_HOUR_OR_DAY),
                "day" => (&mut pace.per_day, PER_HOUR_OR_DAY),
                _ => return Err(NoPace),
            };
            let number = number.parse().ok().filter(|number| range.contains(number)).ok_or(NoPace)?;
            if place.replace(number).is_some() {
                return Err(NoPace);
            }
        }
        if pace.is_limited() { Ok(pace) } else { Err(NoPace) }
    }
}

/// As it is read.
impl fmt::Display for Pace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(self.per_second, "second"), (self.per_hour, "hour"), (self.per_day, "day")];
        let parts = parts.into_iter().filter_map(|(most, unit)| Some(format!("{}/{unit}", most?)));
        formatter.write_str(&parts.collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pace(per_second: u32, per_hour: u32, per_day: u32) -> Pace {
        let some = |most| (most > 0).then_some(most);
        Pace { per_second: some(per_second), per_hour: some(per_hour), per_day: some(per_day) }
    }

    #[test]
    fn a_pace_is_read_as_it_is_written() {
        let whole = pace(20, 1000, 10_000);
        assert_eq!(whole.to_string(), "20/second 1000/hour 10000/day");
        assert_eq!(whole.to_string().parse(), Ok(whole));
        assert_eq!("500/day".parse(), Ok(pace(0, 0, 500)));
        for bad in ["", "fast", "20", "0/second", "20/s", "1/hour 2/hour", "-1/day", "1001/second"] {
            assert_eq!(bad.parse::<Pace>(), Err(NoPace), "{bad}");
        }
    }

    #[test]
    fn the_slower_of_two_counts() {
        assert_eq!(pace(20, 0, 500).and(pace(5, 100, 900)), pace(5, 100, 500));
        assert_eq!(Pace::default().and(Pace::default()), Pace::default());
    }

    #[test]
    fn as_fast_as_the_relay_takes_them_is_no_time_at_all() {
        assert_eq!(Pace::default().seconds_for(1_000_000), 0);
        assert_eq!(pace(0, 100, 0).seconds_for(100), 0);
        assert_eq!(pace(0, 100, 0).seconds_for(101), 3600);
        assert_eq!(pace(0, 0, 10_000).seconds_for(12_000), 86_400);
        assert_eq!(pace(10, 0, 0).seconds_for(12_001), 1200);
    }

    proptest! {
        /// Against sending one after the other, each as soon as the last second, hour and day have room for it.
        #[test]
        fn the_time_is_that_of_sending_one_after_the_other(per_second in 0_u32..4, per_hour in 0_u32..50, messages in 1_u64..400) {
            let pace = pace(per_second, per_hour, 0);
            let mut times: Vec<f64> = Vec::new();
            for number in 0..usize::try_from(messages).unwrap() {
                let after = |back: u32, gap: f64| number.checked_sub(back as usize).map_or(0.0, |earlier| times[earlier] + gap);
                let by_second = if per_second > 0 { after(1, 1.0 / f64::from(per_second)) } else { 0.0 };
                let by_hour = if per_hour > 0 { after(per_hour, 3600.0) } else { 0.0 };
                times.push(by_second.max(by_hour));
            }
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let ours = pace.seconds_for(messages) as f64;
            prop_assert!((ours - times.last().unwrap()).abs() <= 1.0, "{ours} {:?}", times.last());
        }

        #[test]
        fn more_messages_never_take_less_time(limits in (0_u32..20, 0_u32..200, 0_u32..900), messages in 0_u64..5000) {
            let pace = pace(limits.0, limits.1, limits.2);
            prop_assert!(pace.seconds_for(messages) <= pace.seconds_for(messages + 1));
        }
    }
}
