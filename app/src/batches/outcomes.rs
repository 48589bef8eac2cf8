//! The outcomes of a batch: how many of each kind, and one line per employee.

use super::{
    progress::{BatchView, Outcome},
    texts, words,
};
use crate::{
    session::{Viewer, use_language},
    texts::{date_time, number},
};
use domain::{batch::OutcomeFilter, delivery::DeliveryState, ids::EmployeeId, language::Language};
use leptos::prelude::*;

/// The counts as links, the chosen outcomes, the way to further ones.
#[component]
pub(super) fn OutcomesSection(view: RwSignal<BatchView>, filter: OutcomeFilter) -> impl IntoView {
    let language = use_language();
    let (batch, action) = view.with_untracked(|view| (view.line.id, view.line.action));
    let path = format!("/administration/batches/{batch}");
    let report = format!("{path}/report");
    let can_retry = Memo::new(move |_| view.with(|view| view.may_retry));
    let keeps = expect_context::<Viewer>().notices.mail_is_kept;
    let kept = Memo::new(move |_| view.with(|view| view.line.messages.kept || keeps && view.line.messages.sent == 0));
    let rows = Memo::new(move |_| view.with(|view| view.outcomes.clone()));
    let next = Memo::new(move |_| view.with(|view| view.next));
    let skipped = Memo::new(move |_| view.with(|view| view.skipped.clone()));
    let further = move || {
        let href = |next: EmployeeId| format!("?outcome={filter}&after={next}");
        next.get().map(|next| view! { <p><a href=href(next)>{texts::next(language)}</a></p> })
    };
    view! {
        <h2>{texts::outcomes(language)}</h2>
        <nav class="filters" aria-label=texts::outcomes(language)><ul>
            {OutcomeFilter::ALL.iter().map(|each| {
                let each = *each;
                let href = if each == OutcomeFilter::All { path.clone() } else { format!("{path}?outcome={each}") };
                let count = Memo::new(move |_| view.with(|view| count(view, each)));
                view! {
                    <li>
                        <a class="filter" href=href aria-current=(each == filter).then_some("true")>
                            {move || words::outcome_filter(language, each, kept.get())}" "<span class="count">{move || number(language, count.get())}</span>
                        </a>
                    </li>
                }
            }).collect_view()}
        </ul></nav>
        {move || (filter == OutcomeFilter::Skipped && !skipped.get().is_empty()).then(|| view! {
            <dl class="counts">
                {skipped.get().into_iter().map(|(skip, people)| view! {
                    <div><dt>{words::skip(language, skip)}</dt><dd>{number(language, people)}</dd></div>
                }).collect_view()}
            </dl>
        })}
        <p class="buttons">
            {move || can_retry.get().then(|| view! {
                <a class="button" href=format!("/administration/batches/new?action={}&failed_of={batch}", action.retry())>{texts::retry_failed(language)}</a>
            })}
            <a href=report download="" rel="external">{texts::report(language)}</a>
        </p>
        <table class="lines">
            <thead>
                <tr><th scope="col">{texts::employee_column(language)}</th><th scope="col">{texts::outcome_column(language)}</th></tr>
            </thead>
            <tbody>
                // Lines that stay the same stay, with what was opened in them.
                <For each=move || rows.get() key=Clone::clone let(outcome)>
                    <OutcomeLine outcome/>
                </For>
            </tbody>
        </table>
        {move || rows.with(Vec::is_empty).then(|| view! { <p class="empty">{texts::nobody_here(language)}</p> })}
        {further}
    }
}

fn count(view: &BatchView, filter: OutcomeFilter) -> u64 {
    let (line, messages) = (&view.line, view.line.messages);
    match filter {
        OutcomeFilter::All => line.people,
        OutcomeFilter::Open => messages.open.saturating_sub(messages.deferred),
        OutcomeFilter::Deferred => messages.deferred,
        OutcomeFilter::Sent => messages.sent,
        OutcomeFilter::Failed => messages.failed,
        OutcomeFilter::Dropped => messages.dropped,
        OutcomeFilter::Skipped => line.people.saturating_sub(line.receiving),
    }
}

#[component]
fn OutcomeLine(outcome: Outcome) -> impl IntoView {
    let language = use_language();
    let in_words = in_words(language, &outcome);
    view! {
        <tr>
            <td><a href=format!("/administration/users/{}", outcome.employee)>{outcome.name}</a></td>
            <td>
                {in_words}" "
                {outcome.reply.map(|reply| view! {
                    <details class="reply"><summary>{texts::smtp_reply(language)}</summary><code>{reply}</code></details>
                })}
            </td>
        </tr>
    }
}

/// What became of one employee, in plain words.
pub fn in_words(language: Language, outcome: &Outcome) -> String {
    match (outcome.skipped, outcome.state, outcome.reason) {
        (Some(skip), ..) => words::skip(language, skip),
        (None, Some(state), Some(reason)) if state != DeliveryState::Sent => {
            let what = match &outcome.next_try {
                Some(at) => texts::deferred_until(language, &date_time(language, at)),
                None => words::state(language, state, outcome.kept),
            };
            format!("{what} – {}", words::reason(language, reason))
        }
        (None, Some(state), _) => words::state(language, state, outcome.kept),
        (None, None, _) => texts::done(language),
    }
}
