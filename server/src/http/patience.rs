//! How long a request may take.

use super::refusals::refusal;
use app::error::AppError;
use axum::{extract::Request, middleware::Next, response::Response};
use std::time::Duration;
use tokio::time::timeout;

/// The longest that anything takes here is accepting a batch of a hundred thousand. What is longer waits for a database that has
/// fallen silent.
pub(super) const LONGEST: Duration = Duration::from_mins(1);

/// The layer: a request that has no answer by then is refused, and what it began in the database is rolled back. `exempt` are
/// those whose sender decides how long they take. A body that is sent piece by piece may take as long as it likes.
pub(super) async fn limit(longest: Duration, exempt: fn(&Request) -> bool, request: Request, next: Next) -> Response {
    if exempt(&request) {
        return next.run(request).await;
    }
    timeout(longest, next.run(request)).await.unwrap_or_else(|_| {
        tracing::error!("a request had no answer in time and was given up");
        refusal(AppError::Unavailable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use http::StatusCode;
    use std::future::pending;
    use tower::ServiceExt;

    #[tokio::test]
    async fn what_has_no_answer_in_time_is_refused() {
        let short = Duration::from_millis(20);
        let limited = middleware::from_fn(move |request, next| limit(short, |request| request.uri().path() == "/slow", request, next));
        let router = Router::new().route("/", get(pending::<()>)).route("/slow", get(pending::<()>)).layer(limited);
        let ask = |path: &str| router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap());
        assert_eq!(ask("/").await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(timeout(short * 5, ask("/slow")).await.is_err());
    }
}
