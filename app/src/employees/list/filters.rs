//! The filter: links with counts.

use super::{address, model::Counts, texts};
use crate::{session::use_language, texts::number};
use domain::{
    language::Language,
    listing::{Filter, Listing},
};
use leptos::prelude::*;

/// The words of a filter.
pub(super) fn filter_name(language: Language, filter: Filter) -> String {
    match filter {
        Filter::All => texts::filter_all(language),
        Filter::NotInvited => texts::filter_not_invited(language),
        Filter::Pending => texts::filter_pending(language),
        Filter::Active => texts::filter_active(language),
        Filter::Expired => texts::filter_expired(language),
        Filter::Cancelled => texts::filter_cancelled(language),
        Filter::DeliveryProblem => texts::filter_delivery_problem(language),
        Filter::NoEmailAddress => texts::filter_no_email_address(language),
        Filter::Suspended => texts::filter_suspended(language),
    }
}

/// The filters, as links whose names begin with their words.
#[component]
pub(super) fn Filters(
    /// What is shown.
    listing: Memo<Listing>,
    /// How many each filter would show.
    counts: RwSignal<Counts>,
) -> impl IntoView {
    let language = use_language();
    let present = Memo::new(move |_| listing.read().criteria.status);
    let links = Filter::ALL
        .iter()
        .map(|filter| {
            let filter = *filter;
            let count = Memo::new(move |_| counts.read().of(filter));
            view! {
                <li>
                    <a
                        data-noscroll="true"
                        class=format!("filter {filter}")
                        href=move || address::filtered(&listing.read(), filter)
                        aria-current=move || (present.get() == filter).then_some("page")
                    >
                        {filter_name(language, filter)}" "
                        <span class="count">{move || number(language, count.get())}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="filters" aria-label=texts::filters(language)><ul>{links}</ul></nav> }
}
