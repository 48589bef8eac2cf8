//! The frames around pages.

use super::{focus::focus_if_lost, form::PostForm, texts};
use crate::{
    session::{Viewer, api::SignOut, use_language},
    texts::language_name,
};
use domain::{language::Language, role::Permission};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The frame of a page for somebody who is signed in: navigation, notices, content.
#[component]
pub fn Layout(
    /// The page.
    children: Children,
) -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let language = viewer.language;
    let me = viewer.me.clone();
    let administers = me.as_ref().is_some_and(|me| Permission::View.granted(me.role));
    view! {
        <a class="skip" href="#content">{texts::skip_to_content(language)}</a>
        <header class="top">
            <a class="brand" href="/">"Latchkey"</a>
            {administers.then(|| view! {
                <nav aria-label=texts::administration(language)>
                    <SectionLink path="/administration/users" label=texts::employees(language)/>
                    <SectionLink path="/administration/batches" label=texts::batches(language)/>
                    <SectionLink path="/administration/settings" label=texts::settings(language)/>
                </nav>
            })}
            {me.map(|me| view! {
                <div class="me">
                    <a href="/account" title=me.organisation>{me.name}</a>
                    <PostForm<SignOut> class="inline"><button class="quiet">{texts::sign_out(language)}</button></PostForm<SignOut>>
                </div>
            })}
        </header>
        {administers.then(|| view! { <Notices viewer/> })}
        <main id="content" tabindex="-1"><DoneMessage/>{children()}</main>
    }
}

/// A link of the navigation, marked on every page of its section.
#[component]
fn SectionLink(path: &'static str, label: String) -> impl IntoView {
    let here = use_location().pathname;
    let current = move || {
        let here = here.read();
        if *here == path { Some("page") } else { here.starts_with(path).then_some("true") }
    };
    view! { <a href=path aria-current=current>{label}</a> }
}

/// What an administrator must know of how this server is set up.
#[component]
fn Notices(viewer: Viewer) -> impl IntoView {
    let language = viewer.language;
    let notices = viewer.notices;
    if !(notices.mail_waits || notices.mail_is_kept || notices.outbox_is_held || notices.links_are_local) {
        return ().into_any();
    }
    view! {
        <aside class="notices" aria-label=texts::notices(language)>
            {notices.mail_waits.then(|| view! { <p class="notice">{texts::mail_waits(language)}</p> })}
            {notices.mail_is_kept.then(|| view! {
                <p class="notice">{texts::mail_is_kept(language)}" "<a href="/dev/mailbox" rel="external">{texts::mailbox(language)}</a>"."</p>
            })}
            {notices.outbox_is_held.then(|| view! { <p class="notice">{texts::outbox_is_held(language)}</p> })}
            {notices.links_are_local.then(|| view! { <p class="notice">{texts::links_are_local(language)}</p> })}
        </aside>
    }
    .into_any()
}

/// The frame of a page that is seen without signing in.
#[component]
pub fn Door(
    /// The page.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    view! {
        <a class="skip" href="#content">{texts::skip_to_content(language)}</a>
        <main id="content" class="door" tabindex="-1">
            <p class="brand">"Latchkey"</p>
            <DoneMessage/>
            {children()}
        </main>
        <footer class="door-foot">
            <nav aria-label=texts::languages(language)>
                {Language::ALL.iter().map(|each| {
                    let word = each.as_str();
                    view! {
                        <a href=format!("?language={word}") hreflang=word lang=word rel="external" aria-current=(language == *each).then_some("true")>
                            {language_name(*each)}
                        </a>
                    }
                }).collect_view()}
            </nav>
        </footer>
    }
}

/// The id of what says so.
const DONE: &str = "done";

/// What the form that led here did, from the address bar's `done`.
#[component]
fn DoneMessage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let message = move || match query.read().get_str("done") {
        Some("saved") => Some(texts::saved(language)),
        Some("added") => Some(texts::added(language)),
        Some("address-changed") => Some(texts::address_changed(language)),
        Some("removed") => Some(texts::removed(language)),
        Some("suspended") => Some(texts::suspended(language)),
        Some("restored") => Some(texts::restored(language)),
        Some("signed-out") => Some(texts::signed_out(language)),
        Some("link-sent") => Some(texts::link_sent(language)),
        Some("link-not-sent") => Some(texts::link_not_sent(language)),
        Some("password-changed") => Some(texts::password_changed(language)),
        Some("password-set") => Some(texts::password_set(language)),
        _ => None,
    };
    Effect::new(move |_| {
        if message().is_some() {
            forget_done();
            // The button that was pressed was another page's.
            focus_if_lost(DONE);
        }
    });
    view! { <div id=DONE role="status" tabindex="-1">{move || message().map(|message| view! { <p class="done">{message}</p> })}</div> }
}

/// Takes `done` out of the address bar once it was told, so that neither a reload nor a shared link tells it again. The page stays
/// as it is.
pub fn forget_done() {
    #[cfg(feature = "hydrate")]
    {
        let location = window().location();
        let (Ok(path), Ok(search), Ok(hash)) = (location.pathname(), location.search(), location.hash()) else { return };
        let Ok(query) = web_sys::UrlSearchParams::new_with_str(&search) else { return };
        query.delete("done");
        let query = String::from(query.to_string());
        let mark = if query.is_empty() { "" } else { "?" };
        if let Ok(history) = window().history() {
            let state = history.state().unwrap_or_default();
            let _ = history.replace_state_with_url(&state, "", Some(&format!("{path}{mark}{query}{hash}")));
        }
    }
}
