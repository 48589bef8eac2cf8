//! The server functions of adding, editing, suspending, restoring and removing an employee.
#![allow(clippy::too_many_arguments, reason = "forms have flat fields, so that they can be posted plainly")]

use super::edit_model::{AccountView, EditForm, NewForm};
use crate::{error::AppError, ui::form::Answer};
use domain::ids::EmployeeId;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{edit_model::AccountChange, edit_service::EditService};
#[cfg(feature = "ssr")]
use crate::session::administrator;
#[cfg(feature = "ssr")]
use domain::{ids::EventId, record::RawRecord, role::Permission};

#[cfg(feature = "ssr")]
fn service() -> std::sync::Arc<dyn EditService> {
    expect_context()
}

/// What the page that adds somebody begins with.
#[server(endpoint = "new-employee-form")]
pub async fn new_employee_form() -> Result<NewForm, AppError> {
    crate::error::respond(async { Ok(service().new_form(&administrator(Permission::AddEmployees)?)) }).await
}

/// What the page that edits somebody begins with.
#[server(endpoint = "edit-employee-form")]
pub async fn edit_employee_form(
    /// The employee.
    id: EmployeeId,
) -> Result<EditForm, AppError> {
    crate::error::respond(async { service().edit_form(&administrator(Permission::EditEmployee)?, id).await }).await
}

/// Adds somebody.
#[server(endpoint = "add-employee")]
pub async fn add_employee(
    /// The form's key.
    #[server(default)]
    key: String,
    /// First name.
    #[server(default)]
    first_name: String,
    /// Last name.
    #[server(default)]
    last_name: String,
    /// Email address.
    #[server(default)]
    email: String,
    /// Employee number.
    #[server(default)]
    employee_number: String,
    /// Department.
    #[server(default)]
    department: String,
    /// Site.
    #[server(default)]
    site: String,
    /// Job title.
    #[server(default)]
    title: String,
    /// Language; empty: the organisation's.
    #[server(default)]
    language: String,
    /// Role; empty: member.
    #[server(default)]
    role: String,
) -> Result<Answer, AppError> {
    crate::error::respond(async {
        let administrator = administrator(Permission::AddEmployees)?;
        let record = RawRecord { first_name, last_name, email, employee_number, department, site, title, language };
        Ok(match service().add(&administrator, &key, &record, &role).await? {
            Ok(employee) => Answer::Done(format!("/administration/users/{employee}?done=added")),
            Err(errors) => Answer::Invalid(errors),
        })
    })
    .await
}

/// Stores what is now known of somebody.
#[server(endpoint = "edit-employee")]
pub async fn edit_employee(
    /// The employee.
    #[server(default)]
    id: i64,
    /// The last change of the record that the form was made from.
    #[server(default)]
    made_from: i64,
    /// First name.
    #[server(default)]
    first_name: String,
    /// Last name.
    #[server(default)]
    last_name: String,
    /// Email address.
    #[server(default)]
    email: String,
    /// Employee number.
    #[server(default)]
    employee_number: String,
    /// Department.
    #[server(default)]
    department: String,
    /// Site.
    #[server(default)]
    site: String,
    /// Job title.
    #[server(default)]
    title: String,
    /// Language; empty: the organisation's.
    #[server(default)]
    language: String,
    /// Role; empty: unchanged.
    #[server(default)]
    role: String,
) -> Result<Answer, AppError> {
    crate::error::respond(async {
        let administrator = administrator(Permission::EditEmployee)?;
        let record = RawRecord { first_name, last_name, email, employee_number, department, site, title, language };
        Ok(match service().edit(&administrator, EmployeeId(id), EventId(made_from), &record, &role).await? {
            Ok(edited) => {
                let done = if edited.resend_wanted { "address-changed" } else { "saved" };
                Answer::Done(format!("/administration/users/{id}?done={done}"))
            }
            Err(errors) => Answer::Invalid(errors),
        })
    })
    .await
}

/// What a page that asks for confirmation shows.
#[server(endpoint = "account-to-change")]
pub async fn account_to_change(
    /// The employee.
    id: EmployeeId,
) -> Result<AccountView, AppError> {
    crate::error::respond(async { service().account(&administrator(Permission::SuspendEmployee)?, id).await }).await
}

/// Suspends somebody.
#[server(endpoint = "suspend-employee")]
pub async fn suspend_employee(
    /// The employee.
    #[server(default)]
    id: i64,
) -> Result<Answer, AppError> {
    crate::error::respond(async {
        let administrator = administrator(Permission::SuspendEmployee)?;
        let changed = service().change_account(&administrator, EmployeeId(id), AccountChange::Suspend).await?;
        Ok(changed.map_or_else(Answer::Invalid, |()| Answer::Done(format!("/administration/users/{id}?done=suspended"))))
    })
    .await
}

/// Restores somebody.
#[server(endpoint = "restore-employee")]
pub async fn restore_employee(
    /// The employee.
    #[server(default)]
    id: i64,
) -> Result<Answer, AppError> {
    crate::error::respond(async {
        let administrator = administrator(Permission::SuspendEmployee)?;
        let changed = service().change_account(&administrator, EmployeeId(id), AccountChange::Restore).await?;
        Ok(changed.map_or_else(Answer::Invalid, |()| Answer::Done(format!("/administration/users/{id}?done=restored"))))
    })
    .await
}

/// Removes somebody.
#[server(endpoint = "remove-employee")]
pub async fn remove_employee(
    /// The employee.
    #[server(default)]
    id: i64,
) -> Result<Answer, AppError> {
    crate::error::respond(async {
        let administrator = administrator(Permission::RemoveEmployee)?;
        let changed = service().change_account(&administrator, EmployeeId(id), AccountChange::Remove).await?;
        Ok(changed.map_or_else(Answer::Invalid, |()| Answer::Done("/administration/users?done=removed".to_owned())))
    })
    .await
}
