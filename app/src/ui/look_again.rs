//! Looking again every so often, on pages that show what changes by itself.

use crate::error::AppError;

/// Looks so many milliseconds after the last look was over, and so on: in a browser, while its tab is in sight, and until the page is left.
pub fn look_again<Looking>(every: u32, look: impl Fn() -> Looking + Clone + 'static)
where
    Looking: Future<Output = ()> + 'static,
{
    #[cfg(feature = "hydrate")]
    {
        use gloo_timers::future::TimeoutFuture;
        use leptos::{prelude::*, task::spawn_local};
        use web_sys::VisibilityState;
        Effect::new(move |_| {
            let look = look.clone();
            // Gone once the page is left.
            let here = StoredValue::new(());
            spawn_local(async move {
                loop {
                    TimeoutFuture::new(every).await;
                    if here.try_get_value().is_none() {
                        break;
                    }
                    if document().visibility_state() == VisibilityState::Visible {
                        look().await;
                    }
                }
            });
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (every, look);
}

/// An answer, waited for no longer than anybody would: where it was lost on its way, the browser may wait for minutes.
pub async fn in_time<T>(asking: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    #[cfg(feature = "hydrate")]
    {
        use gloo_timers::future::TimeoutFuture;
        use std::{future::poll_fn, pin::pin};
        let (mut asking, mut limit) = (pin!(asking), pin!(TimeoutFuture::new(15_000)));
        poll_fn(|context| {
            let answered = asking.as_mut().poll(context);
            if answered.is_ready() { answered } else { limit.as_mut().poll(context).map(|()| Err(AppError::Unavailable)) }
        })
        .await
    }
    #[cfg(not(feature = "hydrate"))]
    asking.await
}
