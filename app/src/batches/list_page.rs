//! `/administration/batches`: who did what, when, and how it stands, live.

use super::{
    api::batches,
    delivery::DeliveryPanel,
    progress::{BatchLine, BatchState},
    split_view::of_people,
    texts,
    up_to_date::{OutOfDate, keep_up},
    words,
};
use crate::{
    session::{Viewer, use_language},
    texts::date_time,
    ui::{failure::FailurePage, layout::Layout},
};
use domain::{ids::BatchId, language::Language, role::Permission};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// How many batches come at once.
const PAGE: usize = 100;

/// Batches, the newest first.
#[component]
pub fn BatchesPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let watches = expect_context::<Viewer>().me.is_some_and(|me| Permission::WatchDelivery.granted(me.role));
    let before = Memo::new(move |_| query.read().get_str("before").and_then(|before| before.parse().ok()));
    let lines = Resource::new(move || before.get(), batches);
    view! {
        <Title text=texts::batches(language)/>
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match lines.await {
                        Ok(lines) => view! { <h1>{texts::batches(language)}</h1> {watches.then(|| view! { <DeliveryPanel/> })} <Lines lines before=before.get_untracked()/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

#[component]
fn Lines(lines: Vec<BatchLine>, before: Option<BatchId>) -> impl IntoView {
    let language = use_language();
    let lines = RwSignal::new(lines);
    let missed = keep_up(5000, lines, |_| true, move || batches(before));
    let empty = Memo::new(move |_| lines.with(Vec::is_empty));
    let older = Memo::new(move |_| lines.with(|lines| lines.get(PAGE - 1).map(|line| line.id)));
    view! {
        <OutOfDate missed/>
        <Show when=move || !empty.get() fallback=move || view! { <Nothing before/> }>
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
                    // A line stays where it is while how it stands changes, with whatever has the focus in it.
                    <For each=move || lines.get() key=|line| line.id let:line>
                        <Line lines line/>
                    </For>
                </tbody>
            </table>
            </div>
            {move || older.get().map(|last| view! { <p><a href=format!("/administration/batches?before={last}")>{texts::older(language)}</a></p> })}
        </Show>
    }
}

/// In the place of the table: nothing was sent yet, or nothing before the batches of another page.
#[component]
fn Nothing(before: Option<BatchId>) -> impl IntoView {
    let language = use_language();
    if before.is_none() {
        view! { <p class="empty">{texts::no_batches(language)}</p> }.into_any()
    } else {
        view! {
            <p class="empty">{texts::no_older(language)}</p>
            <p><a href="/administration/batches">{texts::newest(language)}</a></p>
        }
        .into_any()
    }
}

#[component]
fn Line(lines: RwSignal<Vec<BatchLine>>, line: BatchLine) -> impl IntoView {
    let language = use_language();
    let (id, first) = (line.id, line.clone());
    let now = Memo::new(move |_| lines.with(|lines| lines.iter().find(|line| line.id == id).unwrap_or(&first).clone()));
    let wait = move || now.get().wait.map(|wait| view! { <div class="hint">{words::wait(language, &wait)}</div> });
    view! {
        <tr>
            <td><a href=format!("/administration/batches/{id}")>{words::action(language, line.action)}<span class="hint">" – "{texts::batch(language, &id.to_string())}</span></a></td>
            <td>{move || state(language, now.get().state)}{move || words::messages(language, now.get().messages)}{wait}</td>
            <td>{of_people(language, line.receiving, line.people)}</td>
            <td>{line.created_by}</td>
            <td>{date_time(language, &line.created_at)}</td>
        </tr>
    }
}

/// How a batch stands, in words.
pub(super) fn state(language: Language, state: BatchState) -> String {
    match state {
        BatchState::Held(seconds) => texts::state_held(language, &words::hold(language, u64::from(seconds))),
        BatchState::Undone => texts::state_undone(language),
        BatchState::Waiting => texts::state_waiting(language),
        BatchState::Running => texts::state_running(language),
        BatchState::Paused => texts::state_paused(language),
        BatchState::Stopped => texts::state_stopped(language),
        BatchState::Ended => texts::state_ended(language),
    }
}
