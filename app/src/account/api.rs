//! The server functions of one's own account.

use super::{Account, Home};
use crate::{error::AppError, ui::form::Answer};
use leptos::{prelude::*, server_fn::codec::Json};

/// What the start page shows.
#[server(endpoint = "home", input = Json)]
pub async fn load_home() -> Result<Home, AppError> {
    crate::error::respond(async {
        let me = crate::session::signed_in()?;
        service().home(&me).await
    })
    .await
}

/// What the account page shows.
#[server(endpoint = "account", input = Json)]
pub async fn load_account() -> Result<Account, AppError> {
    crate::error::respond(async {
        let me = crate::session::signed_in()?;
        service().account(&me).await
    })
    .await
}

/// Chooses the language of one's pages and mails.
#[server(endpoint = "set-language")]
pub async fn set_language(
    /// A language, or nothing for the browser's.
    #[server(default)]
    language: String,
) -> Result<Answer, AppError> {
    use crate::ui::problem::{FieldError, Problem};
    crate::error::respond(async {
        let me = crate::session::signed_in()?;
        let chosen = match language.as_str() {
            "" => None,
            word => match word.parse() {
                Ok(language) => Some(language),
                Err(_) => return Ok(Answer::Invalid(vec![FieldError::new("language", Problem::NotAChoice)])),
            },
        };
        service().set_language(&me, chosen).await?;
        Ok(Answer::Done("/account?done=saved".to_owned()))
    })
    .await
}

/// Changes one's password.
#[server(endpoint = "change-password")]
pub async fn change_password(
    /// The present password.
    #[server(default)]
    current_password: String,
    /// The new one.
    #[server(default)]
    new_password: String,
    /// The same again, where it could not be shown.
    #[server(default)]
    repeated_password: String,
    /// Not empty where there was a field for it.
    #[server(default)]
    asked_twice: String,
) -> Result<Answer, AppError> {
    use super::service::ChangeOutcome;
    use crate::ui::{
        new_password::{NEW_PASSWORD, mistyped},
        problem::{FieldError, Problem},
    };
    crate::error::respond(async {
        let me = crate::session::signed_in()?;
        let client = use_context::<crate::session::Client>().unwrap_or_default();
        if current_password.is_empty() {
            return Ok(Answer::Invalid(vec![FieldError::new("current_password", Problem::Missing)]));
        }
        if let Some(invalid) = mistyped(&new_password, &repeated_password, &asked_twice) {
            return Ok(invalid);
        }
        let error = match service().change_password(&me, &client, &current_password, &new_password).await? {
            ChangeOutcome::Changed(cookie) => {
                crate::session::api::set_cookie(&cookie);
                return Ok(Answer::Done("/account?done=password-changed".to_owned()));
            }
            ChangeOutcome::Wrong => FieldError::new("current_password", Problem::WrongPassword),
            ChangeOutcome::Wait(seconds) => FieldError::new("current_password", Problem::WaitSeconds(seconds)),
            ChangeOutcome::Refused(problem, least) => FieldError::new(NEW_PASSWORD, Problem::Password(problem, least)),
        };
        Ok(Answer::Invalid(vec![error]))
    })
    .await
}

#[cfg(feature = "ssr")]
fn service() -> std::sync::Arc<dyn super::service::AccountService> {
    expect_context()
}
