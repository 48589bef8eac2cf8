//! `/administration/batches/{id}`: one batch, live while something may still leave.

use super::{
    api::{UndoForm, batch},
    list_page::state,
    model::{BatchState, BatchView, Outcome},
    split_view::of_people,
    texts, words,
};
use crate::{
    error::AppError,
    session::use_language,
    texts::{date_time, number},
    ui::{failure::FailurePage, form::PostForm, layout::Layout},
};
use domain::{batch::BatchAction, delivery::DeliveryState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// One batch.
#[component]
pub fn BatchPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let id = params.read().get_str("id").and_then(|id| id.parse().ok());
        let after = query.read().get_str("after").and_then(|after| after.parse().ok());
        (id, after)
    };
    let view = Resource::new(asked, |(id, after)| async move {
        match id {
            Some(id) => batch(id, after).await,
            None => Err(AppError::NotFound),
        }
    });
    refresh_while_running(view);
    view! {
        <Layout>
            <Transition>
                {move || Suspend::new(async move {
                    match view.await {
                        Ok(view) => view! { <Batch view/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Transition>
        </Layout>
    }
}

/// Looks again every two seconds, until nothing is left to leave.
fn refresh_while_running(view: Resource<Result<BatchView, AppError>>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let looking = gloo_timers::callback::Interval::new(2000, move || {
            let state = view.get_untracked().and_then(|view| view.ok().map(|view| view.line.state));
            if matches!(state, Some(BatchState::Held(_) | BatchState::Running)) {
                view.refetch();
            }
        });
        let looking = send_wrapper::SendWrapper::new(looking);
        on_cleanup(move || drop(looking));
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = view;
}

#[component]
fn Batch(view: BatchView) -> impl IntoView {
    let language = use_language();
    let BatchView { line, sends, kept, skipped, outcomes, next } = view;
    let heading = words::action(language, line.action);
    let held = matches!(line.state, BatchState::Held(_));
    let finished: u64 = sends.iter().filter(|(state, _)| !state.is_open()).map(|(_, count)| count).sum();
    let query = use_query_map();
    let done = match query.read_untracked().get_str("done") {
        Some("undone") => Some(texts::was_undone(language)),
        Some("too-late") => Some(texts::too_late(language)),
        _ => None,
    };
    let counts = sends.into_iter().map(|(state, count)| (words::state(language, state, kept), count));
    let counts = counts.chain(skipped.into_iter().map(|(skip, count)| (words::skip(language, skip), count)));
    view! {
        <Title text=heading.clone()/>
        <h1>{heading}</h1>
        {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
        <p>{of_people(language, line.receiving, line.people)}". "{line.created_by}", "{date_time(language, &line.created_at)}"."</p>
        <p class="batch-state"><strong>{state(language, line.state)}</strong></p>
        {held.then(|| view! {
            <PostForm<UndoForm> class="inline">
                <input type="hidden" name="batch" value=line.id.to_string()/>
                <button>{texts::undo(language)}</button>
            </PostForm<UndoForm>>
        })}
        {(line.action != BatchAction::CancelInvitation).then(|| view! {
            <progress max=line.receiving.to_string() value=finished.to_string() aria-label=texts::progress(language)></progress>
        })}
        <dl class="counts">
            {counts.map(|(word, count)| view! { <div><dt>{word}</dt><dd>{number(language, count)}</dd></div> }).collect_view()}
        </dl>
        <h2>{texts::outcomes(language)}</h2>
        <Outcomes outcomes kept/>
        {next.map(|next| view! { <p><a href=format!("?after={next}")>{texts::next(language)}</a></p> })}
    }
}

#[component]
fn Outcomes(outcomes: Vec<Outcome>, kept: bool) -> impl IntoView {
    let language = use_language();
    view! {
        <table class="lines">
            <thead>
                <tr><th scope="col">{texts::employee_column(language)}</th><th scope="col">{texts::outcome_column(language)}</th></tr>
            </thead>
            <tbody>
                {outcomes.into_iter().map(|outcome| {
                    let (words, reply) = (in_words(language, &outcome, kept), outcome.reply);
                    view! {
                        <tr>
                            <td><a href=format!("/administration/users/{}", outcome.employee)>{outcome.name}</a></td>
                            <td>
                                {words}
                                {reply.filter(|_| outcome.state != Some(DeliveryState::Sent)).map(|reply| view! {
                                    <details class="reply"><summary>{texts::smtp_reply(language)}</summary><code>{reply}</code></details>
                                })}
                            </td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        </table>
    }
}

fn in_words(language: domain::language::Language, outcome: &Outcome, kept: bool) -> String {
    match (outcome.skipped, outcome.state, outcome.reason) {
        (Some(skip), ..) => words::skip(language, skip),
        (None, Some(state), Some(reason)) if state != DeliveryState::Sent => {
            format!("{} – {}", words::state(language, state, kept), words::reason(language, reason))
        }
        (None, Some(state), _) => words::state(language, state, kept),
        (None, None, _) => texts::done(language),
    }
}
