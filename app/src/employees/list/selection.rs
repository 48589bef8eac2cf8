//! What is selected: single people across pages, or everybody who matches. Changed by one function, tested without a browser.

use domain::ids::EmployeeId;
use std::collections::BTreeSet;

/// Who is selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    chosen: BTreeSet<EmployeeId>,
    matching: bool,
    /// The last one that was ticked or unticked by itself: where a range begins.
    anchor: Option<EmployeeId>,
}

/// What happened to a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// One person was ticked or unticked.
    One(EmployeeId, bool),
    /// With the shift key held: everybody from the last one to this one.
    Range(EmployeeId, bool),
    /// The whole page was ticked or unticked.
    Page(bool),
    /// Everybody who matches.
    AllMatching,
    /// Nobody any more.
    Clear,
    /// The filter or the search changed: those who match are others now.
    OtherCriteria,
    /// These boxes were ticked before the page came alive.
    Found(Vec<EmployeeId>),
}

/// How much of a page is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// Nobody.
    None,
    /// Some of them.
    Some,
    /// Everybody.
    All,
}

impl Selection {
    /// Carries out a change. `page` is who is on the page, in its order.
    pub(super) fn apply(&mut self, change: Change, page: &[EmployeeId]) {
        match change {
            Change::One(id, on) => {
                self.narrow(page);
                self.set(id, on);
                self.anchor = Some(id);
            }
            Change::Range(to, on) => {
                self.narrow(page);
                for id in range(page, self.anchor, to) {
                    self.set(id, on);
                }
                self.anchor = Some(to);
            }
            Change::Page(on) => {
                self.narrow(page);
                for id in page {
                    self.set(*id, on);
                }
            }
            Change::AllMatching => *self = Self { matching: true, ..Self::default() },
            Change::Clear => *self = Self::default(),
            Change::OtherCriteria if self.matching => *self = Self::default(),
            Change::OtherCriteria => self.anchor = None,
            Change::Found(ids) => self.chosen.extend(ids),
        }
    }

    /// Who of everybody who matches stays selected when single boxes are touched: those in sight.
    fn narrow(&mut self, page: &[EmployeeId]) {
        if self.matching {
            self.matching = false;
            self.chosen = page.iter().copied().collect();
        }
    }

    fn set(&mut self, id: EmployeeId, on: bool) {
        if on {
            self.chosen.insert(id);
        } else {
            self.chosen.remove(&id);
        }
    }

    /// Whether somebody is selected.
    pub(super) fn contains(&self, id: EmployeeId) -> bool {
        self.matching || self.chosen.contains(&id)
    }

    /// Whether nobody is selected.
    pub(super) fn is_empty(&self) -> bool {
        !self.matching && self.chosen.is_empty()
    }

    /// Whether everybody who matches is selected.
    pub(super) fn is_matching(&self) -> bool {
        self.matching
    }

    /// Those selected one by one.
    pub(super) fn chosen(&self) -> &BTreeSet<EmployeeId> {
        &self.chosen
    }

    /// How much of a page is selected.
    pub(super) fn share(&self, page: &[EmployeeId]) -> Share {
        match page.iter().filter(|id| self.contains(**id)).count() {
            0 => Share::None,
            count if count == page.len() => Share::All,
            _ => Share::Some,
        }
    }
}

/// Everybody between two people of a page, in either direction; the second alone where the first is not on it.
fn range(page: &[EmployeeId], from: Option<EmployeeId>, to: EmployeeId) -> Vec<EmployeeId> {
    let place = |id| page.iter().position(|other| *other == id);
    match (from.and_then(place), place(to)) {
        (Some(from), Some(to)) => page[from.min(to)..=from.max(to)].to_vec(),
        _ => vec![to],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Vec<EmployeeId> {
        [5, 3, 9, 1].map(EmployeeId).to_vec()
    }

    fn after(changes: &[Change]) -> Selection {
        let mut selection = Selection::default();
        for change in changes {
            selection.apply(change.clone(), &page());
        }
        selection
    }

    fn chosen(changes: &[Change]) -> Vec<i64> {
        after(changes).chosen().iter().map(|id| id.0).collect()
    }

    #[test]
    fn boxes_are_ticked_and_unticked() {
        assert_eq!(chosen(&[Change::One(EmployeeId(5), true), Change::One(EmployeeId(9), true), Change::One(EmployeeId(5), false)]), [9]);
    }

    #[test]
    fn shift_takes_everybody_between_in_the_order_of_the_page() {
        assert_eq!(chosen(&[Change::One(EmployeeId(3), true), Change::Range(EmployeeId(1), true)]), [1, 3, 9]);
        assert_eq!(chosen(&[Change::One(EmployeeId(1), true), Change::Range(EmployeeId(3), true)]), [1, 3, 9]);
        assert_eq!(chosen(&[Change::Page(true), Change::One(EmployeeId(5), false), Change::Range(EmployeeId(9), false)]), [1]);
        assert_eq!(chosen(&[Change::Range(EmployeeId(9), true)]), [9], "without a beginning it is one box");
    }

    #[test]
    fn those_on_other_pages_stay_selected() {
        assert_eq!(chosen(&[Change::One(EmployeeId(77), true), Change::Page(true), Change::Page(false)]), [77]);
        assert_eq!(chosen(&[Change::One(EmployeeId(77), true), Change::OtherCriteria]), [77]);
    }

    #[test]
    fn everybody_who_matches_ends_with_the_criteria_and_narrows_to_the_page() {
        let all = after(&[Change::One(EmployeeId(77), true), Change::AllMatching]);
        assert!(all.is_matching() && all.contains(EmployeeId(1000)) && all.chosen().is_empty());
        assert!(after(&[Change::AllMatching, Change::OtherCriteria]).is_empty());
        assert_eq!(chosen(&[Change::AllMatching, Change::One(EmployeeId(5), false)]), [1, 3, 9]);
    }

    #[test]
    fn the_box_of_the_page_knows_three_states() {
        assert_eq!(after(&[]).share(&page()), Share::None);
        assert_eq!(after(&[Change::One(EmployeeId(5), true)]).share(&page()), Share::Some);
        assert_eq!(after(&[Change::Page(true)]).share(&page()), Share::All);
        assert_eq!(after(&[Change::AllMatching]).share(&page()), Share::All);
    }

    #[test]
    fn ticks_from_before_are_taken_over() {
        assert_eq!(chosen(&[Change::Found(vec![EmployeeId(3), EmployeeId(9)])]), [3, 9]);
    }
}
