//! The table.

use super::{
    address,
    row::TableRow,
    selection::{Change, Share},
    state::State,
    texts,
};
use crate::session::use_language;
use domain::listing::Sort;
use leptos::prelude::*;

/// The table. Rows are kept by the employee they are of, so that focus and open menus stay when they change.
#[component]
pub(super) fn Table(state: State) -> impl IntoView {
    let language = use_language();
    let sort = Memo::new(move |_| state.listing.read().sort);
    let head = move |by: Sort, label: String| {
        let order = if matches!(by, Sort::Sent | Sort::LastSignIn) { "descending" } else { "ascending" };
        view! {
            <th scope="col" class=by.as_str() aria-sort=move || (sort.get() == by).then_some(order)>
                <a data-noscroll="true" href=move || address::sorted(&state.listing.read(), by)>{label}</a>
            </th>
        }
    };
    view! {
        <div class="table-frame">
            <table class="people">
                <thead>
                    <tr>
                        <th scope="col" class="tick"><PageBox state/></th>
                        {head(Sort::Name, texts::name(language))}
                        <th scope="col" class="email">{texts::email(language)}</th>
                        {head(Sort::Department, texts::department(language))}
                        <th scope="col" class="status">{texts::status(language)}</th>
                        {head(Sort::Sent, texts::sent(language))}
                        {head(Sort::Expires, texts::expires(language))}
                        {head(Sort::LastSignIn, texts::last_sign_in(language))}
                        <th scope="col" class="menu"><span class="unseen">{texts::actions(language)}</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || state.ids() key=|id| *id let(id)>
                        <TableRow state id/>
                    </For>
                </tbody>
            </table>
        </div>
    }
}

/// The box for the whole page; its mixed state is set where the boxes of the rows are (`ticks`).
#[component]
fn PageBox(state: State) -> impl IntoView {
    let language = use_language();
    let share = move || state.selection.with(|selection| selection.share(&state.ids()));
    let on_click = move |_| state.select(Change::Page(untrack(share) != Share::All));
    view! { <input type="checkbox" id="select-page" class="select-page" aria-label=texts::select_page(language) on:click=on_click/> }
}
