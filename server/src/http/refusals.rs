//! Refusals in words: whatever leaves with a status of failure and without a body gets one, so that nobody sees a blank page.

use super::{document::document, trace::RequestId, viewer};
use app::{
    error::AppError,
    ui::failure::{self, WayOn},
};
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::language::Language;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use leptos::server_fn::error::FromServerFnError;
use tower_http::csrf::ProtectionError;

/// A refusal that [`explain`] puts into words.
pub fn refusal(error: AppError) -> Response {
    let mut response = error.status().into_response();
    response.extensions_mut().insert(error);
    response
}

/// The layer: a page for whoever looks, JSON for the application's own requests.
pub async fn explain(request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let id = request.extensions().get::<RequestId>().copied();
    let response = next.run(request).await;
    let status = response.status();
    let blank = !response.headers().contains_key(header::CONTENT_TYPE);
    if !(status.is_client_error() || status.is_server_error()) || !blank || method == Method::HEAD {
        return response;
    }
    let error = reason(&response);
    let mut explained = if uri.path().starts_with("/api/") {
        in_json(error)
    } else if takes_html(&headers) {
        let seen = response.extensions().get::<Language>().copied();
        let language = seen.or_else(|| viewer::language_of(&uri, &headers)).unwrap_or_default();
        let way = if method == Method::GET { WayOn::Again(uri.to_string()) } else { WayOn::Back };
        let way = if error == AppError::NotFound || error == AppError::Forbidden { WayOn::Home } else { way };
        let id = id.filter(|_| status == StatusCode::INTERNAL_SERVER_ERROR).map(|id| id.to_string());
        document(language, &failure::heading(error, language), failure::refused(error, language, way, id))
    } else {
        return response;
    };
    *explained.status_mut() = status;
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH {
            explained.headers_mut().append(name, value.clone());
        }
    }
    if error == AppError::Unavailable {
        explained.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    explained
}

fn reason(response: &Response) -> AppError {
    if response.extensions().get::<ProtectionError>().is_some() {
        return AppError::BadRequest;
    }
    response.extensions().get().copied().unwrap_or_else(|| match response.status() {
        StatusCode::UNAUTHORIZED => AppError::SignInNeeded,
        StatusCode::FORBIDDEN => AppError::Forbidden,
        StatusCode::NOT_FOUND => AppError::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => AppError::TooManyRequests,
        StatusCode::SERVICE_UNAVAILABLE => AppError::Unavailable,
        status if status.is_server_error() => AppError::Internal,
        _ => AppError::BadRequest,
    })
}

/// An error as the application's own requests read it.
pub fn in_json(error: AppError) -> Response {
    (error.status(), [(header::CONTENT_TYPE, "application/json")], error.ser()).into_response()
}

fn takes_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::trace::trace;
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    #[tokio::test]
    async fn a_fault_of_ours_is_a_page_with_the_id_that_the_logs_know() {
        let app = Router::new()
            .route("/", get(async || "7x".parse::<u8>().map(|n| n.to_string()).unwrap()))
            .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
            .layer(middleware::from_fn(explain))
            .layer(middleware::from_fn(trace));
        let request = Request::builder().uri("/").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let page = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains(&id));
    }
}
