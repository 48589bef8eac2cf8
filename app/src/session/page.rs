//! The sign-in page.

use super::{Viewer, api::SignIn, sign_in_path, texts, use_language};
use crate::ui::{
    field::Field,
    form::{PostForm, leave_for},
    layout::Door,
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

/// `/sign-in`.
#[component]
pub fn SignInPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map().get_untracked();
    let next = query.get("next").unwrap_or_default();
    // The server leads whoever is signed in past this page, and is asked where a link within the application led here.
    if expect_context::<Viewer>().me.is_some() && query.get("done").is_none() {
        let here = sign_in_path(&next);
        Effect::new(move |_| leave_for(&here));
    }
    let wanted_on = !next.is_empty();
    view! {
        <Title text=texts::sign_in(language)/>
        <Meta name="description" content=texts::description(language)/>
        <Door>
            <h1>{texts::sign_in(language)}</h1>
            {wanted_on.then(|| view! { <p>{texts::sign_in_to_go_on(language)}</p> })}
            <PostForm<SignIn>>
                <input type="hidden" name="next" value=next/>
                <Field name="identifier" label=texts::identifier(language) autocomplete="username"/>
                <Field name="password" label=texts::password(language) kind="password" autocomplete="current-password"/>
                <button class="primary">{texts::sign_in(language)}</button>
            </PostForm<SignIn>>
            <p><a href="/forgot-password">{texts::forgot(language)}</a></p>
            <p class="hint">{texts::no_account_yet(language)}</p>
        </Door>
    }
}
