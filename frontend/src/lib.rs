//! The WebAssembly entry: hydrate, nothing else.
#![recursion_limit = "256"]

/// Called by the page once the module has loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::shell::App);
}
