//! What adding and editing need of the server.

use super::edit_model::{AccountChange, AccountView, EditForm, NewForm};
use crate::{error::AppError, session::Administrator, ui::problem::FieldError};
use domain::{
    ids::{EmployeeId, EventId},
    record::RawRecord,
};

/// What editing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The address changed under a live invitation: it waits to be sent again.
    pub resend_wanted: bool,
}

/// Adding and changing employees, one at a time. What is wrong with a value is an answer, not an error.
#[async_trait::async_trait]
pub trait EditService: Send + Sync {
    /// What the page that adds somebody begins with.
    fn new_form(&self, administrator: &Administrator) -> NewForm;

    /// Adds somebody. The same key again finds the employee whom it added.
    async fn add(
        &self,
        administrator: &Administrator,
        key: &str,
        record: &RawRecord,
        role: &str,
    ) -> Result<Result<EmployeeId, Vec<FieldError>>, AppError>;

    /// What the page that edits somebody begins with.
    async fn edit_form(&self, administrator: &Administrator, employee: EmployeeId) -> Result<EditForm, AppError>;

    /// Stores what is now known of somebody. An empty role leaves it as it is. What others changed after `made_from` is never
    /// changed back unseen.
    async fn edit(
        &self,
        administrator: &Administrator,
        employee: EmployeeId,
        made_from: EventId,
        record: &RawRecord,
        role: &str,
    ) -> Result<Result<Edited, Vec<FieldError>>, AppError>;

    /// What the page that asks for confirmation shows.
    async fn account(&self, administrator: &Administrator, employee: EmployeeId) -> Result<AccountView, AppError>;

    /// Suspends, restores or removes somebody; done before is done.
    async fn change_account(
        &self,
        administrator: &Administrator,
        employee: EmployeeId,
        change: AccountChange,
    ) -> Result<Result<(), Vec<FieldError>>, AppError>;
}
