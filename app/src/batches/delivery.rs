//! How delivery fares, for owners: what it waits for, who delivers, what is due, what was refused last.

use super::{api::delivery, progress::Wait, reply::Reply, texts, up_to_date::keep_up, words};
use crate::{session::use_language, texts::date_time};
use domain::{delivery::Concern, language::Language, time::LocalTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// How delivery fares. The relay and the workers are everybody's, the messages are the organisation's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// What it waits for, where it does.
    pub wait: Option<Wait>,
    /// Something leaves, or could at this moment.
    pub leaving: bool,
    /// Processes that deliver.
    pub workers: u64,
    /// Of these, those that have trouble with the relay.
    pub troubled: u64,
    /// Messages that may still leave.
    pub open: u64,
    /// Since when the first of them could have left.
    pub due_since: Option<LocalTime>,
    /// The last trouble with the relay, or of it with the organisation's own sender, over or not.
    pub trouble: Option<Trouble>,
    /// What was refused last.
    pub refused: Option<Refused>,
}

/// A time in which the relay took nothing, of everybody or of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// When it was last there.
    pub at: LocalTime,
    /// What delivery suffered from.
    pub concern: Concern,
    /// The error, or the relay's words.
    pub words: String,
}

/// A try that the relay did not accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// When.
    pub at: LocalTime,
    /// The error, or the relay's words.
    pub words: String,
}

/// The panel; looks again every five seconds.
#[component]
pub(super) fn DeliveryPanel() -> impl IntoView {
    let language = use_language();
    let found = Resource::new(|| (), |()| delivery());
    view! {
        <section class="delivery" aria-labelledby="delivery">
            <h2 id="delivery">{texts::delivery(language)}</h2>
            <Suspense>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Facts found/> }.into_any(),
                        Err(error) => view! { <p role="alert">{error.message(language)}</p> }.into_any(),
                    }
                })}
            </Suspense>
        </section>
    }
}

#[component]
fn Facts(found: DeliveryView) -> impl IntoView {
    let language = use_language();
    let found = RwSignal::new(found);
    // Where it is out of date so are the batches below, which say so.
    keep_up(5000, found, |_| true, delivery);
    let state = Memo::new(move |_| {
        found.with(|found| match &found.wait {
            Some(wait) => words::wait(language, wait),
            None if found.leaving => texts::delivery_runs(language),
            None if found.open > 0 => texts::delivery_later(language),
            None => texts::delivery_rests(language),
        })
    });
    let facts = move || {
        let DeliveryView { wait, workers, troubled, open, due_since, trouble, refused, .. } = found.get();
        let (reply, past) = if let Some(Wait::Relay { words, .. }) = wait { (Some(words), None) } else { (None, trouble) };
        view! {
            {reply.map(|words| view! { <Reply words/> })}
            <ul>
                <li>
                    {if workers > 0 { texts::delivered_by(language, workers) } else { texts::delivered_by_none(language) }}
                    {(troubled > 0 && troubled < workers).then(|| format!(" {}", texts::some_in_trouble(language, troubled)))}
                </li>
                {(open > 0).then(|| view! { <li>{texts::messages_on_the_way(language, open)}</li> })}
                {due_since.map(|since| view! { <li>{texts::due_since(language, &date_time(language, &since))}</li> })}
                {past.map(|trouble| view! {
                    <li>
                        {texts::last_trouble(language, &date_time(language, &trouble.at))}" "{words::concern(language, trouble.concern)}
                        <Reply words=trouble.words/>
                    </li>
                })}
                {refused.map(|refused| view! { <li>{not_accepted(language, refused)}</li> })}
            </ul>
        }
    };
    view! {
        <p aria-live="polite"><strong>{move || state.get()}</strong></p>
        {facts}
    }
}

/// The last refusal in the relay's words; where no answer came, that.
fn not_accepted(language: Language, Refused { at, words }: Refused) -> impl IntoView {
    let at = date_time(language, &at);
    if words.is_empty() {
        texts::unanswered_last(language, &at).into_any()
    } else {
        view! { {texts::refused_last(language, &at)}" "<code>{words}</code> }.into_any()
    }
}
