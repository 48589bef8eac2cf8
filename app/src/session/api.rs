//! The server functions of signing in and out.

use crate::{error::AppError, ui::form::Answer};
use leptos::prelude::*;

/// Signs in by address or employee number.
#[server(endpoint = "sign-in")]
pub async fn sign_in(
    /// Email or employee number.
    #[server(default)]
    identifier: String,
    /// The password.
    #[server(default)]
    password: String,
    /// Where to go on.
    #[server(default)]
    next: String,
) -> Result<Answer, AppError> {
    use super::{
        Client,
        service::{SessionService, SignInOutcome},
    };
    use crate::ui::problem::{FieldError, Problem};
    crate::error::respond(async {
        let service = expect_context::<std::sync::Arc<dyn SessionService>>();
        let client = use_context::<Client>().unwrap_or_default();
        let missing = [("identifier", identifier.trim()), ("password", password.as_str())];
        let missing: Vec<_> =
            missing.iter().filter(|(_, value)| value.is_empty()).map(|(field, _)| FieldError::new(field, Problem::Missing)).collect();
        if !missing.is_empty() {
            return Ok(Answer::Invalid(missing));
        }
        let problem = match service.sign_in(&client, &identifier, &password).await? {
            SignInOutcome::SignedIn(cookie) => {
                // Whoever was signed in with this browser before is not any more, on the server either.
                if let Ok(earlier) = super::signed_in() {
                    service.sign_out(&earlier).await?;
                }
                set_cookie(&cookie);
                return Ok(Answer::Done(own_path(&next).unwrap_or("/").to_owned()));
            }
            SignInOutcome::Wrong => Problem::WrongSignIn,
            SignInOutcome::NumberNeeded => Problem::NumberNeeded,
            SignInOutcome::Wait(seconds) => Problem::WaitSeconds(seconds),
        };
        Ok(Answer::Invalid(vec![FieldError::new("identifier", problem)]))
    })
    .await
}

/// Ends the session.
#[server(endpoint = "sign-out")]
pub async fn sign_out() -> Result<Answer, AppError> {
    use super::service::SessionService;
    crate::error::respond(async {
        if let Some(session) = use_context::<super::SignedIn>() {
            let service = expect_context::<std::sync::Arc<dyn SessionService>>();
            set_cookie(&service.sign_out(&session).await?);
        }
        Ok(Answer::Done("/sign-in?done=signed-out".to_owned()))
    })
    .await
}

/// Adds a `Set-Cookie` header to the answer.
#[cfg(feature = "ssr")]
pub fn set_cookie(cookie: &str) {
    if let (Some(options), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(cookie)) {
        options.append_header(http::header::SET_COOKIE, value);
    }
}

/// A path on this server, and nothing that a browser would read as another server's.
#[cfg(feature = "ssr")]
pub fn own_path(next: &str) -> Option<&str> {
    let own = next.starts_with('/') && !next.starts_with("//") && next.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    own.then_some(next)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #[test]
    fn only_paths_of_ours_are_gone_on_to() {
        assert_eq!(super::own_path("/administration/users?status=pending"), Some("/administration/users?status=pending"));
        for foreign in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb"] {
            assert_eq!(super::own_path(foreign), None, "{foreign:?}");
        }
    }
}
