//! `/dev/mailbox`: the messages as they would be received. It exists only where the mailbox does.

use super::{context::AppState, document::document};
use crate::mail::mailbox::Mailbox;
use app::session::Viewer;
use axum::{
    Extension,
    extract::{Path, Query},
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, get},
};
use domain::language::Language;
use http::{StatusCode, header};
use leptos::prelude::*;
use mail_parser::{Message, MessageParser};
use serde::Deserialize;
use std::ops::Range;

/// Messages on the page.
const SHOWN: usize = 100;
/// A mail inside a page is a document of its own, in which nothing runs.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// The routes of the mailbox.
pub fn routes(mailbox: &Mailbox) -> Vec<(&'static str, MethodRouter<AppState>)> {
    let with = |route: MethodRouter<AppState>| route.layer(Extension(mailbox.clone()));
    vec![("/dev/mailbox", with(get(list))), ("/dev/mailbox/{name}", with(get(show))), ("/dev/mailbox/{name}/html", with(get(body)))]
}

/// From where the list goes on.
#[derive(Deserialize)]
struct Place {
    /// The last message of the page before.
    after: Option<String>,
}

async fn list(
    Extension(mailbox): Extension<Mailbox>,
    Extension(viewer): Extension<Viewer>,
    Query(Place { after }): Query<Place>,
) -> Response {
    let Ok(names) = mailbox.names().await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let Range { start, end } = page(&names, after.as_deref());
    let count = names.len();
    let older = (end < count).then(|| format!("/dev/mailbox?after={}", names[end - 1]));
    let mut lines = Vec::new();
    for name in &names[start..end] {
        if let Ok(Some(bytes)) = mailbox.read(name).await
            && let Some(message) = MessageParser::default().parse_headers(&bytes)
        {
            let subject = message.subject().unwrap_or_default().to_owned();
            lines.push((name.clone(), recipient(&message), subject));
        }
    }
    let words = Words::of(viewer.language);
    let empty = lines.is_empty();
    let rows = lines.into_iter().map(|(name, to, subject)| {
        view! { <tr><td>{to}</td><td><a href=format!("/dev/mailbox/{name}")>{subject}</a></td></tr> }
    });
    let content = view! {
        <h1>{words.mailbox}</h1>
        <p>{words.explained}</p>
        {empty.then(|| view! { <p class="empty">{words.empty}</p> })}
        {(!empty).then(|| view! {
            <table class="lines stacked">
                <thead><tr><th scope="col">{words.to}</th><th scope="col">{words.subject}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <p class="hint">{format!("{}–{end} / {count}", start + 1)}</p>
        })}
        {(start > 0).then(|| view! { <p><a href="/dev/mailbox">{words.newest}</a></p> })}
        {older.map(|older| view! { <p><a href=older>{words.older}</a></p> })}
    };
    document(viewer.language, words.mailbox, content)
}

/// The messages of a page among all, the newest first: those that follow one of them, which may have gone since.
fn page(names: &[String], after: Option<&str>) -> Range<usize> {
    let start = after.map_or(0, |after| names.partition_point(|name| name.as_str() >= after));
    start..names.len().min(start + SHOWN)
}

async fn show(Extension(mailbox): Extension<Mailbox>, Extension(viewer): Extension<Viewer>, Path(name): Path<String>) -> Response {
    let Ok(Some(bytes)) = mailbox.read(&name).await else { return StatusCode::NOT_FOUND.into_response() };
    let Some(message) = MessageParser::default().parse(&bytes) else { return StatusCode::NOT_FOUND.into_response() };
    let words = Words::of(viewer.language);
    let subject = message.subject().unwrap_or_default().to_owned();
    let head = bytes.split(|byte| *byte == b'\n').take_while(|line| !line.trim_ascii().is_empty()).collect::<Vec<_>>().join(&b'\n');
    let head = String::from_utf8_lossy(&head).into_owned();
    // Parts of it become nodes of their own, and a lone CR would be a line break as well.
    let text = message.body_text(0).unwrap_or_default().replace("\r\n", "\n");
    let content = view! {
        <p><a href="/dev/mailbox">{words.mailbox}</a></p>
        <h1>{subject}</h1>
        <p>{words.to}{colon(viewer.language)}{recipient(&message)}</p>
        <iframe class="mail" title=words.as_html src=format!("/dev/mailbox/{name}/html") sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
        <h2>{words.as_text}</h2>
        <pre class="mail-text">{linked(&text)}</pre>
        <details><summary>{words.headers}</summary><pre class="mail-text">{head}</pre></details>
    };
    document(viewer.language, words.mailbox, content)
}

async fn body(Extension(mailbox): Extension<Mailbox>, Path(name): Path<String>) -> Response {
    let Ok(Some(bytes)) = mailbox.read(&name).await else { return StatusCode::NOT_FOUND.into_response() };
    let html = MessageParser::default().parse(&bytes).and_then(|message| message.body_html(0).map(std::borrow::Cow::into_owned));
    let Some(html) = html else { return StatusCode::NOT_FOUND.into_response() };
    // Links leave the frame, as they leave a mail program.
    let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    ([(header::CONTENT_SECURITY_POLICY, MAIL_POLICY)], Html(html)).into_response()
}

fn colon(language: Language) -> &'static str {
    if language == Language::French { "\u{a0}: " } else { ": " }
}

fn recipient(message: &Message<'_>) -> String {
    message.to().and_then(|to| to.first()).and_then(|address| address.address()).unwrap_or_default().to_owned()
}

/// A text whose web addresses are links.
fn linked(text: &str) -> Vec<AnyView> {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let address = word.trim_end();
            if address.starts_with("http://") || address.starts_with("https://") {
                let (href, rest) = (address.to_owned(), word[address.len()..].to_owned());
                view! { <a href=href target="_blank">{address.to_owned()}</a>{rest} }.into_any()
            } else {
                word.to_owned().into_any()
            }
        })
        .collect()
}

struct Words {
    mailbox: &'static str,
    explained: &'static str,
    empty: &'static str,
    to: &'static str,
    subject: &'static str,
    as_html: &'static str,
    as_text: &'static str,
    headers: &'static str,
    older: &'static str,
    newest: &'static str,
}

impl Words {
    fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                mailbox: "Mailbox",
                explained: "No relay is configured, so messages stay here. Links work as they would in a mail program.",
                empty: "No message has been kept yet.",
                to: "To",
                subject: "Subject",
                as_html: "The message as HTML",
                as_text: "The message as text",
                headers: "Headers",
                older: "Older messages",
                newest: "Newest messages",
            },
            Language::French => Self {
                mailbox: "Boîte intégrée",
                explained: "Aucun relais n’est configuré : les messages restent ici. Leurs liens fonctionnent comme dans un logiciel de messagerie.",
                empty: "Aucun message n’a encore été gardé.",
                to: "À",
                subject: "Objet",
                as_html: "Le message en HTML",
                as_text: "Le message en texte",
                headers: "En-têtes",
                older: "Messages plus anciens",
                newest: "Messages les plus récents",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_on_a_page() {
        let mut names: Vec<String> = (100..350).map(|number| number.to_string()).collect();
        names.reverse();
        assert_eq!(page(&names, None), 0..100);
        assert_eq!(page(&names, Some(&names[99])), 100..200);
        assert_eq!(page(&names, Some(&names[199])), 200..250);
        assert_eq!(page(&names, Some("2495")), 100..200, "of one that has gone, those that were before it");
        assert_eq!(page(&[], None), 0..0);
    }
}
