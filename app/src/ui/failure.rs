//! What a page shows when something was not answered.

use super::texts;
use crate::{
    error::AppError,
    session::{sign_in_where_needed, use_address, use_language, use_sign_in_path},
};
use domain::language::Language;
use leptos::prelude::*;

/// A refusal, in words, with the way on. Where the session has ended, that is to sign in and come back.
#[component]
pub fn Failure(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let language = use_language();
    sign_in_where_needed(error);
    view! {
        <div class="failure" role="alert">
            <p><strong>{texts::something_wrong(language)}</strong></p>
            <p>{error.message(language)}</p>
            <SignInAgain error/>
        </div>
    }
}

/// What is left to do after a refusal, beside going to the start page.
pub enum WayOn {
    /// Nothing.
    Home,
    /// Asking for the same address again.
    Again(String),
    /// Going back to a form, in which what was typed is still there.
    Back,
}

/// A whole page that could not be shown; the document leaves with the error's status.
#[component]
pub fn FailurePage(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let language = use_language();
    sign_in_where_needed(error);
    let passes = matches!(error, AppError::Unavailable | AppError::Unreachable | AppError::Internal);
    let way = if passes { WayOn::Again(use_address().get_untracked()) } else { WayOn::Home };
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(error.status());
    }
    view! {
        <leptos_meta::Title text=heading(error, language)/>
        {refused(error, language, way, None)}
        <SignInAgain error/>
    }
}

/// What a refusal is called.
pub fn heading(error: AppError, language: Language) -> String {
    if error == AppError::NotFound { texts::page_not_found(language) } else { texts::something_wrong(language) }
}

/// A refusal in words, with the ways on and the id by which the logs know it.
pub fn refused(error: AppError, language: Language, way: WayOn, reference: Option<String>) -> impl IntoView {
    let way = match way {
        WayOn::Home => None,
        WayOn::Again(address) => Some(view! { <p><a href=address rel="external">{texts::try_again(language)}</a></p> }.into_any()),
        WayOn::Back => Some(view! { <p>{texts::go_back(language)}</p> }.into_any()),
    };
    view! {
        <h1>{heading(error, language)}</h1>
        <p>{error.message(language)}</p>
        {reference.map(|id| view! { <p class="hint">{texts::reference(language, &id)}</p> })}
        {way}
        <p><a href="/">{texts::home(language)}</a></p>
    }
}

/// The way to sign in, where that is what is needed.
#[component]
pub fn SignInAgain(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let language = use_language();
    let path = use_sign_in_path();
    (error == AppError::SignInNeeded)
        .then(|| view! { <p><a href=move || path.get() rel="external">{texts::sign_in_again(language)}</a></p> })
}
