//! What the page shows, and how it is brought up to date.

use super::{
    api::{count_employees, list_employees},
    model::{Counts, EmployeePage},
    selection::{Change, Selection},
};
use crate::{batches::model::Proposal, error::AppError};
use domain::{ids::EmployeeId, listing::Listing};
use leptos::{prelude::*, task::spawn_local};

/// What the page shows.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// What the address bar asks for.
    pub(super) listing: Memo<Listing>,
    /// The page; what was shown last stays until the next has come.
    pub(super) page: RwSignal<EmployeePage>,
    /// How many each filter would show.
    pub(super) counts: RwSignal<Counts>,
    /// Who is selected.
    pub(super) selection: RwSignal<Selection>,
    /// Why what is shown may be out of date.
    pub(super) failure: RwSignal<Option<AppError>>,
    /// Something else was asked for and has not come yet.
    pub(super) waiting: RwSignal<bool>,
    /// The action that the dialog asks about.
    pub(super) proposal: RwSignal<Option<Proposal>>,
    turn: StoredValue<u32>,
    in_flight: StoredValue<bool>,
    missed: StoredValue<bool>,
}

impl State {
    /// Begins with what the server rendered.
    pub(super) fn new(listing: Memo<Listing>, page: EmployeePage, counts: Counts) -> Self {
        let state = Self {
            listing,
            page: RwSignal::new(page),
            counts: RwSignal::new(counts),
            selection: RwSignal::default(),
            failure: RwSignal::new(None),
            waiting: RwSignal::new(false),
            proposal: RwSignal::new(None),
            turn: StoredValue::new(0),
            in_flight: StoredValue::new(false),
            missed: StoredValue::new(false),
        };
        Effect::new(move |before: Option<Listing>| {
            let now = listing.get();
            if let Some(before) = before
                && before != now
            {
                if before.criteria != now.criteria {
                    state.select(Change::OtherCriteria);
                }
                state.waiting.set(true);
                state.fetch(now.clone());
            }
            now
        });
        state
    }

    /// Who is on the page, in its order.
    pub(super) fn ids(self) -> Vec<EmployeeId> {
        self.page.with(|page| page.rows.iter().map(|row| row.id).collect())
    }

    /// Carries out a change of the selection.
    pub(super) fn select(self, change: Change) {
        let ids = untrack(|| self.ids());
        self.selection.update(|selection| selection.apply(change, &ids));
    }

    /// Reads what is shown again; while that is under way, once more afterwards.
    pub(super) fn refresh(self) {
        if self.in_flight.get_value() {
            self.missed.set_value(true);
        } else {
            self.fetch(self.listing.get_untracked());
        }
    }

    /// Reads a page, and the counts beside it. Answers to older questions are thrown away.
    fn fetch(self, listing: Listing) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.in_flight.set_value(true);
        self.missed.set_value(false);
        let search = listing.criteria.search.clone();
        spawn_local(async move {
            let answer = list_employees(listing).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.in_flight.set_value(false);
            self.waiting.set(false);
            match answer {
                Ok(page) => {
                    self.failure.set(None);
                    self.page.set(page);
                }
                Err(error) => self.failure.set(Some(error)),
            }
            if self.missed.get_value() {
                self.fetch(self.listing.get_untracked());
            }
        });
        spawn_local(async move {
            if let Ok(counts) = count_employees(search).await
                && self.turn.try_get_value() == Some(turn)
            {
                self.counts.set(counts);
            }
        });
    }
}
