//! Keeps boxes and selection alike. The boxes are the browser's: what was ticked before the page came alive is read from them.

use super::{selection::Change, state::State};
use leptos::prelude::*;

/// Mirrors the selection in the boxes from now on.
pub(super) fn mirror(state: State) {
    Effect::new(move |first: Option<()>| {
        let (ids, selection) = (state.ids(), state.selection.get());
        if first.is_none() && selection.is_empty() {
            state.select(Change::Found(ticked()));
        } else {
            let share = selection.share(&ids);
            // Once the rows that came with the same change stand.
            request_animation_frame(move || show(&selection, share));
        }
    });
}

#[cfg(feature = "hydrate")]
use {
    super::selection::{Selection, Share},
    domain::ids::EmployeeId,
    wasm_bindgen::JsCast,
    web_sys::HtmlInputElement,
};

#[cfg(feature = "hydrate")]
fn boxes(selector: &str) -> Vec<HtmlInputElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect()
}

#[cfg(feature = "hydrate")]
fn ticked() -> Vec<EmployeeId> {
    boxes(".people .tick input[name=employee]:checked").iter().filter_map(|found| found.value().parse().ok()).collect()
}

#[cfg(feature = "hydrate")]
fn show(selection: &Selection, share: Share) {
    for found in boxes(".people .tick input[name=employee]") {
        let on = found.value().parse().is_ok_and(|id| selection.contains(id));
        if found.checked() != on {
            found.set_checked(on);
        }
    }
    for found in boxes("#select-page") {
        found.set_checked(share == Share::All);
        found.set_indeterminate(share == Share::Some);
    }
}

#[cfg(not(feature = "hydrate"))]
fn ticked() -> Vec<domain::ids::EmployeeId> {
    Vec::new()
}

#[cfg(not(feature = "hydrate"))]
fn show(_: &super::selection::Selection, _: super::selection::Share) {}
