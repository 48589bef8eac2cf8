//! The server functions of forgotten passwords.

use crate::{error::AppError, ui::form::Answer};
use leptos::prelude::*;

/// Asks for a link.
#[server(endpoint = "forgot-password")]
pub async fn forgot_password(
    /// Email or employee number.
    #[server(default)]
    identifier: String,
) -> Result<Answer, AppError> {
    use super::service::{ForgotOutcome, ResetService};
    use crate::ui::problem::{FieldError, Problem};
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn ResetService>>();
        let client = use_context::<crate::session::Client>().unwrap_or_default();
        if identifier.trim().is_empty() {
            return Ok(Answer::Invalid(vec![FieldError::new("identifier", Problem::Missing)]));
        }
        Ok(match service.forgot(&client, &identifier).await? {
            ForgotOutcome::Requested => Answer::Done("/forgot-password?done=mail-requested".to_owned()),
            ForgotOutcome::Wait(seconds) => Answer::Invalid(vec![FieldError::new("identifier", Problem::WaitSeconds(seconds))]),
        })
    })
    .await
}

/// Sets a new password.
#[server(endpoint = "reset-password")]
pub async fn reset_password(
    /// The link's.
    #[server(default)]
    token: String,
    /// The password.
    #[server(default)]
    new_password: String,
    /// The same again, where it could not be shown.
    #[server(default)]
    repeated_password: String,
    /// Not empty where there was a field for it.
    #[server(default)]
    asked_twice: String,
) -> Result<Answer, AppError> {
    use super::service::ResetService;
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn ResetService>>();
        if let Some(invalid) = crate::ui::new_password::mistyped(&new_password, &repeated_password, &asked_twice) {
            return Ok(invalid);
        }
        let outcome = service.reset(&token, &new_password).await?;
        Ok(crate::links::api::answer(outcome, "/sign-in?done=password-set"))
    })
    .await
}
