//! The pages that add and edit an employee.

use super::{
    edit_api::{AddEmployee, EditEmployee, edit_employee_form, new_employee_form},
    edit_model::{EditForm, NewForm},
    edit_texts as texts,
};
use crate::{
    error::AppError,
    session::use_language,
    texts::language_name,
    ui::{
        failure::FailurePage,
        field::{Choice, Field, MadeFrom},
        form::PostForm,
        layout::Layout,
    },
};
use domain::{ids::EmployeeId, language::Language, record::RawRecord, role::Role};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The employee whom the path names.
pub(super) fn use_employee() -> Memo<Option<EmployeeId>> {
    let parameters = use_params_map();
    Memo::new(move |_| parameters.read().get_str("id").and_then(|id| id.parse().ok()))
}

/// `/administration/users/new`.
#[component]
pub fn AddPage() -> impl IntoView {
    let language = use_language();
    let form = Resource::new(|| (), |()| new_employee_form());
    view! {
        <Title text=texts::add_employee(language)/>
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match form.await {
                        Ok(form) => view! { <AddForm form/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

/// `/administration/users/{id}/edit`.
#[component]
pub fn EditPage() -> impl IntoView {
    let language = use_language();
    let employee = use_employee();
    let form =
        Resource::new(move || employee.get(), |employee| async move { edit_employee_form(employee.ok_or(AppError::NotFound)?).await });
    view! {
        <Title text=texts::edit(language)/>
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match form.await {
                        Ok(form) => view! { <EditFields form/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

#[component]
fn AddForm(form: NewForm) -> impl IntoView {
    let language = use_language();
    view! {
        <h1>{texts::add_employee(language)}</h1>
        <PostForm<AddEmployee>>
            <input type="hidden" name="key" value=form.key/>
            <RecordFields record=RawRecord::default() email_hint=texts::email_hint(language)/>
            {form.may_choose_role.then(|| view! { <RoleChoice role=Role::Member/> })}
            <p class="buttons">
                <button class="primary">{texts::add(language)}</button>
                <a class="button" href="/administration/users">{texts::back(language)}</a>
            </p>
        </PostForm<AddEmployee>>
    }
}

#[component]
fn EditFields(form: EditForm) -> impl IntoView {
    let language = use_language();
    let EditForm { id, name, record, role, may_choose_role, made_from } = form;
    view! {
        <h1>{texts::edit_employee(language, &name)}</h1>
        <PostForm<EditEmployee>>
            <input type="hidden" name="id" value=id.to_string()/>
            <MadeFrom event=made_from/>
            <RecordFields record email_hint=texts::email_edit_hint(language)/>
            {may_choose_role.then(|| view! { <RoleChoice role/> })}
            <p class="buttons">
                <button class="primary">{texts::save(language)}</button>
                <a class="button" href=format!("/administration/users/{id}")>{texts::back(language)}</a>
            </p>
        </PostForm<EditEmployee>>
    }
}

#[component]
fn RecordFields(record: RawRecord, email_hint: String) -> impl IntoView {
    let language = use_language();
    let mut languages = vec![(String::new(), texts::language_unset(language))];
    languages.extend(Language::ALL.iter().map(|each| (each.to_string(), language_name(*each).to_owned())));
    // A page for somebody else's data: the browser must not fill in the administrator's own.
    view! {
        <Field name="first_name" label=texts::first_name(language) value=record.first_name autocomplete="off" hint=texts::name_hint(language)/>
        <Field name="last_name" label=texts::last_name(language) value=record.last_name autocomplete="off"/>
        <Field name="email" label=texts::email(language) kind="email" value=record.email autocomplete="off" hint=email_hint optional=true/>
        <Field name="employee_number" label=texts::employee_number(language) value=record.employee_number autocomplete="off" hint=texts::employee_number_hint(language) optional=true/>
        <Field name="department" label=texts::department(language) value=record.department autocomplete="off" optional=true/>
        <Field name="site" label=texts::site(language) value=record.site autocomplete="off" optional=true/>
        <Field name="title" label=texts::title(language) value=record.title autocomplete="off" optional=true/>
        <Choice name="language" label=texts::language(language) choices=languages value=record.language/>
    }
}

#[component]
fn RoleChoice(role: Role) -> impl IntoView {
    let language = use_language();
    let roles = Role::ALL.iter().map(|each| (each.to_string(), texts::role(language, *each))).collect();
    view! { <Choice name="role" label=texts::role_label(language) choices=roles value=role.to_string() hint=texts::role_hint(language)/> }
}
