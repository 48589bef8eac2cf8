//! Asks again by itself after the server could not be reached.

use crate::error::AppError;
use leptos::prelude::*;

/// Calls back when the browser comes online, and after 2, 4, 8, 16 and then every 30 seconds, for as long as the server cannot be asked.
pub(super) fn ask_again(failure: RwSignal<Option<AppError>>, again: Callback<()>) {
    #[cfg(feature = "hydrate")]
    {
        use gloo_timers::callback::Timeout;
        use send_wrapper::SendWrapper;
        let online = window_event_listener(leptos::ev::online, move |_| {
            if failure.get_untracked().is_some_and(passes) {
                again.run(());
            }
        });
        on_cleanup(move || online.remove());
        // Each failed try sets the failure anew.
        Effect::new(move |tries: Option<u32>| {
            if !failure.get().is_some_and(passes) {
                return 0;
            }
            let tries = tries.unwrap_or_default();
            let timer = SendWrapper::new(Timeout::new(delay(tries) * 1000, move || {
                again.try_run(());
            }));
            on_cleanup(move || drop(timer));
            tries + 1
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (failure, again, passes, delay);
}

/// Whether a failure may pass without anybody doing anything.
fn passes(error: AppError) -> bool {
    matches!(error, AppError::Unreachable | AppError::Unavailable)
}

/// Seconds before the next try.
fn delay(tries: u32) -> u32 {
    2_u32.saturating_pow(tries.saturating_add(1)).min(30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_become_rarer_and_never_stop() {
        assert_eq!([0, 1, 2, 3, 4, 5, u32::MAX].map(delay), [2, 4, 8, 16, 30, 30, 30]);
    }

    #[test]
    fn only_what_passes_by_itself_is_tried_again() {
        assert!(passes(AppError::Unreachable) && passes(AppError::Unavailable));
        assert!(!passes(AppError::SignInNeeded) && !passes(AppError::Forbidden) && !passes(AppError::Internal));
    }
}
