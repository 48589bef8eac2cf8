//! Where the keyboard goes on when what it stood on is gone.

/// Moves the focus to the element with this id, once what is drawn with the present change stands, and brings it into sight.
pub fn focus_on(id: &'static str) {
    #[cfg(feature = "hydrate")]
    move_to(id, false);
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// The same without moving the page.
pub fn focus_in_place(id: &'static str) {
    #[cfg(feature = "hydrate")]
    move_to(id, true);
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Whether the focus stands nowhere, as after the element that had it is gone.
#[cfg(feature = "hydrate")]
fn is_nowhere() -> bool {
    let document = leptos::prelude::document();
    document.active_element().is_none_or(|active| document.body().is_some_and(|body| active.is_same_node(Some(&body))))
}

/// Goes to the part of the page that the address names after `#`, where nothing has the focus yet. The browser does so on a page
/// that is loaded anew; one that is reached from within the application is drawn after its address has changed.
pub fn arrive_at(id: &'static str) {
    #[cfg(feature = "hydrate")]
    if leptos::prelude::window().location().hash().is_ok_and(|hash| hash.trim_start_matches('#') == id) && is_nowhere() {
        move_to(id, false);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// The same, where nothing has the focus once the present change is drawn: what had it may be gone.
pub fn focus_if_lost(id: &'static str) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(move || {
        if is_nowhere() {
            move_to(id, true);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

#[cfg(feature = "hydrate")]
fn move_to(id: &'static str, in_place: bool) {
    use leptos::prelude::{document, request_animation_frame};
    use wasm_bindgen::JsCast;
    request_animation_frame(move || {
        let found = document().get_element_by_id(id).and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(in_place);
        if let Some(found) = found {
            let _ = found.focus_with_options(&options);
        }
    });
}
