//! The WebAssembly entry: hydrate, nothing else.
#![recursion_limit = "256"]

/// Called by the page once the module has loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::shell::App);
    // From here on the page answers to scripts; the browser tests wait for it.
    if let Some(root) = leptos::prelude::document().document_element() {
        root.set_attribute("data-hydrated", "").ok();
    }
}
