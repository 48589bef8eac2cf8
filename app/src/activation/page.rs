//! `/activate/…`.

use super::{api::Activate, texts};
use crate::{
    links::{GoodLink, LinkPage, Purpose, SignInIdentifier},
    session::use_language,
    ui::{form::PostForm, new_password::NewPassword},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// The page of an activation link.
#[component]
pub fn ActivationPage() -> impl IntoView {
    view! { <LinkPage purpose=Purpose::Activation good=form/> }
}

fn form(link: GoodLink) -> AnyView {
    let language = use_language();
    view! {
        <Title text=texts::title(language)/>
        <h1>{texts::title(language)}</h1>
        <p>{texts::welcome(language, &link.name, &link.organisation)}</p>
        <PostForm<Activate>>
            <input type="hidden" name="token" value=link.token/>
            <SignInIdentifier identifier=link.identifier/>
            <NewPassword role=link.role own_words=link.own_words/>
            <button class="primary">{texts::activate(language)}</button>
        </PostForm<Activate>>
        <p class="hint">{texts::not_me(language, &link.name)}</p>
    }
    .into_any()
}
