//! Filters, search, table and what can be done with it, around one [`State`].

use super::{
    again::ask_again,
    bulk::{BulkBar, audience},
    filters::Filters,
    model::{Counts, EmployeePage},
    nobody::{Beginning, Nobody, is_beginning},
    places::Places,
    search::Search,
    selection::Change,
    state::State,
    table::Table,
    texts, ticks,
};
use crate::{batches::BatchDialog, employees::live, session::use_language, ui::failure::Failure};
use domain::listing::Listing;
use leptos::prelude::*;

/// Everything under the heading.
#[component]
pub(super) fn People(
    /// What the address bar asks for.
    listing: Memo<Listing>,
    /// The page to begin with.
    page: EmployeePage,
    /// The counts to begin with.
    counts: Counts,
) -> impl IntoView {
    let language = use_language();
    let state = State::new(listing, page, counts);
    ticks::mirror(state);
    live::follow(Callback::new(move |()| state.refresh()));
    ask_again(state.failure, Callback::new(move |()| state.refresh()));
    let empty = Memo::new(move |_| state.page.read().rows.is_empty());
    view! {
        <div class="employees" class:selecting=move || !state.selection.read().is_empty() aria-busy=move || state.waiting.get().to_string()>
            <Filters listing counts=state.counts/>
            <Search listing/>
            {move || state.failure.get().map(|error| view! {
                <Failure error/>
                <p class="stale">
                    {texts::stale(language)}" "
                    <button type="button" class="quiet" on:click=move |_| state.refresh()>{texts::try_again(language)}</button>
                </p>
            })}
            <BatchDialog proposal=state.proposal on_accepted=Callback::new(move |on| {
                // An action of a row's menu leaves the selection of others.
                if audience(state) == Some(on) {
                    state.select(Change::Clear);
                }
                state.refresh();
            })/>
            <BulkBar state/>
            <Show when=move || !empty.get() fallback=move || view! { <Nobody state/> }>
                <Table state/>
                <Show when=move || is_beginning(state)><Beginning/></Show>
            </Show>
            <Places listing page=state.page/>
        </div>
    }
}
