//! The timeline of one employee.

use super::{
    edit_texts, history_texts as texts,
    profile_model::{History, Line, LineMessage},
};
use crate::{batches::words, session::use_language, texts::date_time};
use domain::{
    delivery::{Notice, Reason, SendKind},
    event::EventKind,
    ids::{EmployeeId, SendId},
    language::Language,
    role::Role,
};
use leptos::prelude::*;

/// The section "History"; with the message that the address bar asks for.
#[component]
pub fn HistorySection(
    /// Whose.
    employee: EmployeeId,
    /// The lines.
    history: History,
    /// The message to show again.
    shown: Option<SendId>,
    /// The lines are not the newest.
    older_page: bool,
) -> impl IntoView {
    let language = use_language();
    let path = format!("/administration/users/{employee}");
    let shown = shown.filter(|shown| {
        let holds = |line: &Line| line.message.as_ref().is_some_and(|message| message.id == *shown && message.can_be_shown);
        history.lines.iter().any(holds)
    });
    let empty = history.lines.is_empty();
    let older = history.older.map(|line| format!("{path}?before={line}#history"));
    let lines = history.lines.into_iter().map(|line| view! { <HistoryLine line path=path.clone()/> }).collect_view();
    view! {
        <section id="history" tabindex="-1" aria-labelledby="history-heading">
            <h2 id="history-heading">{texts::history(language)}</h2>
            {shown.map(|send| view! { <SentMessage send path=path.clone()/> })}
            {empty.then(|| view! { <p class="empty">{texts::nothing_yet(language)}</p> })}
            <ol class="timeline">{lines}</ol>
            <p class="pages">
                {older_page.then(|| view! { <a href=format!("{path}#history")>{texts::newest(language)}</a> })}
                " "
                {older.map(|older| view! { <a href=older>{texts::older(language)}</a> })}
            </p>
        </section>
    }
}

/// A message as it was sent, in a document of its own.
#[component]
fn SentMessage(send: SendId, path: String) -> impl IntoView {
    let language = use_language();
    view! {
        <div id="message" class="sent-message">
            <h3>{texts::message_as_sent(language)}</h3>
            <p class="hint">{texts::link_removed(language)}</p>
            <iframe class="mail" title=texts::message_as_sent(language) src=format!("/administration/messages/{send}") sandbox=""></iframe>
            <p><a href=format!("{path}#history")>{texts::hide_message(language)}</a></p>
        </div>
    }
}

#[component]
fn HistoryLine(line: Line, path: String) -> impl IntoView {
    let language = use_language();
    let what = what(language, &line);
    let Line { at, actor, batch, message, reply, .. } = line;
    let message =
        message.filter(|message| message.can_be_shown && matches!(line.kind, EventKind::Sent | EventKind::Deferred | EventKind::Failed));
    view! {
        <li>
            <p class="line">
                <span class="when">{date_time(language, &at)}</span>" "
                <span class="what">{what}</span>
                {actor.map(|actor| view! { " " <span class="who">{texts::by(language, &actor)}</span> })}
                {batch.map(|batch| view! {
                    " · " <a href=format!("/administration/batches/{batch}")>{texts::batch(language, &batch.to_string())}</a>
                })}
                {message.map(|message| view! {
                    " · " <a href=format!("{path}?message={}#message", message.id)>{texts::show_message(language)}</a>
                })}
            </p>
            {reply.map(|reply| view! { <Reply reply/> })}
        </li>
    }
}

/// What a mail server said, one click away.
#[component]
pub fn Reply(
    /// The words.
    reply: String,
) -> impl IntoView {
    let language = use_language();
    view! {
        <details class="reply">
            <summary>{super::profile_texts::smtp_reply(language)}</summary>
            <code>{reply}</code>
        </details>
    }
}

/// What happened, in words.
fn what(language: Language, line: &Line) -> String {
    let address = line.message.as_ref().map(|message| message.address.as_str()).unwrap_or_default();
    match line.kind {
        EventKind::Added => texts::added(language),
        EventKind::Imported => texts::imported(language),
        EventKind::Edited => {
            let fields: Vec<String> = line.fields.iter().map(|field| edit_texts::field(language, *field)).collect();
            texts::edited(language, &fields.join(", "))
        }
        EventKind::AddressChanged => address_change(language, line),
        EventKind::RoleChanged => {
            let role = |word: &Option<String>| {
                edit_texts::role(language, word.as_deref().and_then(|word| word.parse().ok()).unwrap_or(Role::Member))
            };
            texts::role_changed(language, &role(&line.from), &role(&line.to))
        }
        EventKind::Suspended => texts::suspended(language),
        EventKind::Restored => texts::restored(language),
        EventKind::Removed => texts::removed(language),
        EventKind::Invited if line.message.is_none() => texts::invited(language),
        EventKind::Invited => texts::invited_to(language, address),
        EventKind::Resent => texts::resent(language, address),
        EventKind::LinkRequested => texts::link_requested(language),
        EventKind::ResetQueued => texts::reset_queued(language, address),
        EventKind::NoticeQueued => texts::notice_queued(language, &notice(language, line.message.as_ref()), address),
        EventKind::Sent | EventKind::Deferred | EventKind::Failed | EventKind::Dropped => delivery(language, line, address),
        EventKind::LinkOpened if line.times > 1 => texts::link_opened_often(language, u64::from(line.times)),
        EventKind::LinkOpened => texts::link_opened(language),
        EventKind::Activated => texts::activated(language),
        EventKind::Cancelled => texts::cancelled(language),
        EventKind::Withdrawn => texts::withdrawn(language),
        EventKind::Expired => texts::expired(language),
        EventKind::PasswordChanged => texts::password_changed(language),
        EventKind::BatchPaused => texts::batch_paused(language),
        EventKind::BatchResumed => texts::batch_resumed(language),
        EventKind::BatchStopped => texts::batch_stopped(language),
        EventKind::SettingsChanged => texts::settings_changed(language),
    }
}

fn address_change(language: Language, line: &Line) -> String {
    match (line.from.as_deref(), line.to.as_deref()) {
        (Some(from), Some(to)) => texts::address_changed(language, from, to),
        (None, Some(to)) => texts::address_added(language, to),
        (Some(from), None) => texts::address_removed(language, from),
        (None, None) => texts::address_changed_somehow(language),
    }
}

fn delivery(language: Language, line: &Line, address: &str) -> String {
    let message = match line.message.as_ref().map(|message| message.kind) {
        Some(SendKind::Invitation) => texts::kind_invitation(language),
        Some(SendKind::Resend) => texts::kind_resend(language),
        Some(SendKind::Reset) => texts::kind_reset(language),
        Some(SendKind::Notice) => texts::kind_notice(language),
        None => texts::kind_unknown(language),
    };
    let reason = match (line.reason, line.kind, &line.reply) {
        // Of what was refused for now, and became something else since, the reply is what is left.
        (None, EventKind::Deferred, Some(_)) => Some(Reason::TryLater),
        (None, EventKind::Deferred, None) => Some(Reason::NoAnswer),
        (reason, ..) => reason,
    };
    let reason = reason.map_or_else(|| texts::reason_unknown(language), |reason| words::reason(language, reason));
    match line.kind {
        EventKind::Deferred => texts::deferred(language, &message, &reason),
        EventKind::Failed => texts::failed(language, &message, &reason),
        EventKind::Dropped => texts::dropped(language, &message, &reason),
        _ if line.message.as_ref().is_some_and(|message| message.kept) => texts::kept(language, &message, address),
        _ => texts::sent(language, &message, address),
    }
}

fn notice(language: Language, message: Option<&LineMessage>) -> String {
    match message.and_then(|message| message.notice) {
        Some(Notice::AddressChanged) => texts::notice_address(language),
        Some(Notice::BatchEnded | Notice::BatchWaits) => texts::notice_batch(language),
        Some(Notice::PasswordChanged) | None => texts::notice_password(language),
    }
}
