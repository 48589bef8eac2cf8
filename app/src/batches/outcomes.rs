//! The outcomes of a batch: how many of each kind, and one line per employee.

use super::{
    progress::{BatchView, Looked, Outcome, Why},
    reply::Reply,
    texts, words,
};
use crate::{
    session::{Viewer, use_language},
    texts::{date_time, number},
};
use domain::{
    batch::{BatchAction, OutcomeFilter},
    delivery::DeliveryState,
    language::Language,
};
use leptos::prelude::*;

/// The counts as links, the chosen outcomes, the way to further ones.
#[component]
pub(super) fn OutcomesSection(view: RwSignal<BatchView>, looked: Looked) -> impl IntoView {
    let language = use_language();
    let Looked { filter, why, after } = looked;
    let (batch, action) = view.with_untracked(|view| (view.line.id, view.line.action));
    let path = format!("/administration/batches/{batch}");
    let report = format!("{path}/report");
    let can_retry = Memo::new(move |_| view.with(|view| view.may_retry));
    let keeps = expect_context::<Viewer>().notices.mail_is_kept;
    let kept = Memo::new(move |_| view.with(|view| view.line.messages.kept || keeps && view.line.messages.sent == 0));
    let retry = Memo::new(move |_| {
        let resets = view.with(|view| view.retries_resets);
        if resets { format!("{action}&resend_too=1&reset_too=1") } else { action.retry().to_string() }
    });
    let can_send_rest = Memo::new(move |_| view.with(|view| view.may_send_rest));
    // Among those to whom it had not left nobody has joined who was not meant then.
    let rest = if action == BatchAction::SendCredentials { "&resend_too=1&reset_too=1" } else { "" };
    let failed_for = if let Some(Why::Failed(reason)) = why { format!("&failed_for={reason}") } else { String::new() };
    let rows = Memo::new(move |_| view.with(|view| view.outcomes.clone()));
    let next = Memo::new(move |_| view.with(|view| view.next));
    let further = move || {
        let reason = why.map(|why| format!("&reason={}", why.as_str())).unwrap_or_default();
        let first = format!("?outcome={filter}{reason}");
        let next = next.get().map(|next| format!("{first}&after={next}"));
        (after.is_some() || next.is_some()).then(|| {
            view! {
                <p class="pages">
                    {after.is_some().then(|| view! { <a href=first>{texts::first(language)}</a> })}
                    {next.map(|next| view! { <a href=next>{texts::next(language)}</a> })}
                </p>
            }
        })
    };
    view! {
        <h2>{texts::outcomes(language)}</h2>
        <nav class="filters" aria-label=texts::outcomes(language)><ul>
            {OutcomeFilter::ALL.iter().filter(|each| action.sends() || matches!(each, OutcomeFilter::All | OutcomeFilter::Skipped)).map(|each| {
                let each = *each;
                let href = if each == OutcomeFilter::All { path.clone() } else { format!("{path}?outcome={each}") };
                let count = Memo::new(move |_| view.with(|view| count(view, each)));
                view! {
                    <li>
                        <a data-noscroll="true" class="filter" href=href aria-current=(each == filter).then_some("true")>
                            {move || words::outcome_filter(language, each, kept.get())}" "<span class="count">{move || number(language, count.get())}</span>
                        </a>
                    </li>
                }
            }).collect_view()}
        </ul></nav>
        <Reasons view looked/>
        <p class="buttons">
            {move || can_retry.get().then(|| view! {
                <a class="button" href=format!("/administration/batches/new?action={}&failed_of={batch}{failed_for}", retry.get())>{texts::retry_failed(language)}</a>
            })}
            {move || can_send_rest.get().then(|| view! {
                <a class="button" href=format!("/administration/batches/new?action={action}&stopped_of={batch}{rest}")>{texts::send_rest(language)}</a>
            })}
            <a href=report download="" rel="external">{texts::report(language)}</a>
        </p>
        <table class="lines stacked" aria-label=texts::outcomes(language)>
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

/// Why they were skipped or failed, with how many each: the way to those alone, and back to all.
#[component]
fn Reasons(view: RwSignal<BatchView>, looked: Looked) -> impl IntoView {
    let language = use_language();
    let Looked { filter, why, .. } = looked;
    let reasons = Memo::new(move |_| {
        view.with(|view| match filter {
            OutcomeFilter::Skipped => view.skipped.iter().map(|(skip, people)| (Why::Skipped(*skip), *people)).collect(),
            OutcomeFilter::Failed => view.failed.iter().map(|(reason, people)| (Why::Failed(*reason), *people)).collect(),
            _ => Vec::new(),
        })
    });
    move || {
        let link = |(each, people): (Why, u64)| {
            let is_chosen = why == Some(each);
            let reason = if is_chosen { String::new() } else { format!("&reason={}", each.as_str()) };
            view! {
                <li>
                    <a data-noscroll="true" class="filter" href=format!("?outcome={filter}{reason}") aria-current=is_chosen.then_some("true")>
                        {words::why(language, each)}" "<span class="count">{number(language, people)}</span>
                    </a>
                </li>
            }
        };
        let reasons = reasons.get();
        (!reasons.is_empty()).then(|| {
            view! {
                <nav class="filters" aria-label=texts::reasons(language)><ul>{reasons.into_iter().map(link).collect_view()}</ul></nav>
            }
        })
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
            <td>
                <a href=format!("/administration/users/{}", outcome.employee)>{outcome.name}</a>
                {outcome.address.map(|address| view! { <span class="address hint">{address}</span> })}
            </td>
            <td>
                {in_words}" "
                {outcome.finished_at.map(|at| view! { <span class="hint">{date_time(language, &at)}</span>" " })}
                {outcome.reply.map(|words| view! { <Reply words/> })}
            </td>
        </tr>
    }
}

/// What became of one employee, in plain words.
pub fn in_words(language: Language, outcome: &Outcome) -> String {
    use DeliveryState::{Dropped, Failed, Sending, Sent};
    match (outcome.skipped, outcome.state, outcome.reason) {
        (Some(skip), ..) => words::skip(language, skip),
        (None, Some(state), Some(reason)) if !matches!(state, Sent | Sending) => {
            let what = match &outcome.next_try {
                Some(at) => texts::deferred_until(language, &date_time(language, at)),
                None => words::state(language, state, outcome.kept),
            };
            let told = format!("{what} – {}", words::reason(language, reason));
            if outcome.uncertain && matches!(state, Dropped | Failed) { texts::may_have_arrived(language, &told) } else { told }
        }
        (None, Some(state), _) => words::state(language, state, outcome.kept),
        (None, None, _) => texts::invitation_cancelled(language),
    }
}
