//! First, Previous, Next, Last.

use super::{address, model::EmployeePage, texts};
use crate::session::use_language;
use domain::listing::{Listing, Place};
use leptos::prelude::*;

/// Links to the other pages; one that leads nowhere stays in its place, without an address.
#[component]
pub(super) fn Places(
    /// What is shown.
    listing: Memo<Listing>,
    /// The page that is shown.
    page: RwSignal<EmployeePage>,
) -> impl IntoView {
    let language = use_language();
    let to = move |place: Option<Place>| place.map(|place| address::at(&listing.read(), place));
    let first = Signal::derive(move || to(page.read().before.as_ref().map(|_| Place::First)));
    let previous = Signal::derive(move || to(page.read().before.clone().map(Place::Before)));
    let next = Signal::derive(move || to(page.read().after.clone().map(Place::After)));
    let last = Signal::derive(move || to(page.read().after.as_ref().map(|_| Place::Last)));
    let alone = move || page.with(|page| page.before.is_none() && page.after.is_none());
    view! {
        <nav class="places" aria-label=texts::places(language) class:alone=alone>
            <PlaceLink href=first label=texts::first(language)/>
            <PlaceLink href=previous label=texts::previous(language)/>
            <PlaceLink href=next label=texts::next(language)/>
            <PlaceLink href=last label=texts::last(language)/>
        </nav>
    }
}

#[component]
fn PlaceLink(href: Signal<Option<String>>, label: String) -> impl IntoView {
    let nowhere = move || href.read().is_none();
    view! {
        <a class="button" href=move || href.get() role=move || nowhere().then_some("link") aria-disabled=move || nowhere().then_some("true")>
            {label}
        </a>
    }
}
