//! One row of the table.

use super::{bulk::asked_action, model::EmployeeRow, selection::Change, state::State, texts};
use crate::{
    batches::{
        model::{Audience, Proposal},
        words,
    },
    session::use_language,
    texts::{date_time, short_date},
};
use domain::{ids::EmployeeId, invitation::Status, language::Language, time::LocalTime};
use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
};

/// A row. What changes in it changes in place.
#[component]
pub(super) fn TableRow(state: State, id: EmployeeId) -> impl IntoView {
    let language = use_language();
    let find = move || state.page.with(|page| page.rows.iter().find(|row| row.id == id).cloned());
    let Some(beginning) = untrack(find) else { return ().into_any() };
    // A row that is about to leave the page stays as it was.
    let row = Memo::new(move |before: Option<&EmployeeRow>| find().or_else(|| before.cloned()).unwrap_or_else(|| beginning.clone()));
    let name = Memo::new(move |_| row.read().name.clone());
    let on_click = move |event: MouseEvent| {
        let on = event_target_checked(&event);
        state.select(if event.shift_key() { Change::Range(id, on) } else { Change::One(id, on) });
    };
    let ticked = state.selection.with_untracked(|selection| selection.contains(id));
    view! {
        <tr class:selected=move || state.selection.read().contains(id)>
            <td class="tick">
                <input type="checkbox" form="selection" name="employee" value=id.to_string() checked=ticked
                    aria-label=move || texts::select(language, &name.read()) on:click=on_click/>
            </td>
            <th scope="row" class="name"><a href=profile(id)>{move || name.get()}</a></th>
            <td class="email" data-label=texts::email(language)>{move || row.read().email.clone()}</td>
            <td class="department" data-label=texts::department(language)>{move || row.read().department.clone()}</td>
            <td class="status">{move || view! { <Standing row=row.get()/> }}</td>
            <td class="sent" data-label=texts::sent(language)>{move || time(language, row.read().last_sent.as_ref())}</td>
            <td class="expires" data-label=texts::expires(language)>{move || time(language, row.read().expires.as_ref())}</td>
            <td class="last_sign_in" data-label=texts::last_sign_in(language)>{move || time(language, row.read().last_sign_in.as_ref())}</td>
            <td class="menu"><Menu state id name actions=Memo::new(move |_| row.read().actions.clone())/></td>
        </tr>
    }
    .into_any()
}

fn profile(id: EmployeeId) -> String {
    format!("{}/{id}", super::address::PATH)
}

/// A day in a cell, with its time and zone when pointed at.
fn time(language: Language, time: Option<&LocalTime>) -> Option<impl IntoView + use<>> {
    time.map(|time| view! { <time title=date_time(language, time)>{short_date(language, time)}</time> })
}

/// The invitation status in words, and what stands beside it.
#[component]
fn Standing(row: EmployeeRow) -> impl IntoView {
    let language = use_language();
    let words = match (row.status, &row.expires) {
        (Status::Active, _) => texts::active(language),
        (Status::NotInvited, _) => texts::not_invited(language),
        (Status::Cancelled, _) => texts::cancelled(language),
        (Status::Pending, Some(end)) => texts::pending_until(language, &short_date(language, end), &end.zone),
        (Status::Pending, None) => texts::pending_unsent(language),
        (Status::Expired, Some(end)) => texts::expired_since(language, &short_date(language, end)),
        (Status::Expired, None) => texts::expired(language),
    };
    let problem = row.problem.map(|reason| match reason {
        Some(reason) => texts::delivery_problem_because(language, &words::reason(language, reason)),
        None => texts::delivery_problem(language),
    });
    view! {
        <span class=format!("badge {}", row.status)>{words}</span>
        {row.suspended.then(|| view! { " "<span class="badge suspended">{texts::suspended(language)}</span> })}
        {row.on_its_way.then(|| view! { " "<span class="aside">{texts::on_its_way(language)}</span> })}
        {problem.map(|problem| view! { " "<span class="aside trouble">{problem}</span> })}
    }
}

/// The row's menu: the actions that fit, by the names they have everywhere.
#[component]
fn Menu(state: State, id: EmployeeId, name: Memo<String>, actions: Memo<Vec<domain::batch::BatchAction>>) -> impl IntoView {
    let language = use_language();
    let menu = format!("menu-{id}");
    let buttons = move || {
        let actions = actions.get();
        actions
            .into_iter()
            .map(|action| view! { <button name="action" value=action.as_str()>{words::action(language, action)}</button> })
            .collect_view()
    };
    let on_submit = move |event: SubmitEvent| {
        if let Some(action) = asked_action(&event) {
            event.prevent_default();
            state.proposal.set(Some(Proposal::new(action, Audience::Chosen(vec![id]))));
        }
    };
    view! {
        <button type="button" class="quiet more" popovertarget=menu.clone() aria-label=move || texts::actions_for(language, &name.read())>
            <span aria-hidden="true">"⋯"</span>
        </button>
        <div popover="auto" id=menu class="popover">
            <form method="get" action="/administration/batches/new" on:submit=on_submit>
                <input type="hidden" name="employee" value=id.to_string()/>
                {buttons}
                <a href=format!("{}#history", profile(id))>{texts::view_history(language)}</a>
            </form>
        </div>
    }
}
