//! The people whom a bulk action skips, by reason: the first few in the split, and from there all of them.

use super::{
    api::skipped_people,
    model::{Proposal, SkippedGroup},
    texts, words,
};
use crate::{error::AppError, session::use_language, ui::failure::Failure};
use domain::{eligibility::Skip, ids::EmployeeId};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// How many people are read at once.
pub const PAGE: u32 = 100;

type People = Vec<(EmployeeId, String)>;

/// The people skipped for one reason: the first of them, and further ones as they are asked for.
#[component]
pub(super) fn SkippedLine(
    /// What is proposed.
    proposal: Proposal,
    /// The reason, and the first people.
    group: SkippedGroup,
    /// On a page of its own: its address, for whoever has no scripts.
    query: Option<ParamsMap>,
) -> impl IntoView {
    let language = use_language();
    let SkippedGroup { reason, people, examples } = group;
    let further = query.zip(examples.last()).map(|(query, (last, _))| address(query, reason, *last));
    let shown = RwSignal::new(examples);
    let reading = Action::new(move |after: &Option<EmployeeId>| skipped_people(proposal.clone(), reason, *after));
    let failure = RwSignal::new(None::<AppError>);
    Effect::new(move |_| match reading.value().get() {
        Some(Ok(more)) => {
            failure.set(None);
            shown.update(|shown| shown.extend(more));
        }
        Some(Err(error)) => failure.set(Some(error)),
        None => {}
    });
    let more = Memo::new(move |_| people.saturating_sub(shown.read().len() as u64));
    let read_more = move |_| {
        reading.dispatch(shown.with_untracked(|shown| shown.last().map(|(id, _)| *id)));
    };
    view! {
        <li>
            <details>
                <summary>{words::skipped(language, reason, people)}</summary>
                <ul>
                    <For each=move || shown.get() key=|(id, _)| *id let((id, name))><Person id name/></For>
                </ul>
                {move || failure.get().map(|error| view! { <Failure error/> })}
                <Show when=move || { more.get() > 0 }>
                    <button type="button" class="quiet with-scripts" disabled=move || reading.pending().get() on:click=read_more>
                        {move || texts::show_more(language, more.get().min(u64::from(PAGE)))}
                    </button>
                    {further.clone().map(|href| view! { <a class="without-scripts" href=href>{texts::show_more(language, more.get_untracked())}</a> })}
                </Show>
            </details>
        </li>
    }
}

/// A page of the people skipped for one reason, for whoever has no scripts.
#[component]
pub(super) fn SkippedPage(
    /// The address of the action.
    query: ParamsMap,
    /// The reason.
    reason: Skip,
    /// Those who follow this one.
    people: People,
) -> impl IntoView {
    let language = use_language();
    let whole = (people.len() >= PAGE as usize).then(|| people.last().map(|(id, _)| *id)).flatten();
    let next = whole.map(|last| address(query.clone(), reason, last));
    view! {
        <h2>{words::skip(language, reason)}</h2>
        <ul>{people.into_iter().map(|(id, name)| view! { <Person id name/> }).collect_view()}</ul>
        <p class="pages">
            {next.map(|href| view! { <a href=href>{texts::next(language)}</a> })}
            <a href=split_address(query)>{texts::back_to_split(language)}</a>
        </p>
    }
}

#[component]
fn Person(id: EmployeeId, name: String) -> impl IntoView {
    view! { <li><a href=format!("/administration/users/{id}")>{name}</a></li> }
}

/// The address of the people skipped for a reason who follow somebody.
fn address(mut query: ParamsMap, reason: Skip, after: EmployeeId) -> String {
    query.replace("reason", reason.to_string());
    query.replace("after", after.to_string());
    format!("/administration/batches/new{}", query.to_query_string())
}

fn split_address(mut query: ParamsMap) -> String {
    query.remove("reason");
    query.remove("after");
    format!("/administration/batches/new{}", query.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_skipped_is_that_of_the_action_with_a_reason() {
        let query = || ParamsMap::from_iter([("action", "send_credentials"), ("employee", "3"), ("employee", "4")]);
        let further = address(query(), Skip::AlreadyActive, EmployeeId(4));
        assert_eq!(further, "/administration/batches/new?action=send%5Fcredentials&employee=3&employee=4&reason=already%5Factive&after=4");
        let mut shown = query();
        shown.replace("reason", "already_active".to_owned());
        assert_eq!(split_address(shown), "/administration/batches/new?action=send%5Fcredentials&employee=3&employee=4");
    }
}
