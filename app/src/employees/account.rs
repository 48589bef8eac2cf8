//! The pages that ask before somebody is suspended, restored or removed.

use super::{
    edit::use_employee,
    edit_api::{RemoveEmployee, RestoreEmployee, SuspendEmployee, account_to_change},
    edit_model::{AccountChange, AccountView},
    edit_texts as texts,
};
use crate::{
    error::AppError,
    session::use_language,
    ui::{failure::FailurePage, field::Problems, form::PostForm, layout::Layout, problem::Problem},
};
use leptos::{
    form::FromFormData,
    prelude::*,
    server_fn::{ServerFn, client::Client},
};
use leptos_meta::Title;

/// `/administration/users/{id}/suspend`, `…/restore` and `…/remove`.
#[component]
pub fn AccountPage(
    /// What is asked about.
    change: AccountChange,
) -> impl IntoView {
    let language = use_language();
    let title = match change {
        AccountChange::Suspend => texts::suspend(language),
        AccountChange::Restore => texts::restore(language),
        AccountChange::Remove => texts::remove(language),
    };
    let employee = use_employee();
    let account =
        Resource::new(move || employee.get(), |employee| async move { account_to_change(employee.ok_or(AppError::NotFound)?).await });
    view! {
        <Title text=title/>
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match (account.await, change) {
                        (Ok(account), AccountChange::Suspend) => view! { <Confirm<SuspendEmployee> account change/> }.into_any(),
                        (Ok(account), AccountChange::Restore) => view! { <Confirm<RestoreEmployee> account change/> }.into_any(),
                        (Ok(account), AccountChange::Remove) => view! { <Confirm<RemoveEmployee> account change/> }.into_any(),
                        (Err(error), _) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

#[component]
fn Confirm<F>(account: AccountView, change: AccountChange, #[prop(optional)] form: std::marker::PhantomData<F>) -> impl IntoView
where
    F: ServerFn<Output = crate::ui::form::Answer, Error = AppError> + FromFormData + Clone + Send + Sync + 'static,
    F::Client: Client<AppError>,
{
    let _: std::marker::PhantomData<F> = form;
    let language = use_language();
    let AccountView { id, name, invited, is_last_owner } = account;
    let (heading, meaning, button, dangerous) = match change {
        AccountChange::Suspend => (texts::suspend_heading(language, &name), texts::suspend_means(language), texts::suspend(language), true),
        AccountChange::Restore => {
            (texts::restore_heading(language, &name), texts::restore_means(language), texts::restore(language), false)
        }
        AccountChange::Remove => (texts::remove_heading(language, &name), texts::remove_means(language), texts::remove(language), true),
    };
    if is_last_owner && dangerous {
        return view! {
            <h1>{heading}</h1>
            <p class="notice">{Problem::LastOwner.message(language)}</p>
            <p><a class="button" href=format!("/administration/users/{id}")>{texts::back(language)}</a></p>
        }
        .into_any();
    }
    view! {
        <h1>{heading}</h1>
        <p>{meaning}</p>
        {(invited && dangerous).then(|| view! { <p>{texts::invitation_ends(language)}</p> })}
        <PostForm<F>>
            <input type="hidden" name="id" value=id.to_string()/>
            <Problems name="id"/>
            <p class="buttons">
                <button class=if dangerous { "primary danger" } else { "primary" }>{button}</button>
                <a class="button" href=format!("/administration/users/{id}")>{texts::back(language)}</a>
            </p>
        </PostForm<F>>
    }
    .into_any()
}
