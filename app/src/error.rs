//! The one error type that crosses the wire: closed, without free text from inside.

use domain::language::Language;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why a request was not answered. What is wrong with typed values is no error but an answer ([`crate::ui::form::Answer`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in, or the session has ended.
    #[error("sign-in needed")]
    SignInNeeded,
    /// The role does not allow it.
    #[error("forbidden")]
    Forbidden,
    /// It does not exist, or belongs to another organisation.
    #[error("not found")]
    NotFound,
    /// The request cannot be read.
    #[error("bad request")]
    BadRequest,
    /// More than is taken at once.
    #[error("too large")]
    TooLarge,
    /// Asked too often.
    #[error("too many requests")]
    TooManyRequests,
    /// The database does not answer right now.
    #[error("unavailable")]
    Unavailable,
    /// A fault of ours; logged with the request's id.
    #[error("internal error")]
    Internal,
    /// The browser did not reach the server.
    #[error("unreachable")]
    Unreachable,
}

impl AppError {
    /// The HTTP status that says the same.
    pub fn status(self) -> http::StatusCode {
        match self {
            Self::SignInNeeded => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden => http::StatusCode::FORBIDDEN,
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::BadRequest => http::StatusCode::BAD_REQUEST,
            Self::TooLarge => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests => http::StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::Unreachable => http::StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => http::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What to tell the person.
    pub fn message(self, language: Language) -> String {
        match self {
            Self::SignInNeeded => texts::sign_in_needed(language),
            Self::Forbidden => texts::forbidden(language),
            Self::NotFound => texts::not_found(language),
            Self::BadRequest => texts::bad_request(language),
            Self::TooLarge => texts::too_large(language),
            Self::TooManyRequests => texts::too_many_requests(language),
            Self::Unavailable => texts::unavailable(language),
            Self::Internal => texts::internal(language),
            Self::Unreachable => texts::unreachable(language),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}

/// Runs the body of a server function; a refusal leaves with its HTTP status.
#[cfg(feature = "ssr")]
pub async fn respond<T>(body: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    let options = leptos::prelude::use_context::<leptos_axum::ResponseOptions>();
    let answer = body.await;
    if let (Err(error), Some(options)) = (&answer, options) {
        options.set_status(error.status());
    }
    answer
}

/// The texts of refusals.
mod texts {
    crate::texts::texts! {
        sign_in_needed() { en "Please sign in." fr "Veuillez vous connecter." }
        forbidden() { en "Your role does not allow this." fr "Votre rôle ne le permet pas." }
        not_found() { en "This does not exist, or no longer." fr "Cela n’existe pas, ou n’existe plus." }
        bad_request() { en "The request could not be read. Please reload the page and try again." fr "La demande n’a pas pu être lue. Rechargez la page et réessayez." }
        too_large() { en "This is more than can be taken at once. Please shorten what you typed, or choose fewer." fr "C’est plus que ce qui peut être pris en une fois. Raccourcissez votre saisie, ou choisissez-en moins." }
        too_many_requests() { en "Too many attempts. Please wait a few minutes and try again." fr "Trop de tentatives. Patientez quelques minutes et réessayez." }
        unavailable() { en "The service does not answer right now. Please try again in a moment; nothing was lost." fr "Le service ne répond pas pour l’instant. Réessayez dans un moment ; rien n’est perdu." }
        internal() { en "Something went wrong on our side. It has been noted; please try again." fr "Une erreur s’est produite de notre côté. Elle a été notée ; veuillez réessayer." }
        unreachable() { en "The server cannot be reached. Check your connection and try again." fr "Le serveur est injoignable. Vérifiez votre connexion et réessayez." }
    }
}
