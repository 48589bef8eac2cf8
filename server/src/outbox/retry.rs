//! When a send is tried again.

use std::time::Duration;

/// A send is given up no sooner than after this long.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(72);

/// Nor is it before so many tries: it may have been held back meanwhile.
const FEWEST: u32 = 10;

/// The first pause; each further one is twice as long.
const FIRST: Duration = Duration::from_mins(1);
/// No pause is longer.
const LONGEST: Duration = Duration::from_hours(1);

/// The pause before the next try, or nothing where it is time to give up: after `attempts` tries before this one, where it was
/// first claimed `for_long` ago. `jitter`, from 0 to 1, spreads the pause by a quarter to both sides, so that what was refused together
/// does not come back together.
pub fn delay(attempts: u32, for_long: Duration, jitter: f64) -> Option<Duration> {
    let pause = FIRST.saturating_mul(2_u32.saturating_pow(attempts)).min(LONGEST);
    let delay = pause.mul_f64(0.75 + 0.5 * jitter.clamp(0.0, 1.0));
    (for_long + delay < GIVE_UP_AFTER || attempts + 1 < FEWEST).then_some(delay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_are_spread() {
        let minutes = |attempts| delay(attempts, Duration::ZERO, 0.5).unwrap().as_secs() / 60;
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 100].map(minutes), [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(delay(0, Duration::ZERO, 0.0), Some(Duration::from_secs(45)));
        assert_eq!(delay(0, Duration::ZERO, 1.0), Some(Duration::from_secs(75)));
    }

    #[test]
    fn three_days_are_enough() {
        assert!(delay(50, Duration::from_hours(71), 0.0).is_some());
        assert_eq!(delay(50, Duration::from_hours(72), 0.0), None);
        // One that was paused over the weekend has had two tries only.
        assert!(delay(8, Duration::from_hours(90), 0.0).is_some());
        assert_eq!(delay(9, Duration::from_hours(90), 0.0), None);
    }
}
