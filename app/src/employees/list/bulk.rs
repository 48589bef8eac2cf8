//! What can be done with a selection.

use super::{
    model::Counts,
    selection::{Change, Selection, Share},
    state::State,
    texts,
};
use crate::{
    batches::{
        model::{Audience, Proposal},
        words,
    },
    session::{Viewer, use_language},
};
use domain::{batch::BatchAction, language::Language, role::Permission};
use leptos::{ev::SubmitEvent, prelude::*};

/// The bar over the table: the bulk actions, what is selected, and more or less of it.
///
/// It is a plain form that the boxes of the rows belong to; those selected on other pages are hidden fields of it.
#[component]
pub(super) fn BulkBar(state: State) -> impl IntoView {
    let language = use_language();
    let changes = expect_context::<Viewer>().me.is_some_and(|me| Permission::ManageInvitations.granted(me.role));
    let actions = if changes { BatchAction::ALL } else { &[] };
    let buttons = actions
        .iter()
        .map(|action| view! { <button name="action" value=action.as_str()>{words::action(language, *action)}</button> })
        .collect_view();
    let matching = Memo::new(move |_| matching(&state.counts.read(), state));
    let said = Memo::new(move |_| said(language, &state.selection.read(), matching.get()));
    let on_submit = move |event: SubmitEvent| {
        if let Some(action) = asked_action(&event) {
            event.prevent_default();
            let audience = audience(state);
            state.proposal.set(audience.map(|audience| Proposal::new(action, audience)));
        }
    };
    view! {
        <div class="bulk-frame">
            <p class="unseen" role="status">{move || said.get()}</p>
            <p class="bulk-hint">
                <strong>{move || texts::people(language, matching.get())}</strong>
                <span class="hint">{changes.then(|| texts::tick_to_act(language))}</span>
            </p>
            <form id="selection" class="bulk" method="get" action="/administration/batches/new" aria-label=texts::selection(language) on:submit=on_submit>
                <Elsewhere state/>
                <span class="bulk-said" aria-hidden="true">{move || said.get()}</span>
                <span class="bulk-more"><More state matching/></span>
                <span class="bulk-actions">
                    {buttons}
                    <button formmethod="post" formaction="/administration/users/export">{texts::export_csv(language)}</button>
                </span>
            </form>
        </div>
    }
}

/// The bulk action whose button submitted a form.
pub(super) fn asked_action(event: &SubmitEvent) -> Option<BatchAction> {
    let button = event.submitter()?;
    (button.get_attribute("name").as_deref() == Some("action")).then(|| button.get_attribute("value"))??.parse().ok()
}

/// Whoever is selected; none where nobody is.
pub(super) fn audience(state: State) -> Option<Audience> {
    state.selection.with_untracked(|selection| {
        if selection.is_matching() {
            Some(Audience::Matching(state.listing.get_untracked().criteria))
        } else if selection.is_empty() {
            None
        } else {
            Some(Audience::Chosen(selection.chosen().iter().copied().collect()))
        }
    })
}

fn matching(counts: &Counts, state: State) -> u64 {
    counts.of(state.listing.read().criteria.status)
}

/// The selection in words, as it is announced.
fn said(language: Language, selection: &Selection, matching: u64) -> String {
    if selection.is_matching() {
        texts::all_selected(language, matching)
    } else if selection.is_empty() {
        texts::none_selected(language)
    } else {
        texts::selected(language, selection.chosen().len() as u64)
    }
}

/// Everything of the selection that has no box on this page.
#[component]
fn Elsewhere(state: State) -> impl IntoView {
    let hidden = move || {
        let page = state.ids();
        let others =
            state.selection.with(|selection| selection.chosen().iter().copied().filter(|id| !page.contains(id)).collect::<Vec<_>>());
        others.into_iter().map(|id| view! { <input type="hidden" name="employee" value=id.to_string()/> }).collect_view()
    };
    view! {
        <input type="hidden" name="status" value=move || state.listing.read().criteria.status.as_str()/>
        <input type="hidden" name="search" value=move || state.listing.read().criteria.search.clone()/>
        <input type="hidden" name="matching" value="1" disabled=move || !state.selection.read().is_matching()/>
        {hidden}
    }
}

/// More of the selection, or nothing of it.
#[component]
fn More(state: State, matching: Memo<u64>) -> impl IntoView {
    let language = use_language();
    let whole_page = move || state.selection.with(|selection| selection.share(&state.ids()) == Share::All && !selection.is_matching());
    let more = Memo::new(move |_| whole_page() && matching.get() > state.page.read().rows.len() as u64);
    view! {
        // For a page without scripts, where nothing can be counted up: one box for everybody who matches.
        <label class="without-scripts">
            <input type="checkbox" name="matching" value="1"/>
            {move || texts::take_matching(language, matching.get())}
        </label>
        <button type="button" class="quiet with-scripts" hidden=move || !more.get() on:click=move |_| state.select(Change::AllMatching)>
            {move || texts::select_matching(language, matching.get())}
        </button>
        <button type="button" class="quiet with-scripts" on:click=move |_| state.select(Change::Clear)>{texts::clear_selection(language)}</button>
    }
}
