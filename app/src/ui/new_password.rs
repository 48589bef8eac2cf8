//! The field for a new password: shown on demand, its strength told in words while one types.
//!
//! Without JavaScript it cannot be shown, and is typed a second time instead.

use super::{field::field_state, texts};
use crate::session::use_language;
use domain::{
    language::Language,
    password::{Strength, shortest, strength},
    role::Role,
};
use leptos::prelude::*;

/// The name of the field.
pub const NEW_PASSWORD: &str = "new_password";

/// The field `new_password`, and without JavaScript `repeated_password`.
#[component]
pub fn NewPassword(
    /// Decides how long it must be.
    role: Role,
) -> impl IntoView {
    let language = use_language();
    let problem = field_state(NEW_PASSWORD, String::new()).problem;
    let (typed, set_typed) = signal(None::<Strength>);
    let (shown, set_shown) = signal(false);
    let (hydrated, set_hydrated) = signal(false);
    Effect::new(move |_| set_hydrated.set(true));
    let on_input = move |event| {
        let password = event_target_value(&event);
        set_typed.set((!password.is_empty()).then(|| strength(&password, role)));
    };
    // What is typed anew is no longer what the problem was about.
    Effect::new(move |_| {
        problem.track();
        set_typed.set(None);
    });
    let present = move || problem.get().filter(|_| typed.read().is_none());
    let described_by = format!("{NEW_PASSWORD}-hint {NEW_PASSWORD}-strength {NEW_PASSWORD}-problem");
    let least = u64::try_from(shortest(role)).unwrap_or_default();
    view! {
        <div class="field">
            <div class="label-row">
                <label for=NEW_PASSWORD>{texts::new_password(language)}</label>
                <button type="button" class="quiet" hidden=move || !hydrated.get() aria-controls=NEW_PASSWORD
                    aria-pressed=move || shown.get().to_string() on:click=move |_| set_shown.update(|shown| *shown = !*shown)>
                    {texts::show_password(language)}
                </button>
            </div>
            <p class="hint" id=format!("{NEW_PASSWORD}-hint")>{texts::password_hint(language, least)}</p>
            <input id=NEW_PASSWORD name=NEW_PASSWORD type=move || if shown.get() { "text" } else { "password" }
                autocomplete="new-password" autocapitalize="none" spellcheck="false" aria-describedby=described_by
                aria-invalid=move || present().is_some().then_some("true") on:input=on_input/>
            <p class="strength" id=format!("{NEW_PASSWORD}-strength") aria-live="polite">
                {move || typed.get().map(|strength| in_words(language, strength, least))}
            </p>
            <p class="problem" id=format!("{NEW_PASSWORD}-problem")>{present}</p>
        </div>
        <noscript inner_html=repeat(language)></noscript>
    }
}

fn in_words(language: Language, strength: Strength, least: u64) -> String {
    match strength {
        Strength::TooShort => texts::strength_too_short(language, least),
        Strength::Weak => texts::strength_weak(language),
        Strength::Fair => texts::strength_fair(language),
        Strength::Good => texts::strength_good(language),
        Strength::Strong => texts::strength_strong(language),
    }
}

/// The second field as markup: browsers that run scripts read the content of `noscript` as text, which hydration cannot walk.
fn repeat(language: Language) -> String {
    let label = texts::repeat_password(language);
    format!(
        "<div class=\"field\"><label for=\"repeated_password\">{label}</label>\
         <input id=\"repeated_password\" name=\"repeated_password\" type=\"password\" autocomplete=\"new-password\"></div>"
    )
}

/// What is wrong before the policy is asked: nothing was typed, or the two entries differ.
#[cfg(feature = "ssr")]
pub fn mistyped(password: &str, repeated: &str) -> Option<super::form::Answer> {
    use super::problem::{FieldError, Problem};
    use domain::password::PasswordProblem;
    let problem = match (password, repeated) {
        ("", _) => Problem::Missing,
        // Where the password can be shown there is no second field.
        (_, "") => return None,
        (first, second) if first == second => return None,
        _ => Problem::Password(PasswordProblem::Differ, 0),
    };
    Some(super::form::Answer::Invalid(vec![FieldError::new(NEW_PASSWORD, problem)]))
}
