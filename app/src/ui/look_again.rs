//! Looking again every so often, on pages that show what changes by itself.

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
