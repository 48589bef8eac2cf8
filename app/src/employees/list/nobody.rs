//! Why there is nobody to show, and the way on.

use super::{address, filters::filter_name, state::State, texts};
use crate::session::{Viewer, use_language};
use domain::{
    listing::{Filter, Listing},
    role::Permission,
};
use leptos::prelude::*;

/// Whether the organisation has nobody yet but whoever looks.
pub(super) fn is_beginning(state: State) -> bool {
    state.listing.read().criteria.search.trim().is_empty() && state.counts.read().of(Filter::All) <= 1
}

/// In the place of the table.
#[component]
pub(super) fn Nobody(state: State) -> impl IntoView {
    let language = use_language();
    move || {
        if is_beginning(state) {
            return view! { <Beginning/> }.into_any();
        }
        let listing = state.listing.get();
        let Listing { criteria, .. } = &listing;
        let (status, search) = (criteria.status, criteria.search.trim());
        let invitations =
            matches!(status, Filter::Pending | Filter::Active | Filter::Expired | Filter::Cancelled | Filter::DeliveryProblem);
        let everybody = || (address::PATH.to_owned(), texts::show_everybody(language));
        let can_be_invited = state.counts.read().of(Filter::NotInvited) > 0;
        let (heading, hint, (href, link)) = if !search.is_empty() {
            (texts::nobody_found(language, search), texts::nobody_found_hint(language), everybody())
        } else if invitations && can_be_invited && !state.page.read().anybody_invited {
            let not_invited = (address::filtered(&listing, Filter::NotInvited), texts::show_not_invited(language));
            (texts::nobody_invited(language), String::new(), not_invited)
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
        .into_any()
    }
}

/// What to begin with in a new organisation.
#[component]
pub(super) fn Beginning() -> impl IntoView {
    let language = use_language();
    let may_add = expect_context::<Viewer>().me.is_some_and(|me| Permission::AddEmployees.granted(me.role));
    view! {
        <div class="empty">
            <p class="empty-heading">{texts::nobody_yet(language)}</p>
            {may_add.then(|| view! {
                <p>{texts::nobody_yet_hint(language)}</p>
                <p class="ways">
                    <a class="button primary" href="/administration/users/import">{texts::import_file(language)}</a>
                    <a class="button" href="/administration/users/new">{texts::add_by_hand(language)}</a>
                </p>
            })}
        </div>
    }
}
