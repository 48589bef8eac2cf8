//! Pages that stand beside the application: plain documents without scripts.

use axum::response::{Html, IntoResponse, Response};
use domain::language::Language;
use http::header;
use leptos::prelude::*;
use std::sync::LazyLock;

/// Nothing runs in such a document.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A document with a title, of our own words, and a content.
pub fn document(language: Language, title: &str, content: impl IntoView + 'static) -> Response {
    let html = Owner::new().with(|| {
        view! {
            <html lang=language.as_str()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <title inner_html=title.to_owned()></title>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                    <link rel="stylesheet" href=format!("/pkg/{}", *STYLESHEET)/>
                </head>
                <body><main id="content">{content}</main></body>
            </html>
        }
        .to_html()
    });
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(format!("<!DOCTYPE html>{html}"))).into_response()
}

/// The stylesheet's name, which holds its hash.
static STYLESHEET: LazyLock<String> = LazyLock::new(|| {
    let hashes = std::env::current_exe().ok().and_then(|program| std::fs::read_to_string(program.with_file_name("hash.txt")).ok());
    let hash = hashes.as_deref().and_then(|hashes| hashes.lines().find_map(|line| line.strip_prefix("css:"))).map(str::trim);
    hash.map_or_else(|| "latchkey.css".to_owned(), |hash| format!("latchkey.{hash}.css"))
});
