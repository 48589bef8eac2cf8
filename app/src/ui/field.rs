//! Fields of a form: a label, a control, a hint, and what is wrong with it.

use super::{form::FormState, texts};
use crate::session::use_language;
use leptos::prelude::*;

/// What a field of a form shows: what was typed, else the value it was given; and its problems.
pub(super) struct FieldState {
    value: String,
    pub(super) problem: Memo<Option<String>>,
}

pub(super) fn field_state(name: &'static str, value: String) -> FieldState {
    let language = use_language();
    let state = use_context::<FormState>();
    let value = state.as_ref().and_then(|state| state.typed(name)).unwrap_or(value);
    let problem = Memo::new(move |_| {
        state.as_ref().and_then(|state| {
            let errors = state.errors.read();
            errors.iter().find(|error| error.field == name).map(|error| error.problem.message(language))
        })
    });
    FieldState { value, problem }
}

/// A one-line field.
#[component]
pub fn Field(
    /// The name in the form; also the element's id.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The `type` attribute.
    #[prop(default = "text")]
    kind: &'static str,
    /// The value to begin with.
    #[prop(optional, into)]
    value: String,
    /// The `autocomplete` attribute.
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
    /// A line of help under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Says so beside the label where it may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let language = use_language();
    let FieldState { value, problem } = field_state(name, value);
    let hint_id = format!("{name}-hint");
    let problem_id = format!("{name}-problem");
    let described_by = format!("{hint_id} {problem_id}");
    view! {
        <div class="field">
            <label for=name>{label}{optional.then(|| view! { <span class="optional">" ("{texts::optional(language)}")"</span> })}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <input id=name name=name type=kind value=value autocomplete=autocomplete aria-describedby=described_by
                aria-invalid=move || problem.read().is_some().then_some("true") spellcheck="false"/>
            <p class="problem" id=problem_id>{move || problem.get()}</p>
        </div>
    }
}

/// A choice among a few values.
#[component]
pub fn Choice(
    /// The name in the form; also the element's id.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The choices: value and label.
    choices: Vec<(String, String)>,
    /// The value to begin with.
    #[prop(optional, into)]
    value: String,
    /// A line of help under the label.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let FieldState { value, problem } = field_state(name, value);
    let hint_id = format!("{name}-hint");
    let problem_id = format!("{name}-problem");
    let described_by = format!("{hint_id} {problem_id}");
    let options = choices
        .into_iter()
        .map(|(choice, label)| {
            let selected = choice == value;
            view! { <option value=choice selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <select id=name name=name aria-describedby=described_by aria-invalid=move || problem.read().is_some().then_some("true")>{options}</select>
            <p class="problem" id=problem_id>{move || problem.get()}</p>
        </div>
    }
}

/// Problems of a form that belong to no visible field.
#[component]
pub fn Problems(
    /// The name under which they are told.
    name: &'static str,
) -> impl IntoView {
    let FieldState { problem, .. } = field_state(name, String::new());
    view! { <p class="problem" role="alert">{move || problem.get()}</p> }
}
