//! Server functions: what the hydrated pages call. Whatever goes wrong leaves as the one error that crosses the wire.

use super::{
    context::{AppState, contexts},
    refusals::in_json,
};
use app::error::AppError;
use axum::{
    RequestExt,
    body::{HttpBody, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use leptos::server_fn::{axum::get_server_fn_service, error::FromServerFnError};

/// The longest request, in bytes: a selection of some 100,000 employees.
const LONGEST: usize = 1024 * 1024;
/// An error is shorter, in bytes.
const LONGEST_ERROR: usize = 1_024;

/// `POST /api/{function}`.
pub async fn call(State(state): State<AppState>, mut request: Request) -> Response {
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return in_json(AppError::NotFound);
    }
    if request.body().size_hint().lower() > LONGEST as u64 {
        return in_json(AppError::TooLarge);
    }
    // Whatever does not say how long it is breaks off there, and cannot be read.
    DefaultBodyLimit::max(LONGEST).apply(&mut request);
    let request = request.with_limited_body();
    let response = leptos_axum::handle_server_fns_with_context(contexts(state), request).await.into_response();
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    // What cannot be read never reaches the function, and Leptos answers for it, always with this status.
    let error = to_bytes(response.into_body(), LONGEST_ERROR).await.map_or(AppError::Internal, AppError::de);
    in_json(error)
}
