//! Looking again every so often, on pages that show what changes by itself.

/// Calls back every so many milliseconds, in a browser and until the page is left.
pub fn look_again(every: u32, look: impl Fn() + Clone + 'static) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::*;
        Effect::new(move |_| {
            let looking = gloo_timers::callback::Interval::new(every, look.clone());
            let looking = send_wrapper::SendWrapper::new(looking);
            on_cleanup(move || drop(looking));
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (every, look);
}
