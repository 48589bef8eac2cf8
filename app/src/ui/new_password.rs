//! The field for a new password: shown on demand, its strength told in words while one types.
//!
//! The words never praise what the server would refuse: both follow [`domain::password::judge`], and what that leaves open is
//! called long enough, no more.
//!
//! Without JavaScript it cannot be shown, and is typed a second time instead.

use super::{field::field_state, problem::Problem, texts};
use crate::session::use_language;
use domain::{
    language::Language,
    password::{PasswordProblem, Strength, judge, shortest},
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
    /// What it must not hold.
    own_words: Vec<String>,
) -> impl IntoView {
    let language = use_language();
    let problem = field_state(NEW_PASSWORD, String::new()).problem;
    let (typed, set_typed) = signal(None::<Result<Strength, PasswordProblem>>);
    let (shown, set_shown) = signal(false);
    let (hydrated, set_hydrated) = signal(false);
    Effect::new(move |_| set_hydrated.set(true));
    let on_input = move |event| {
        let password = event_target_value(&event);
        set_typed.set((!password.is_empty()).then(|| {
            let (password, folded) = in_both_forms(&password);
            judge(&password, &folded, role, &own_words)
        }));
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

/// A password as the server reads it: in NFKC, and folded. The browser brings the tables for that.
fn in_both_forms(password: &str) -> (String, String) {
    #[cfg(feature = "hydrate")]
    {
        use web_sys::js_sys::{JsString, RegExp};
        let typed = JsString::from(password);
        let normalised = typed.normalize("NFKC");
        let bare = normalised.normalize("NFKD").replace_by_pattern(&RegExp::new("\\p{M}", "gu"), "");
        let folded = String::from(bare).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        (String::from(normalised), folded)
    }
    #[cfg(not(feature = "hydrate"))]
    (password.to_owned(), password.to_lowercase())
}

fn in_words(language: Language, strength: Result<Strength, PasswordProblem>, least: u64) -> String {
    match strength {
        Err(PasswordProblem::TooShort) => texts::strength_too_short(language, least),
        Err(PasswordProblem::TooCommon) => texts::strength_pattern(language),
        Err(problem) => Problem::Password(problem, u8::try_from(least).unwrap_or(u8::MAX)).message(language),
        Ok(Strength::Fair) => texts::strength_fair(language),
        Ok(Strength::Good) => texts::strength_good(language),
        Ok(Strength::Strong) => texts::strength_strong(language),
    }
}

/// The second field as markup: browsers that run scripts read the content of `noscript` as text, which hydration cannot walk.
fn repeat(language: Language) -> String {
    let label = texts::repeat_password(language);
    format!(
        "<div class=\"field\"><label for=\"repeated_password\">{label}</label>\
         <input id=\"repeated_password\" name=\"repeated_password\" type=\"password\" autocomplete=\"new-password\">\
         <input type=\"hidden\" name=\"asked_twice\" value=\"yes\"></div>"
    )
}

/// What is wrong before the policy is asked: nothing was typed, or the two entries differ.
#[cfg(feature = "ssr")]
pub fn mistyped(password: &str, repeated: &str, asked_twice: &str) -> Option<super::form::Answer> {
    use super::problem::FieldError;
    let problem = match (password, repeated) {
        ("", _) => Problem::Missing,
        // Where the password can be shown there is no second field.
        (_, "") if asked_twice.is_empty() => return None,
        (first, second) if first == second => return None,
        _ => Problem::Password(PasswordProblem::Differ, 0),
    };
    Some(super::form::Answer::Invalid(vec![FieldError::new(NEW_PASSWORD, problem)]))
}
