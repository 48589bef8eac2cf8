//! `/administration/batches/{id}`: one batch, live while something may still leave.

use super::{
    api::{SteerForm, batch},
    list_page::state,
    outcomes::OutcomesSection,
    progress::{BatchLine, BatchState, BatchView, Looked, Wait, Why},
    reply::Reply,
    split_view::of_people,
    texts,
    up_to_date::{OutOfDate, keep_up},
    words,
};
use crate::{
    error::AppError,
    session::use_language,
    texts::{date_time, number},
    ui::{
        failure::FailurePage,
        focus::focus_if_lost,
        form::PostForm,
        layout::{Layout, forget_done},
    },
};
use domain::{
    batch::{BatchAction, Steer},
    delivery::Concern,
    ids::BatchId,
    language::Language,
};
use leptos::{ev::FocusEvent, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The id of the line that says how the batch stands, where the focus goes when the button that had it is gone.
const STATE: &str = "batch-state";

/// The id of the line that says what was done to it.
const SAID: &str = "batch-said";

/// What is looked at: the batch, and some of its outcomes.
type Asked = (Option<BatchId>, Looked);

/// One batch.
#[component]
pub fn BatchPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let id = params.read().get_str("id").and_then(|id| id.parse().ok());
        let query = query.read();
        let filter = query.get_str("outcome").and_then(|filter| filter.parse().ok()).unwrap_or_default();
        let why = query.get_str("reason").and_then(|word| Why::read(filter, word));
        (id, Looked { filter, why, after: query.get_str("after").and_then(|after| after.parse().ok()) })
    });
    let view = Resource::new(move || asked.get(), look);
    view! {
        <Layout>
            <Transition>
                {move || Suspend::new(async move {
                    match view.await {
                        Ok(view) => view! { <Batch view asked=asked.get_untracked()/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Transition>
        </Layout>
    }
}

async fn look((id, Looked { filter, why, after }): Asked) -> Result<BatchView, AppError> {
    match id {
        Some(id) => batch(id, filter, why.map(|why| why.as_str().to_owned()), after).await,
        None => Err(AppError::NotFound),
    }
}

#[component]
fn Batch(view: BatchView, asked: Asked) -> impl IntoView {
    let language = use_language();
    let line = view.line.clone();
    let (id, action) = (line.id, line.action);
    let heading = words::action(language, action);
    let name = texts::batch(language, &id.to_string());
    let changes = line.may_change();
    let made_of = view.source;
    let view = RwSignal::new(view);
    let followed = Memo::new(move |_| view.with(|view| view.followed.clone()));
    let missed = keep_up(2000, view, |view| view.line.may_change(), move || look(asked));
    let now = Memo::new(move |_| view.with(|view| view.line.clone()));
    let word = use_query_map().with_untracked(|query| query.get("done"));
    let came_back = word.is_some();
    let done = Memo::new(move |_| view.with(|view| said(language, word.as_deref()?, view)));
    Effect::new(move |before: Option<()>| {
        if before.is_none() && came_back {
            forget_done();
            // The button that was pressed was another page's.
            focus_if_lost(if done.read_untracked().is_some() { SAID } else { STATE });
        }
    });
    view! {
        <Title text=format!("{heading} – {name}")/>
        <p><a href="/administration/batches">{texts::batches(language)}</a></p>
        <h1>{heading}</h1>
        {move || done.get().map(|(class, words)| view! { <p id=SAID class=class role="status" tabindex="-1">{words}</p> })}
        <p>{name}". "{of_people(language, line.receiving, line.people)}". "{line.created_by}", "{date_time(language, &line.created_at)}"."</p>
        {made_of.map(|made_of| view! { <p>{related(made_of.batch, words::made_of(language, made_of))}</p> })}
        // Told to whoever does not see it, the countdown excepted.
        <p id=STATE class="batch-state" tabindex="-1" aria-live=move || if matches!(now.get().state, BatchState::Held(_)) { "off" } else { "polite" }>
            <strong>{move || state(language, now.get().state)}</strong>
            {move || since(language, &now.get())}
        </p>
        <OutOfDate missed/>
        {changes.then(|| view! { <noscript inner_html=load_again(language, id)></noscript> })}
        <Steering view/>
        <For each=move || followed.get() key=|made| made.batch let(made)>
            <p>{related(made.batch, words::followed(language, made))}</p>
        </For>
        {move || (action != BatchAction::CancelInvitation && now.get().state != BatchState::Undone).then(|| view! { <Progress view/> })}
        <OutcomesSection view looked=asked.1/>
    }
}

/// Since when it stands as it does, and who saw to that.
fn since(language: Language, line: &BatchLine) -> Option<String> {
    let at = date_time(language, line.since.as_ref()?);
    let since = if line.state == BatchState::Paused { texts::since(language, &at) } else { texts::since_on(language, &at) };
    Some(line.steered_by.as_ref().map_or(since.clone(), |name| since + &texts::steered_by(language, name)))
}

/// The way to a batch that has to do with this one.
fn related(batch: BatchId, words: String) -> impl IntoView {
    view! { <a href=format!("/administration/batches/{batch}")>{words}</a> }
}

/// Without JavaScript the page stays as it is: the way to see it anew, as markup.
fn load_again(language: Language, id: BatchId) -> String {
    format!("<p><a href=\"/administration/batches/{id}\">{}</a></p>", texts::load_again(language))
}

/// What a form came back with, while the batch still stands as that says: the class that shows it, and the words.
fn said(language: Language, word: &str, view: &BatchView) -> Option<(&'static str, String)> {
    let state = view.line.state;
    Some(match word.parse() {
        Ok(Steer::Undo) => ("done", texts::was_undone(language)),
        Ok(Steer::Pause) if state == BatchState::Paused => ("done", texts::was_paused(language)),
        Ok(Steer::Resume) if state.is_open() && state != BatchState::Paused => ("done", texts::was_resumed(language)),
        Ok(Steer::Stop) if view.line.messages.dropped + view.line.messages.open == 0 => ("done", texts::was_stopped_late(language)),
        Ok(Steer::Stop) => ("done", texts::was_stopped(language)),
        Ok(Steer::Pause | Steer::Resume) => return None,
        Err(_) if word == "over" => ("problem", texts::was_over(language)),
        Err(_) if view.may_steer && state.is_open() => ("problem", texts::too_late_but_stop(language)),
        Err(_) => ("problem", texts::too_late(language)),
    })
}

/// The buttons that fit how the batch stands.
#[component]
fn Steering(view: RwSignal<BatchView>) -> impl IntoView {
    let language = use_language();
    let fitting = Memo::new(move |_| {
        view.with(|view| match view.line.state {
            _ if !view.may_steer => &[],
            BatchState::Held(_) => &[Steer::Pause, Steer::Undo] as &[Steer],
            BatchState::Waiting | BatchState::Running => &[Steer::Pause, Steer::Stop],
            BatchState::Paused if view.is_held => &[Steer::Resume, Steer::Stop, Steer::Undo],
            BatchState::Paused => &[Steer::Resume, Steer::Stop],
            BatchState::Undone | BatchState::Stopped | BatchState::Ended => &[],
        })
    });
    // Whether the focus was here last: a button that goes takes it along without a word.
    let stood_here = StoredValue::new(false);
    Effect::new(move |before: Option<&[Steer]>| {
        let now = fitting.get();
        if stood_here.get_value() && before.is_some_and(|before| before.iter().any(|steer| !now.contains(steer))) {
            focus_if_lost(STATE);
        }
        now
    });
    let left = move |event: FocusEvent| {
        if event.related_target().is_some() {
            stood_here.set_value(false);
        }
    };
    let batch = view.with_untracked(|view| view.line.id);
    view! {
        <div class="buttons" on:focusin=move |_| stood_here.set_value(true) on:focusout=left>
            // Each is an element of its own in a place of its own: what somebody is about to press does not become another.
            <For each=move || fitting.get().iter().copied() key=|steer| *steer let(steer)>
                <PostForm<SteerForm> class="inline">
                    <input type="hidden" name="batch" value=batch.to_string()/>
                    <input type="hidden" name="steer" value=steer.as_str()/>
                    <button>{words::steer(language, steer)}</button>
                </PostForm<SteerForm>>
            </For>
        </div>
    }
}

/// The bar, what the batch waits for, its pace, rate and expected end.
#[component]
fn Progress(view: RwSignal<BatchView>) -> impl IntoView {
    let language = use_language();
    let done = move || view.with(|view| done(&view.line));
    let most = view.with_untracked(|view| view.line.receiving);
    let wait = Memo::new(move |_| view.with(|view| view.wait.clone()));
    let facts = Memo::new(move |_| view.with(|view| facts(language, view)));
    view! {
        <progress max=most.to_string() value=move || done().to_string() aria-label=texts::progress(language)></progress>
        <div aria-live="polite">
            {move || wait.get().map(|wait| view! {
                <div class="waits">
                    <p>{words::wait(language, &wait)}</p>
                    {matches!(wait, Wait::Relay { concern: Concern::Sender, .. }).then(|| view! {
                        <p><a href="/administration/settings">{texts::choose_sender(language)}</a></p>
                    })}
                    {(if let Wait::Relay { words, .. } = wait { Some(words) } else { None }).map(|words| view! { <Reply words/> })}
                </div>
            })}
        </div>
        <p class="hint">{move || facts.get()}</p>
    }
}

/// How many messages are done with.
fn done(BatchLine { receiving, messages, state, .. }: &BatchLine) -> u64 {
    // What a person stopped never got where the others did.
    let dropped = if *state == BatchState::Stopped { messages.dropped } else { 0 };
    receiving.saturating_sub(messages.open + dropped)
}

/// How far it is, rate, expected end and pace, as far as there is something to tell.
fn facts(language: Language, view: &BatchView) -> String {
    let open = view.line.state.is_open();
    let settled = (open || view.line.state == BatchState::Stopped)
        .then(|| texts::settled(language, view.line.receiving, &number(language, done(&view.line))));
    let rate = (view.line.state == BatchState::Running && view.per_minute > 0)
        .then(|| texts::per_minute(language, &number(language, view.per_minute)));
    let end = view.expected_end.as_ref().map(|end| texts::expected_end(language, &date_time(language, end)));
    let pace = (open && view.pace.is_limited()).then(|| texts::pace(language, &words::pace(language, view.pace)));
    [settled, rate, end, pace].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
