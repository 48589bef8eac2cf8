//! How long the note after accepting stays: through the hold, and then until it could be read. Changed by one function, tested
//! without a browser.

/// Seconds that the note stays after the hold, and again after it has told how the batch ended.
const STAYS: u32 = 20;

/// The seconds that are left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NoteClock {
    hold: u32,
    stays: u32,
}

impl NoteClock {
    /// Begins with what is left of the hold.
    pub(super) fn new(hold: u32) -> Self {
        Self { hold, stays: STAYS }
    }

    /// What is left of the hold.
    pub(super) fn hold(self) -> u32 {
        self.hold
    }

    /// A second has passed; whether it is time to look how the batch fares. While somebody attends to the note it stays.
    pub(super) fn tick(&mut self, attended: bool) -> bool {
        if self.hold > 0 {
            self.hold -= 1;
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

    fn after(seconds: u32, attended: bool) -> NoteClock {
        let mut clock = NoteClock::new(10);
        for _ in 0..seconds {
            clock.tick(attended);
        }
        clock
    }

    #[test]
    fn the_hold_is_counted_down_before_anything_is_looked_at() {
        let mut clock = NoteClock::new(2);
        assert_eq!([clock.tick(false), clock.tick(true), clock.tick(false)], [false, false, true]);
        assert_eq!(after(4, true).hold(), 6);
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
        assert_eq!(clock, NoteClock::new(0));
    }
}
