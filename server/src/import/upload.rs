//! Takes a file that the import page posts: the browser's own multipart form, with and without JavaScript.

use crate::http::{context::AppState, forms::page_again, viewer::sign_in_for};
use app::{
    error::AppError,
    import::{PATH, UploadRefused},
    session::SignedIn,
};
use axum::{
    RequestExt,
    extract::{DefaultBodyLimit, Multipart, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    import::{FileProblem, LARGEST_FILE},
    person::{LONGEST_TEXT, single_line},
    role::Permission,
};
use http::{Method, StatusCode, header, request::Parts};
use leptos::prelude::provide_context;

/// What is read of a body at most: a file that is too large is read on for a while, since browsers show no answer before they
/// have sent everything.
const MOST_READ: usize = 64 * 1024 * 1024;

/// Whether a request brings a file; other forms of the page are posted to the same path.
pub fn is_upload(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("multipart/form-data"))
}

/// Checks a file: a redirect to the check, or the page again with what is wrong.
pub async fn post(State(state): State<AppState>, request: Request) -> Response {
    let mut parts = parts_of(&request);
    let by = match parts.extensions.remove::<SignedIn>() {
        None => return Redirect::to(&sign_in_for(&parts.uri)).into_response(),
        Some(session) => {
            parts.extensions.insert(session.clone());
            match session.authorise(Permission::AddEmployees) {
                Ok(by) => by,
                Err(error) => return page_again(state, parts, error.status(), || {}).await,
            }
        }
    };
    let checked = match read_file(request).await {
        Ok((name, file)) => state.services.import.check(&by, &name, file).await,
        Err(problem) => Ok(Err(problem)),
    };
    match checked {
        Ok(Ok(check)) => Redirect::to(&format!("{PATH}/{check}")).into_response(),
        Ok(Err(problem)) => refused(state, parts, problem).await,
        Err(error) => error_page(state, parts, error).await,
    }
}

async fn refused(state: AppState, parts: Parts, problem: FileProblem) -> Response {
    page_again(state, parts, StatusCode::UNPROCESSABLE_ENTITY, move || provide_context(UploadRefused(problem))).await
}

async fn error_page(state: AppState, parts: Parts, error: AppError) -> Response {
    page_again(state, parts, error.status(), || {}).await
}

/// The request as the page's own GET would be.
fn parts_of(request: &Request) -> Parts {
    let mut parts = Request::new(()).into_parts().0;
    parts.method = Method::GET;
    parts.uri = request.uri().clone();
    parts.headers = request.headers().clone();
    parts.extensions = request.extensions().clone();
    parts
}

/// The name and the bytes of the file that was chosen.
async fn read_file(mut request: Request) -> Result<(String, Vec<u8>), FileProblem> {
    DefaultBodyLimit::max(MOST_READ).apply(&mut request);
    let mut form: Multipart = request.extract().await.map_err(|_| FileProblem::Unreadable)?;
    let problem = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => FileProblem::TooLarge,
        _ => FileProblem::Unreadable,
    };
    while let Some(mut field) = form.next_field().await.map_err(problem)? {
        if field.name() != Some("file") {
            continue;
        }
        let name: String = single_line(field.file_name().unwrap_or_default()).chars().take(usize::from(LONGEST_TEXT)).collect();
        let (mut file, mut too_large) = (Vec::new(), false);
        while let Some(chunk) = field.chunk().await.map_err(problem)? {
            too_large |= file.len() + chunk.len() > LARGEST_FILE;
            if !too_large {
                file.extend_from_slice(&chunk);
            }
        }
        return match () {
            () if too_large => Err(FileProblem::TooLarge),
            // A form without a chosen file sends a part without a name and without content.
            () if name.is_empty() && file.is_empty() => Err(FileProblem::Missing),
            () => Ok((name, file)),
        };
    }
    Err(FileProblem::Missing)
}
