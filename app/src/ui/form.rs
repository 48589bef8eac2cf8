//! Forms that work with and without JavaScript, one way for all of them.
//!
//! A [`PostForm`] posts to its page's own path, naming its server function in the hidden field `form`; the server runs that
//! function and answers with a redirect, or with the page again (422), what was typed and the problems beside the fields.
//! Once hydrated the form calls the same server function instead. To add a form: declare a server function with flat fields
//! that returns [`Answer`], register it in the server's `http::forms`, and put [`super::field::Field`]s into a [`PostForm`].

use super::{
    failure::Failure,
    problem::{FieldError, Problem},
    texts,
};
use crate::{error::AppError, session::use_language};
use domain::language::Language;
use leptos::{
    ev::SubmitEvent,
    form::FromFormData,
    prelude::*,
    server_fn::{ServerFn, client::Client},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a posted form comes back with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Done; go on at this path of ours.
    Done(String),
    /// Nothing was changed; these fields need a look.
    Invalid(Vec<FieldError>),
}

/// A plain form that came back: provided as context by the server when it renders the page again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PostedForm {
    /// The path of the server function.
    pub form: String,
    /// What was typed, passwords excepted.
    pub values: HashMap<String, String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Why nothing was done at all.
    pub failure: Option<AppError>,
}

/// What the fields of a form know of it.
#[derive(Clone)]
pub(super) struct FormState {
    values: StoredValue<HashMap<String, String>>,
    pub(super) errors: RwSignal<Vec<FieldError>>,
}

impl FormState {
    pub(super) fn typed(&self, name: &str) -> Option<String> {
        self.values.with_value(|values| values.get(name).cloned())
    }
}

/// A form whose fields are those of the server function `F`.
#[component]
pub fn PostForm<F>(
    /// More classes.
    #[prop(optional, into)]
    class: String,
    /// The fields and the button.
    children: Children,
    /// The server function; only its type counts.
    #[prop(optional)]
    form: std::marker::PhantomData<F>,
) -> impl IntoView
where
    F: ServerFn<Output = Answer, Error = AppError> + FromFormData + Clone + Send + Sync + 'static,
    F::Client: Client<AppError>,
{
    let _: std::marker::PhantomData<F> = form;
    let language = use_language();
    let posted = SharedValue::new(use_context::<PostedForm>).into_inner().filter(|posted| posted.form == F::PATH).unwrap_or_default();
    let state = FormState { values: StoredValue::new(posted.values), errors: RwSignal::new(posted.errors) };
    let errors = state.errors;
    let action = ServerAction::<F>::new();
    let failure = RwSignal::new(posted.failure);
    let form = NodeRef::<leptos::html::Form>::new();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(Answer::Done(location))) => leave_for(&location),
        Some(Ok(Answer::Invalid(found))) => {
            failure.set(None);
            errors.set(found);
            focus_first_error(form);
        }
        Some(Err(error)) => failure.set(Some(error)),
        None => {}
    });
    let on_submit = move |event: SubmitEvent| {
        if action.pending().get_untracked() {
            event.prevent_default();
        } else if let Ok(data) = F::from_event(&event) {
            event.prevent_default();
            action.dispatch(data);
        }
    };
    view! {
        <form node_ref=form method="post" action="" novalidate class=format!("form {class}") on:submit=on_submit aria-busy=move || action.pending().get().to_string()>
            <input type="hidden" name="form" value=F::PATH/>
            {move || failure.get().map(|error| view! { <Failure error/> })}
            <div role="alert" class="form-errors" tabindex="-1" hidden=move || errors.read().is_empty()>
                {move || errors.with(|errors| heading(language, errors))}
            </div>
            <leptos::context::Provider value=state>{children()}</leptos::context::Provider>
        </form>
    }
}

/// What is said above the fields of a form that needs a look.
fn heading(language: Language, errors: &[FieldError]) -> Option<String> {
    let all = errors.len() as u64;
    let meanwhile = errors.iter().all(|error| matches!(error.problem, Problem::ChangedMeanwhile { .. }));
    (all > 0).then(|| if meanwhile { texts::changed_heading(language, all) } else { texts::errors_heading(language, all) })
}

/// Goes to a path of ours by loading it anew, so that whatever the form changed is seen.
pub fn leave_for(location: &str) {
    #[cfg(feature = "hydrate")]
    if window().location().assign(location).is_err() {
        leptos::logging::warn!("could not leave the page");
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = location;
}

/// Goes to the first field of the form that needs a look, else to what is said above its fields.
fn focus_first_error(form: NodeRef<leptos::html::Form>) {
    #[cfg(feature = "hydrate")]
    request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let Some(form) = form.get_untracked() else { return };
        let find = |selector| form.query_selector(selector).ok().flatten();
        // One selector for both would find the heading, which stands before every field.
        let place = find("[aria-invalid=true]").or_else(|| find(".form-errors:not([hidden])"));
        if let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = place.focus();
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = form;
}
