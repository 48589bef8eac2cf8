//! The server functions of importing.

use super::model::CheckView;
use crate::{error::AppError, ui::form::Answer};
use domain::import::RowOutcome;
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use crate::{error::respond, session::administrator};
#[cfg(feature = "ssr")]
use domain::role::Permission;

#[cfg(feature = "ssr")]
fn service() -> std::sync::Arc<dyn super::service::ImportService> {
    expect_context()
}

/// A checked file.
#[server(endpoint = "import-check", input = Json)]
pub async fn check(
    /// The check's id.
    id: String,
    /// The outcome whose rows are listed.
    list: Option<RowOutcome>,
    /// Where in them to begin.
    from: u32,
) -> Result<CheckView, AppError> {
    respond(async { service().view(&administrator(Permission::AddEmployees)?, &id, list, from).await }).await
}

/// Imports a checked file.
#[server(endpoint = "import")]
pub async fn import(
    /// The check's id.
    #[server(default)]
    check: String,
    /// What the check showed.
    #[server(default)]
    shown: String,
) -> Result<Answer, AppError> {
    use super::model::ImportOutcome;
    respond(async {
        let outcome = service().import(&administrator(Permission::AddEmployees)?, &check, &shown).await?;
        let page = format!("{}/{check}", super::PATH);
        Ok(Answer::Done(match outcome {
            ImportOutcome::Imported => page,
            ImportOutcome::Changed => page + "?changed=1",
        }))
    })
    .await
}
