//! Fields of a form: a label, a control, a hint, and what is wrong with it.

use super::{
    form::FormState,
    problem::{FieldError, Problem},
    texts,
};
use crate::session::use_language;
use domain::ids::EventId;
use leptos::prelude::*;

/// What a field of a form shows: what was typed, else the value it was given; and its problems.
pub(super) struct FieldState {
    value: String,
    pub(super) problem: Memo<Option<String>>,
}

pub(super) fn field_state(name: &'static str, value: String) -> FieldState {
    field_state_shown(name, value, |value| value)
}

/// The same, where values have words in which they are shown.
fn field_state_shown(name: &'static str, value: String, show: impl Fn(String) -> String + Send + Sync + 'static) -> FieldState {
    let language = use_language();
    let state = use_context::<FormState>();
    let value = state.as_ref().and_then(|state| state.typed(name)).unwrap_or(value);
    let problem = Memo::new(move |_| {
        state.as_ref().and_then(|state| {
            let errors = state.errors.read();
            errors.iter().find(|error| error.field == name).map(|error| error.problem.clone().shown_by(&show).message(language))
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
    /// The `inputmode` attribute. A number is a text of digits: of `type=number` what cannot be read would arrive as nothing.
    #[prop(optional, into)]
    inputmode: Option<&'static str>,
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
            <input id=name name=name type=kind value=value autocomplete=autocomplete inputmode=inputmode aria-describedby=described_by
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
    let labels = choices.clone();
    let show = move |value: String| labels.iter().find(|(choice, _)| *choice == value).map_or(value, |(_, label)| label.clone());
    let FieldState { value, problem } = field_state_shown(name, value, show);
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

/// The last change that whoever fills in the form has seen: of what it was made from, and once told of later ones, of those.
#[component]
pub fn MadeFrom(
    /// The last change when the form was made.
    event: EventId,
) -> impl IntoView {
    let state = use_context::<FormState>();
    // A form that came back for another reason has seen no more than before.
    let typed = state.as_ref().and_then(|state| state.typed("made_from"));
    let event = typed.and_then(|typed| typed.parse().ok()).unwrap_or(event);
    let seen = Memo::new(move |before: Option<&EventId>| {
        let told = |error: &FieldError| if let Problem::ChangedMeanwhile { last, .. } = error.problem { Some(last) } else { None };
        let told = state.as_ref().and_then(|state| state.errors.read().iter().find_map(told));
        told.or(before.copied()).unwrap_or(event)
    });
    view! { <input type="hidden" name="made_from" value=move || seen.get().to_string()/> }
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
