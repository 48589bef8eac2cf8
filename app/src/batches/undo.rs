//! What stands on the page after accepting: what happened, and Undo while it is honest.

use super::{api::steer_batch, progress::Steered, texts};
use crate::{error::AppError, session::use_language, ui::failure::Failure};
use domain::{
    batch::{BatchAction, Steer},
    ids::BatchId,
};
use leptos::prelude::*;

/// Seconds that the note stays after the hold.
#[cfg(feature = "hydrate")]
const STAYS: u32 = 20;

/// A batch that was just accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JustAccepted {
    pub(super) batch: BatchId,
    pub(super) action: BatchAction,
    pub(super) receiving: u64,
    pub(super) hold_seconds: u32,
}

/// Says what was accepted, counts the hold down, and offers to take it back.
#[component]
pub(super) fn AcceptedNote(
    /// What was accepted last; closing the note clears it.
    accepted: RwSignal<Option<JustAccepted>>,
) -> impl IntoView {
    let language = use_language();
    let left = RwSignal::new(0_u32);
    let undoing = Action::new(|batch: &BatchId| steer_batch(*batch, Steer::Undo));
    Effect::new(move |_| {
        if let Some(accepted) = accepted.get() {
            undoing.clear();
            left.set(accepted.hold_seconds);
        }
    });
    count_down(left);
    close_later(accepted);
    let outcome = move || undoing.value().get();
    let note = move || {
        let JustAccepted { batch, action, receiving, .. } = accepted.get()?;
        let headline = if action == BatchAction::CancelInvitation {
            texts::accepted_cancelled(language, receiving)
        } else {
            texts::accepted(language, receiving)
        };
        Some(view! {
            <div class="accepted-note">
                {move || match outcome() {
                    Some(Ok(Steered::Done)) => texts::was_undone(language).into_any(),
                    Some(Ok(Steered::TooLate)) => texts::too_late(language).into_any(),
                    Some(Err(error)) => view! { <Failure error/> }.into_any(),
                    None => headline.clone().into_any(),
                }}
                {move || (left.get() > 0 && outcome().is_none()).then(|| view! {
                    <span class="countdown" aria-hidden="true">{move || texts::leaves_in(language, u64::from(left.get()))}</span>
                    <button disabled=move || undoing.pending().get() on:click=move |_| { undoing.dispatch(batch); }>{texts::undo(language)}</button>
                })}
                <a href=format!("/administration/batches/{batch}")>{texts::see_batch(language)}</a>
                <button class="quiet" on:click=move |_| accepted.set(None)>{texts::close(language)}</button>
            </div>
        })
    };
    view! { <div role="status" class="accepted">{note}</div> }
}

/// Closes the note a while after the hold has ended: by then the rows tell more than it does.
fn close_later(accepted: RwSignal<Option<JustAccepted>>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let Some(JustAccepted { batch, hold_seconds, .. }) = accepted.get() else { return };
        let closing = gloo_timers::callback::Timeout::new((hold_seconds + STAYS) * 1000, move || {
            if accepted.get_untracked().is_some_and(|now| now.batch == batch) {
                accepted.set(None);
            }
        });
        let closing = send_wrapper::SendWrapper::new(closing);
        on_cleanup(move || drop(closing));
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = accepted;
}

/// Counts a number of seconds down to 0.
pub(super) fn count_down(left: RwSignal<u32>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let ticking = send_wrapper::SendWrapper::new(gloo_timers::callback::Interval::new(1000, move || {
            left.update(|left| *left = left.saturating_sub(1));
        }));
        on_cleanup(move || drop(ticking));
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = left;
}

/// The error of a failed action, for its place on the page.
pub(super) fn failure_of<T: Clone + Send + Sync + 'static>(value: Option<Result<T, AppError>>) -> Option<AppError> {
    value.and_then(Result::err)
}
