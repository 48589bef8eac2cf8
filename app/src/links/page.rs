//! The page of an opened link.

use super::{
    DeadLink, GoodLink, Opened, Purpose, SentBefore,
    api::{FreshActivationLink, FreshResetLink, LeaveForLink, opened_link},
    texts,
};
use crate::{
    session::{Viewer, use_language},
    texts::date_time,
    ui::{
        failure::FailurePage,
        form::PostForm,
        layout::{Door, forget_done},
    },
};
use domain::{language::Language, link::DeadEnd};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The page of a link: what it is good for, or why it leads nowhere and what helps.
#[component]
pub fn LinkPage(
    /// What the link is for.
    purpose: Purpose,
    /// What a link that works shows.
    good: fn(GoodLink) -> AnyView,
) -> impl IntoView {
    let short_name = use_params_map().read_untracked().get("link").unwrap_or_default();
    let opened = Resource::new(move || short_name.clone(), move |short_name| opened_link(purpose, short_name));
    view! {
        <Door>
            <Suspense>
                {move || Suspend::new(async move {
                    match opened.await {
                        Ok(Opened::Good(link)) if link.somebody_else => view! { <SomebodyElse link/> }.into_any(),
                        Ok(Opened::Good(link)) => good(link),
                        Ok(Opened::Dead(link)) => view! { <DeadEndPage purpose link/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Door>
    }
}

/// The sign-in identifier as a field that cannot be changed, so that a browser keeps the right pair.
#[component]
pub fn SignInIdentifier(
    /// What the person signs in with.
    identifier: String,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="field">
            <label for="username">{texts::sign_in_with(language)}</label>
            <input id="username" name="username" type="text" value=identifier autocomplete="username" readonly/>
        </div>
    }
}

/// Asks before the session of somebody else ends.
#[component]
fn SomebodyElse(link: GoodLink) -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let language = viewer.language;
    let somebody = viewer.me.map(|me| me.name).unwrap_or_default();
    let (leave, stay) = (texts::leave_and_go_on(language, &somebody), texts::stay(language, &somebody));
    view! {
        <Title text=texts::somebody_else_title(language)/>
        <h1>{texts::somebody_else_title(language)}</h1>
        <p>{texts::somebody_else_body(language, &somebody, &link.name)}</p>
        <PostForm<LeaveForLink>>
            <input type="hidden" name="token" value=link.token/>
            <button class="primary">{leave}</button>
        </PostForm<LeaveForLink>>
        <p><a href="/">{stay}</a></p>
    }
}

/// Why a link leads nowhere, and the way on.
#[component]
fn DeadEndPage(purpose: Purpose, link: DeadLink) -> impl IntoView {
    let language = use_language();
    let (title, body) = told(language, purpose, &link);
    let DeadLink { reason, token, organisation, contact, before, .. } = link;
    let asked = use_query_map().read_untracked().get_str("done") == Some("link-sent-before");
    let before = before.filter(|_| asked).map(|before| told_before(language, &before));
    Effect::new(move |_| {
        if asked {
            forget_done();
        }
    });
    let fresh = reason.fresh_link_helps().then(|| match purpose {
        Purpose::Activation => view! {
            <PostForm<FreshActivationLink>>
                <input type="hidden" name="token" value=token/>
                <button class="primary">{texts::send_fresh_link(language)}</button>
            </PostForm<FreshActivationLink>>
        }
        .into_any(),
        Purpose::Reset => view! {
            <PostForm<FreshResetLink>>
                <input type="hidden" name="token" value=token/>
                <button class="primary">{texts::send_fresh_link(language)}</button>
            </PostForm<FreshResetLink>>
        }
        .into_any(),
    });
    let signs_in = reason == DeadEnd::Used;
    let is_signed_in = expect_context::<Viewer>().me.is_some();
    let asks_again = matches!(reason, DeadEnd::Unknown | DeadEnd::Used);
    view! {
        <Title text=title.clone()/>
        <h1>{title}</h1>
        <p>{body}</p>
        <div role="status">{before.map(|before| view! { <p class="notice">{before}</p> })}</div>
        {fresh}
        {signs_in.then(|| if is_signed_in {
            view! { <p><a class="button primary" href="/">{texts::go_on(language)}</a></p> }
        } else {
            view! { <p><a class="button primary" href="/sign-in">{texts::go_to_sign_in(language)}</a></p> }
        })}
        {asks_again.then(|| view! { <p><a href="/forgot-password">{texts::ask_for_new_link(language)}</a></p> })}
        {organisation.map(|organisation| view! {
            <p class="hint">
                {match contact {
                    Some(contact) => texts::whom_to_ask(language, &organisation, &contact),
                    None => texts::ask_organisation(language, &organisation),
                }}
            </p>
        })}
    }
}

/// Why no fresh link was sent.
fn told_before(language: Language, before: &SentBefore) -> String {
    let address = before.address.clone().unwrap_or_else(|| texts::address_on_file(language));
    if before.on_its_way { texts::on_its_way_before(language, &address) } else { texts::sent_before(language, &address) }
}

fn told(language: Language, purpose: Purpose, link: &DeadLink) -> (String, String) {
    let when = link.at.as_ref().map(|at| date_time(language, at)).unwrap_or_default();
    match (link.reason, purpose) {
        (DeadEnd::Unknown, _) => (texts::unknown_title(language), texts::unknown_body(language)),
        (DeadEnd::Used, Purpose::Activation) => (texts::activation_used_title(language), texts::activation_used_body(language)),
        (DeadEnd::Used, Purpose::Reset) => (texts::reset_used_title(language), texts::reset_used_body(language)),
        (DeadEnd::Expired, _) => (texts::expired_title(language), texts::expired_body(language, &when)),
        (DeadEnd::Cancelled, _) => (texts::cancelled_title(language), texts::cancelled_body(language)),
        (DeadEnd::Superseded, _) => {
            let address = link.newer_address.as_deref().unwrap_or_default();
            (texts::superseded_title(language), texts::superseded_body(language, &when, address))
        }
        (DeadEnd::AddressChanged, _) => (texts::address_changed_title(language), texts::address_changed_body(language)),
        (DeadEnd::Suspended, _) => (texts::suspended_title(language), texts::suspended_body(language)),
    }
}
