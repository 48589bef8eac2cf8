//! `/administration/batches`: who did what, when, and how it stands.

use super::{
    api::batches,
    delivery::DeliveryPanel,
    progress::{BatchLine, BatchState},
    split_view::of_people,
    texts, words,
};
use crate::{
    session::{Viewer, use_language},
    texts::date_time,
    ui::{failure::FailurePage, layout::Layout},
};
use domain::{language::Language, role::Permission};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Batches, the newest first.
#[component]
pub fn BatchesPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let watches = expect_context::<Viewer>().me.is_some_and(|me| Permission::WatchDelivery.granted(me.role));
    let lines = Resource::new(move || query.read().get_str("before").and_then(|before| before.parse().ok()), batches);
    view! {
        <Title text=texts::batches(language)/>
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match lines.await {
                        Ok(lines) => view! { <h1>{texts::batches(language)}</h1> {watches.then(|| view! { <DeliveryPanel/> })} <Lines lines/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

#[component]
fn Lines(lines: Vec<BatchLine>) -> impl IntoView {
    let language = use_language();
    if lines.is_empty() {
        return view! { <p class="empty">{texts::no_batches(language)}</p> }.into_any();
    }
    let older = (lines.len() >= 100).then(|| lines.last().map(|line| format!("/administration/batches?before={}", line.id))).flatten();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=texts::batches(language)>
        <table class="lines stacked">
            <thead>
                <tr>
                    <th scope="col">{texts::what(language)}</th>
                    <th scope="col">{texts::state(language)}</th>
                    <th scope="col">{texts::employees_column(language)}</th>
                    <th scope="col">{texts::who(language)}</th>
                    <th scope="col">{texts::when(language)}</th>
                </tr>
            </thead>
            <tbody>
                {lines.into_iter().map(|line| view! {
                    <tr>
                        <td><a href=format!("/administration/batches/{}", line.id)>{words::action(language, line.action)}<span class="hint">" – "{texts::batch(language, &line.id.to_string())}</span></a></td>
                        <td>{state(language, line.state)}{words::messages(language, line.messages)}</td>
                        <td>{of_people(language, line.receiving, line.people)}</td>
                        <td>{line.created_by}</td>
                        <td>{date_time(language, &line.created_at)}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
        </div>
        {older.map(|older| view! { <p><a href=older>{texts::older(language)}</a></p> })}
    }
    .into_any()
}

/// How a batch stands, in words.
pub(super) fn state(language: Language, state: BatchState) -> String {
    match state {
        BatchState::Held(seconds) => texts::state_held(language, u64::from(seconds)),
        BatchState::Undone => texts::state_undone(language),
        BatchState::Waiting => texts::state_waiting(language),
        BatchState::Running => texts::state_running(language),
        BatchState::Paused => texts::state_paused(language),
        BatchState::Stopped => texts::state_stopped(language),
        BatchState::Ended => texts::state_ended(language),
    }
}
