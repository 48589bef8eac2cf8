//! `/account`.

use super::{
    Account,
    api::{ChangePassword, SetLanguage, load_account},
    texts,
};
use crate::{
    links::SignInIdentifier,
    session::use_language,
    texts::language_name,
    ui::{
        failure::FailurePage,
        field::{Choice, Field},
        form::PostForm,
        layout::Layout,
        new_password::NewPassword,
    },
};
use domain::language::Language;
use leptos::prelude::*;
use leptos_meta::Title;

/// One's own account.
#[component]
pub fn MyAccountPage() -> impl IntoView {
    let page = Resource::new(|| (), |()| load_account());
    view! {
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(account) => view! { <Forms account/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

#[component]
fn Forms(account: Account) -> impl IntoView {
    let language = use_language();
    let mut languages = vec![(String::new(), texts::browsers_language(language))];
    languages.extend(Language::ALL.iter().map(|each| (each.to_string(), language_name(*each).to_owned())));
    let chosen = account.language.map(|language| language.to_string()).unwrap_or_default();
    view! {
        <Title text=texts::my_account(language)/>
        <h1>{texts::my_account(language)}</h1>
        <dl class="facts">
            <dt>{texts::name(language)}</dt>
            <dd>{account.name}</dd>
            <dt>{texts::organisation(language)}</dt>
            <dd>{account.organisation}</dd>
            <dt>{texts::sign_in_with(language)}</dt>
            <dd>{account.identifier.clone()}</dd>
        </dl>
        {account.contact.map(|contact| view! { <p class="hint">{texts::whom_to_ask(language, &contact)}</p> })}
        <section aria-labelledby="language-heading">
            <h2 id="language-heading">{texts::language(language)}</h2>
            <PostForm<SetLanguage>>
                <Choice name="language" label=texts::language_of_pages(language) choices=languages value=chosen/>
                <button class="primary">{texts::save(language)}</button>
            </PostForm<SetLanguage>>
        </section>
        <section aria-labelledby="password-heading">
            <h2 id="password-heading">{texts::change_password(language)}</h2>
            <PostForm<ChangePassword>>
                <SignInIdentifier identifier=account.identifier/>
                <Field name="current_password" label=texts::current_password(language) kind="password" autocomplete="current-password"/>
                <NewPassword role=account.role own_words=account.own_words/>
                <button class="primary">{texts::change_password(language)}</button>
            </PostForm<ChangePassword>>
            <p class="hint">{texts::ends_other_sessions(language)}</p>
        </section>
    }
}
