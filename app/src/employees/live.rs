//! Follows changes of employees: a stream of hints while the tab is visible, questions every few seconds where it fails.

use leptos::prelude::*;

/// Calls back whenever employees may have changed, until the page is left.
pub(super) fn follow(changed: Callback<()>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| stream::follow(changed));
    #[cfg(not(feature = "hydrate"))]
    let _ = changed;
}

#[cfg(feature = "hydrate")]
mod stream {
    use gloo_timers::callback::Interval;
    use leptos::{ev, prelude::*};
    use send_wrapper::SendWrapper;
    use std::{cell::RefCell, rc::Rc};
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{Event, EventSource, VisibilityState};

    /// The path of the stream.
    const PATH: &str = "/administration/events";
    /// How often to ask while there is no stream.
    const EVERY: u32 = 5_000;

    /// A stream and what listens to it; closed when dropped.
    struct Stream {
        source: EventSource,
        _listeners: [Closure<dyn Fn(Event)>; 3],
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    #[derive(Default)]
    struct Following {
        stream: Option<Stream>,
        asking: Option<Interval>,
    }

    pub(super) fn follow(changed: Callback<()>) {
        let following = Rc::new(RefCell::new(Following::default()));
        let seen = {
            let following = following.clone();
            move || {
                if document().visibility_state() == VisibilityState::Visible {
                    open(&following, changed);
                } else {
                    following.take();
                }
            }
        };
        open_first(&following, changed);
        let listener = window_event_listener(ev::visibilitychange, move |_| seen());
        let following = SendWrapper::new(following);
        on_cleanup(move || {
            listener.remove();
            following.take().take();
        });
    }

    /// The page is fresh from the server: no need to ask at once.
    fn open_first(following: &Rc<RefCell<Following>>, changed: Callback<()>) {
        if document().visibility_state() == VisibilityState::Visible {
            connect(following, changed, false);
        }
    }

    /// The page was out of sight: whatever was missed is read now.
    fn open(following: &Rc<RefCell<Following>>, changed: Callback<()>) {
        if following.borrow().stream.is_none() {
            changed.run(());
            connect(following, changed, false);
        }
    }

    fn connect(following: &Rc<RefCell<Following>>, changed: Callback<()>, _again: bool) {
        let Ok(source) = EventSource::new(PATH) else { return ask(following, changed) };
        let hint = Closure::<dyn Fn(Event)>::new(move |_| {
            changed.try_run(());
        });
        let opened = {
            let following = Rc::downgrade(following);
            Closure::<dyn Fn(Event)>::new(move |_| {
                let Some(following) = following.upgrade() else { return };
                // What happened while there was no stream is read once.
                if following.borrow_mut().asking.take().is_some() {
                    changed.try_run(());
                }
            })
        };
        let failed = {
            let following = Rc::downgrade(following);
            Closure::<dyn Fn(Event)>::new(move |_| {
                let Some(following) = following.upgrade() else { return };
                ask(&following, changed);
            })
        };
        let listened = source.add_event_listener_with_callback("changed", hint.as_ref().unchecked_ref());
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        if listened.is_err() {
            ask(following, changed);
        }
        following.borrow_mut().stream = Some(Stream { source, _listeners: [hint, opened, failed] });
    }

    /// Asks every few seconds. The browser tries the stream again by itself, unless the server refused it: then so do we.
    fn ask(following: &Rc<RefCell<Following>>, changed: Callback<()>) {
        if following.borrow().asking.is_some() {
            return;
        }
        let again = Rc::downgrade(following);
        let asking = Interval::new(EVERY, move || {
            changed.try_run(());
            let Some(following) = again.upgrade() else { return };
            let closed = following.borrow().stream.as_ref().is_none_or(|stream| stream.source.ready_state() == EventSource::CLOSED);
            if closed {
                connect(&following, changed, true);
            }
        });
        following.borrow_mut().asking = Some(asking);
    }
}
