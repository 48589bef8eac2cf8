//! What was said, or what went wrong, word for word, one click away.

use super::texts;
use crate::session::use_language;
use leptos::prelude::*;

/// The words of the relay, which begin with a code, or ours, where it never came to an answer.
#[component]
pub(super) fn Reply(words: String) -> impl IntoView {
    let language = use_language();
    let is_answer = words.starts_with(|first: char| first.is_ascii_digit());
    let heading = if is_answer { texts::smtp_reply(language) } else { texts::in_detail(language) };
    // Ours are the log's.
    let english = (!is_answer).then_some("en");
    view! { <details class="reply"><summary>{heading}</summary><code lang=english>{words}</code></details> }
}
