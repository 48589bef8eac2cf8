//! How long the note after accepting stays: through the hold, and then until it could be read. Changed by one function, tested
//! without a browser.

use std::time::Duration;

/// Seconds that the note stays after the hold, and again after it has told how the batch ended.
const STAYS: u32 = 20;

/// The seconds that are left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NoteClock {
    /// When the hold ends: a device that slept has counted nothing.
    held_until: Duration,
    hold: u64,
    stays: u32,
}

impl NoteClock {
    /// Begins with what is left of the hold; times are counted from one moment, whichever.
    pub(super) fn new(now: Duration, hold: u32) -> Self {
        let hold = u64::from(hold);
        Self { held_until: now + Duration::from_secs(hold), hold, stays: STAYS }
    }

    /// What is left of the hold.
    pub(super) fn hold(self) -> u64 {
        self.hold
    }

    /// About a second has passed; whether it is time to look how the batch fares. While somebody attends to the note it stays.
    pub(super) fn tick(&mut self, now: Duration, attended: bool) -> bool {
        if self.hold > 0 {
            let left = self.held_until.saturating_sub(now);
            self.hold = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            return false;
        }
        if !attended {
            self.stays = self.stays.saturating_sub(1);
        }
        true
    }

    /// There is something new to read.
    pub(super) fn stay(&mut self) {
        self.hold = 0;
        self.stays = STAYS;
    }

    /// The note may go.
    pub(super) fn is_over(self) -> bool {
        self.hold == 0 && self.stays == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Begins at this second.
    const START: Duration = Duration::from_secs(1_000);

    fn after(seconds: u32, attended: bool) -> NoteClock {
        let mut clock = NoteClock::new(START, 10);
        for second in 1..=seconds {
            clock.tick(START + Duration::from_secs(second.into()), attended);
        }
        clock
    }

    #[test]
    fn the_hold_is_counted_down_before_anything_is_looked_at() {
        let mut clock = NoteClock::new(START, 2);
        let mut tick = |millis| clock.tick(START + Duration::from_millis(millis), true);
        assert_eq!([tick(1_010), tick(2_020), tick(3_030)], [false, false, true]);
        assert_eq!(after(4, true).hold(), 6);
    }

    #[test]
    fn the_hold_goes_on_while_the_device_sleeps() {
        let mut clock = after(3, false);
        clock.tick(START + Duration::from_millis(8_400), false);
        assert_eq!(clock.hold(), 2);
        clock.tick(START + Duration::from_hours(1), false);
        assert_eq!(clock.hold(), 0);
        assert!(!clock.is_over(), "it is read first");
    }

    #[test]
    fn the_note_goes_by_itself_a_while_after_the_hold() {
        assert!(!after(29, false).is_over());
        assert!(after(30, false).is_over());
    }

    #[test]
    fn it_stays_while_somebody_attends_to_it() {
        assert!(!after(300, true).is_over());
    }

    #[test]
    fn what_is_new_can_be_read_as_long() {
        let mut clock = after(29, false);
        clock.stay();
        assert!(!clock.is_over());
        assert_eq!((clock.hold, clock.stays), (0, STAYS));
    }
}
