//! The server function of activation.

use crate::{error::AppError, ui::form::Answer};
use leptos::prelude::*;

/// Activates an account and signs in.
#[server(endpoint = "activate")]
pub async fn activate(
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
    use super::service::ActivationService;
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn ActivationService>>();
        let signed_in = crate::session::signed_in().ok();
        if let Some(invalid) = crate::ui::new_password::mistyped(&new_password, &repeated_password, &asked_twice) {
            return Ok(invalid);
        }
        let outcome = service.activate(signed_in.as_ref(), &token, &new_password).await?;
        Ok(crate::links::api::answer(outcome, "/"))
    })
    .await
}
