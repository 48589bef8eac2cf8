//! What a page shows when something was not answered.

use super::texts;
use crate::{error::AppError, session::use_language};
use leptos::prelude::*;

/// A refusal, in words, with the way on.
#[component]
pub fn Failure(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="failure" role="alert">
            <p><strong>{texts::something_wrong(language)}</strong></p>
            <p>{error.message(language)}</p>
        </div>
    }
}

/// A whole page that could not be shown; the document leaves with the error's status.
#[component]
pub fn FailurePage(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let language = use_language();
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(error.status());
    }
    let heading = if error == AppError::NotFound { texts::page_not_found(language) } else { texts::something_wrong(language) };
    view! {
        <leptos_meta::Title text=heading.clone()/>
        <h1>{heading}</h1>
        <p>{error.message(language)}</p>
        <p><a href="/">{texts::home(language)}</a></p>
    }
}
