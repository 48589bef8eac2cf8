//! The server functions of opened links.

use super::{Opened, Purpose};
use crate::{error::AppError, ui::form::Answer};
use leptos::{prelude::*, server_fn::codec::Json};

/// What an opened link shows.
#[server(endpoint = "opened-link", input = Json)]
pub async fn opened_link(
    /// What it is for.
    purpose: Purpose,
    /// Its name in this browser.
    short_name: String,
) -> Result<Opened, AppError> {
    use super::service::LinkService;
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn LinkService>>();
        let headers = use_context::<http::request::Parts>().map(|parts| parts.headers).unwrap_or_default();
        let signed_in = crate::session::signed_in().ok();
        service.look(&headers, signed_in.as_ref(), purpose, &short_name).await
    })
    .await
}

/// Sends a fresh activation link to the address on file.
#[server(endpoint = "fresh-activation-link")]
pub async fn fresh_activation_link(
    /// The dead link's.
    #[server(default)]
    token: String,
) -> Result<Answer, AppError> {
    crate::error::respond(fresh(Purpose::Activation, token)).await
}

/// Sends a fresh link for a new password to the address on file.
#[server(endpoint = "fresh-reset-link")]
pub async fn fresh_reset_link(
    /// The dead link's.
    #[server(default)]
    token: String,
) -> Result<Answer, AppError> {
    crate::error::respond(fresh(Purpose::Reset, token)).await
}

#[cfg(feature = "ssr")]
async fn fresh(purpose: Purpose, token: String) -> Result<Answer, AppError> {
    let service = expect_context::<std::sync::Arc<dyn super::service::LinkService>>();
    let client = use_context::<crate::session::Client>().unwrap_or_default();
    Ok(Answer::Done(service.send_fresh(&client, purpose, &token).await?))
}

/// Ends the session of somebody else and comes back to the link.
#[server(endpoint = "leave-for-link")]
pub async fn leave_for_link(
    /// The link to come back to.
    #[server(default)]
    token: String,
) -> Result<Answer, AppError> {
    use super::service::LinkService;
    use crate::session::{api::set_cookie, service::SessionService};
    crate::error::respond(async {
        let links = expect_context::<std::sync::Arc<dyn LinkService>>();
        if let Ok(session) = crate::session::signed_in() {
            let sessions = expect_context::<std::sync::Arc<dyn SessionService>>();
            set_cookie(&sessions.sign_out(&session).await?);
        }
        Ok(Answer::Done(links.page(Purpose::Activation, &token)))
    })
    .await
}

/// What a form behind a link answers.
#[cfg(feature = "ssr")]
pub fn answer(outcome: super::service::LinkOutcome, done: &str) -> Answer {
    use super::service::LinkOutcome;
    use crate::ui::{
        new_password::NEW_PASSWORD,
        problem::{FieldError, Problem},
    };
    match outcome {
        LinkOutcome::Done(cookies) => {
            for cookie in &cookies {
                crate::session::api::set_cookie(cookie);
            }
            Answer::Done(done.to_owned())
        }
        LinkOutcome::LookAgain(page) => Answer::Done(page),
        LinkOutcome::Refused(problem, least) => Answer::Invalid(vec![FieldError::new(NEW_PASSWORD, Problem::Password(problem, least))]),
    }
}
