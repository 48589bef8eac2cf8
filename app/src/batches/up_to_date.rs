//! Keeps what a page shows up to date, and says so where that does not succeed.

use super::texts;
use crate::{
    error::AppError,
    session::use_language,
    ui::{
        failure::SignInAgain,
        look_again::{in_time, look_again},
    },
};
use leptos::prelude::*;

/// Asks again every so many milliseconds while what is shown may change; with why the last time brought no answer.
pub(super) fn keep_up<T, Asking>(
    every: u32,
    shown: RwSignal<T>,
    may_change: fn(&T) -> bool,
    ask: impl Fn() -> Asking + Clone + 'static,
) -> Memo<Option<AppError>>
where
    T: PartialEq + Send + Sync + 'static,
    Asking: Future<Output = Result<T, AppError>> + 'static,
{
    let missed = RwSignal::new(None::<AppError>);
    look_again(every, move || {
        let asking = shown.with_untracked(may_change).then(&ask);
        async move {
            let Some(asking) = asking else { return };
            // Whoever is offline sees what was, is told so, and sees more once it is there again.
            let answer = in_time(asking).await;
            missed.try_set(answer.as_ref().err().copied());
            if let Ok(now) = answer
                && shown.try_with_untracked(|shown| *shown != now) == Some(true)
            {
                shown.try_set(now);
            }
        }
    });
    Memo::new(move |_| missed.get())
}

/// Says that what is shown may be out of date, and why.
#[component]
pub(super) fn OutOfDate(
    /// Why the last time brought no answer.
    missed: Memo<Option<AppError>>,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div role="status">
            {move || missed.get().map(|error| view! { <p class="problem">{error.message(language)}" "{texts::out_of_date(language)}</p> <SignInAgain error/> })}
        </div>
    }
}
