//! What stands on the page after accepting: what happened, Undo while it is honest, and in the end what became of it.

use super::{
    api::{batch, held_batch, steer_batch},
    model::JustAccepted,
    note_clock::NoteClock,
    progress::{BatchLine, Steered},
    texts, words,
};
use crate::{
    session::use_language,
    ui::{
        failure::Failure,
        focus::{focus_in_place, focus_on},
        look_again::{in_time, look_again},
    },
};
use domain::{
    batch::{BatchAction, OutcomeFilter, Steer},
    language::Language,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// The note's id, where the focus goes when what it stood on is gone.
pub(super) const NOTE: &str = "accepted-note";

/// Says what was accepted, counts the hold down, offers to take it back, and tells how it ended.
#[component]
pub(super) fn AcceptedNote(
    /// What was accepted last; closing the note clears it.
    accepted: RwSignal<Option<JustAccepted>>,
) -> impl IntoView {
    let language = use_language();
    let clock = RwSignal::new(NoteClock::default());
    let found = RwSignal::new(None::<BatchLine>);
    let undoing = Action::new(|batch| steer_batch(*batch, Steer::Undo));
    let outcome = move || undoing.value().get();
    Effect::new(move |_| {
        if let Some(accepted) = accepted.get() {
            undoing.clear();
            found.set(None);
            clock.set(NoteClock::new(now(), accepted.hold_seconds));
        }
    });
    Effect::new(move |_| {
        // What failed can be tried again where it was.
        if matches!(outcome(), Some(Ok(_))) {
            focus_on(NOTE);
        }
    });
    let left = Memo::new(move |_| clock.get().hold());
    tick(accepted, clock, found);
    let close = move |_| {
        accepted.set(None);
        focus_in_place("content");
    };
    let note = move || {
        let JustAccepted { batch, action, receiving, .. } = accepted.get()?;
        let said = move || match (outcome(), found.get()) {
            (Some(Ok(Steered::Done)), _) => texts::was_undone(language).into_any(),
            (_, Some(line)) if !line.state.is_open() => became(language, &line, receiving).into_any(),
            (Some(Err(error)), _) => view! { {headline(language, action, receiving)}<Failure error/> }.into_any(),
            (Some(Ok(Steered::TooLate)), _) => texts::too_late_but_stop(language).into_any(),
            (None, line) => {
                let wait = line.and_then(|line| line.wait).map(|wait| format!(" {}", words::wait(language, &wait)));
                view! { {headline(language, action, receiving)}{wait} }.into_any()
            }
        };
        Some(view! {
            <div id=NOTE class="accepted-note" tabindex="-1">
                {said}
                {move || (left.get() > 0 && !matches!(outcome(), Some(Ok(_)))).then(|| view! {
                    <span class="countdown" aria-hidden="true">{move || texts::leaves_in(language, &words::hold(language, left.get()))}</span>
                    <button class="undo" disabled=move || undoing.pending().get() on:click=move |_| { undoing.dispatch(batch); }>{texts::undo(language)}</button>
                })}
                <a href=format!("/administration/batches/{batch}")>{texts::see_batch(language)}</a>
                <button class="quiet" on:click=close>{texts::close(language)}</button>
            </div>
        })
    };
    view! { <div role="status" class="accepted">{note}</div> }
}

fn headline(language: Language, action: BatchAction, receiving: u64) -> String {
    if action == BatchAction::CancelInvitation {
        texts::accepted_cancelled(language, receiving)
    } else {
        texts::accepted(language, receiving)
    }
}

/// What became of a batch, by its messages; by its people where it had none.
fn became(language: Language, line: &BatchLine, receiving: u64) -> String {
    match words::messages(language, line.messages) {
        Some(messages) => format!("{}{messages}", super::list_page::state(language, line.state)),
        None => headline(language, line.action, receiving),
    }
}

/// Shows the note again after the page was loaded anew, while the hold lasts.
pub(super) fn find_held(accepted: RwSignal<Option<JustAccepted>>) {
    Effect::new(move |_| {
        spawn_local(async move {
            if let Ok(Some(held)) = held_batch().await
                && accepted.try_get_untracked() == Some(None)
            {
                accepted.set(Some(held));
            }
        });
    });
}

/// Moves the clock on each second, looks how the batch fares once the hold is over, and closes the note in the end.
fn tick(accepted: RwSignal<Option<JustAccepted>>, clock: RwSignal<NoteClock>, found: RwSignal<Option<BatchLine>>) {
    look_again(1000, move || async move {
        let Some(JustAccepted { batch, .. }) = accepted.get_untracked() else { return };
        let was_on_undo = is_there(".accepted-note .undo:focus");
        let look = clock.try_update(|clock| clock.tick(now(), is_attended())).unwrap_or_default();
        let clock_now = clock.get_untracked();
        if was_on_undo && clock_now.hold() == 0 {
            focus_on(NOTE);
        }
        if clock_now.is_over() {
            accepted.set(None);
        } else if look && found.with_untracked(|found| found.as_ref().is_none_or(|line| line.state.is_open())) {
            look_up(batch, accepted, clock, found).await;
        }
    });
}

/// The time on this device, since 1970.
fn now() -> Duration {
    #[cfg(feature = "hydrate")]
    let seconds = web_sys::js_sys::Date::now() / 1000.0;
    #[cfg(not(feature = "hydrate"))]
    let seconds = 0.0;
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// Asks how a batch fares; where it has ended, or waits, the note says so, and stays a while for an end to be read.
async fn look_up(
    id: domain::ids::BatchId,
    accepted: RwSignal<Option<JustAccepted>>,
    clock: RwSignal<NoteClock>,
    found: RwSignal<Option<BatchLine>>,
) {
    let Ok(view) = in_time(batch(id, OutcomeFilter::All, None, None)).await else { return };
    let is_shown = accepted.try_get_untracked().flatten().is_some_and(|shown| shown.batch == id);
    let stands = |line: &BatchLine| (line.state, line.wait.clone());
    // What stands as it did is not read out once more.
    if is_shown && found.with_untracked(|before| before.as_ref().map(stands)) != Some(stands(&view.line)) {
        if !view.line.state.is_open() {
            clock.update(NoteClock::stay);
        }
        found.set(Some(view.line));
    }
}

/// Whether somebody points at the note, or stands in it with the keyboard.
fn is_attended() -> bool {
    is_there(".accepted-note:hover, .accepted-note:focus-visible, .accepted-note :focus-visible")
}

fn is_there(selector: &str) -> bool {
    document().query_selector(selector).ok().flatten().is_some()
}
