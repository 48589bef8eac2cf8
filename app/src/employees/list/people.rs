//! Filters, search, table and what can be done with it, around one [`State`].

use super::{
    bulk::BulkBar,
    filters::{Filters, filter_name},
    model::{Counts, EmployeePage},
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
            <BatchDialog proposal=state.proposal on_accepted=Callback::new(move |_| {
                state.select(Change::Clear);
                state.refresh();
            })/>
            <BulkBar state/>
            <Show when=move || !empty.get() fallback=move || view! { <Nobody state/> }>
                <Table state/>
            </Show>
            <Places listing page=state.page/>
        </div>
    }
}

/// Why there is nobody to show, and the way on.
#[component]
fn Nobody(state: State) -> impl IntoView {
    use super::address;
    use domain::listing::Filter;
    let language = use_language();
    move || {
        let listing = state.listing.get();
        let (status, search) = (listing.criteria.status, listing.criteria.search.trim().to_owned());
        let invitations =
            matches!(status, Filter::Pending | Filter::Active | Filter::Expired | Filter::Cancelled | Filter::DeliveryProblem);
        let everybody = || (address::PATH.to_owned(), texts::show_everybody(language));
        let (heading, hint, (href, link)) = if !search.is_empty() {
            (texts::nobody_found(language, &search), texts::nobody_found_hint(language), everybody())
        } else if invitations && !state.page.read().anybody_invited {
            let not_invited = (address::filtered(&listing, Filter::NotInvited), texts::show_not_invited(language));
            (texts::nobody_invited(language), String::new(), not_invited)
        } else if status == Filter::All {
            let import = ("/administration/users/import".to_owned(), texts::import(language));
            (texts::nobody_at_all(language), texts::nobody_at_all_hint(language), import)
        } else {
            (texts::nobody_here(language, &filter_name(language, status)), String::new(), everybody())
        };
        view! {
            <div class="empty">
                <p class="empty-heading">{heading}</p>
                <p>{hint}</p>
                <p><a class="button" href=href>{link}</a></p>
            </div>
        }
    }
}
