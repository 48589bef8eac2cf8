//! `/forgot-password` and `/reset-password/…`.

use super::{
    api::{ForgotPassword, ResetPassword},
    texts,
};
use crate::{
    links::{GoodLink, LinkPage, Purpose, SignInIdentifier},
    session::use_language,
    ui::{field::Field, form::PostForm, layout::Door, new_password::NewPassword},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/forgot-password`: says the same to everybody.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let language = use_language();
    let requested = use_query_map().read_untracked().get_str("done") == Some("mail-requested");
    view! {
        <Title text=texts::forgot_title(language)/>
        <Door>
            <h1>{texts::forgot_title(language)}</h1>
            {if requested {
                view! {
                    <p role="status" class="done">{texts::requested(language)}</p>
                    <p>{texts::nothing_came(language)}</p>
                    <p><a href="/forgot-password" rel="external">{texts::ask_again(language)}</a></p>
                }
                .into_any()
            } else {
                view! {
                    <p>{texts::forgot_body(language)}</p>
                    <PostForm<ForgotPassword>>
                        <Field name="identifier" label=texts::identifier(language) autocomplete="username"/>
                        <button class="primary">{texts::send_link(language)}</button>
                    </PostForm<ForgotPassword>>
                }
                .into_any()
            }}
            <p><a href="/sign-in">{texts::back_to_sign_in(language)}</a></p>
        </Door>
    }
}

/// The page of a link for a new password.
#[component]
pub fn ResetPage() -> impl IntoView {
    view! { <LinkPage purpose=Purpose::Reset good=form/> }
}

fn form(link: GoodLink) -> AnyView {
    let language = use_language();
    view! {
        <Title text=texts::reset_title(language)/>
        <h1>{texts::reset_title(language)}</h1>
        <p>{texts::reset_body(language, &link.name, &link.organisation)}</p>
        <PostForm<ResetPassword>>
            <input type="hidden" name="token" value=link.token/>
            <SignInIdentifier identifier=link.identifier/>
            <NewPassword role=link.role own_words=link.own_words/>
            <button class="primary">{texts::set_password(language)}</button>
        </PostForm<ResetPassword>>
    }
    .into_any()
}
