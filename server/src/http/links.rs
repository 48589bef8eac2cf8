//! Opening a personal link: the token leaves the address bar at once, and nothing else happens.

use super::{context::AppState, viewer::OF_PERSON};
use crate::{link::Token, links::cookie};
use app::links::Purpose;
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderValue, header};

/// Where links open.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    let route = |purpose| get(move |state: State<AppState>, token: Result<Path<String>, PathRejection>| open(purpose, state, token));
    vec![("/activate/{token}", route(Purpose::Activation)), ("/reset-password/{token}", route(Purpose::Reset))]
}

/// Goes on to the page of the link, which says what it is good for, in the language of the person it is for.
async fn open(purpose: Purpose, State(state): State<AppState>, text: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(text)) = text else { return Redirect::to(purpose.path()).into_response() };
    // Some mail programs take the full stop or the bracket behind a link for a part of it.
    let text = text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    let Some(token) = Token::parse(text) else { return Redirect::to(purpose.path()).into_response() };
    let links = &state.services.links;
    // The line of history is not worth a page that does not come.
    let noted = links.note_opened(purpose, &token).await;
    let language = noted.unwrap_or_else(|error| {
        tracing::error!(%error, "an opened link could not be noted");
        None
    });
    let mut page = purpose.page(&cookie::short_name(text));
    if let Some(language) = language {
        page = format!("{page}?{OF_PERSON}={language}");
    }
    let mut response = Redirect::to(&page).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie::keep(links.https, purpose, text)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
