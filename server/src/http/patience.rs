//! How long a request may take, and that what was sent is worked off though nobody waits for the answer.

use super::refusals::refusal;
use app::error::AppError;
use axum::{extract::Request, middleware::Next, response::Response};
use std::time::Duration;
use tokio::time::timeout;
use tracing::Instrument;

/// The longest that anything takes here is accepting a batch of a hundred thousand. What is longer waits for a database that has
/// fallen silent.
pub(super) const LONGEST: Duration = Duration::from_mins(1);

/// The layer: a request that has no answer by then is refused, and what it began in the database is rolled back. `exempt` are
/// those whose sender decides how long they take. A body that is sent piece by piece may take as long as it likes.
/// Whoever sends something and closes the laptop before the answer has sent it all the same.
pub(super) async fn limit(longest: Duration, exempt: fn(&Request) -> bool, request: Request, next: Next) -> Response {
    if exempt(&request) {
        return next.run(request).await;
    }
    let only_reads = request.method().is_safe();
    let answering = timeout(longest, next.run(request));
    let answered = if only_reads {
        answering.await
    } else {
        // Dropped, the handle lets its task go on.
        match tokio::spawn(answering.in_current_span()).await {
            Ok(answered) => answered,
            Err(error) => {
                tracing::error!(%error, "answering a request panicked");
                return refusal(AppError::Internal);
            }
        }
    };
    answered.unwrap_or_else(|_| {
        tracing::error!("a request had no answer in time and was given up");
        refusal(AppError::Unavailable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use http::{Method, StatusCode};
    use std::{future::pending, sync::Arc};
    use tokio::sync::{Notify, mpsc};
    use tower::ServiceExt;

    fn request(method: Method, path: &str) -> Request {
        Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn what_has_no_answer_in_time_is_refused_and_goes_on_no_more() {
        let short = Duration::from_millis(20);
        let limited = middleware::from_fn(move |request, next| limit(short, |request| request.uri().path() == "/slow", request, next));
        let (alive, mut end) = mpsc::channel::<()>(1);
        let sent = async move |_: Request| {
            let _alive = alive;
            pending::<()>().await;
        };
        let router = Router::new().route("/", get(pending::<()>).post(sent)).route("/slow", get(pending::<()>)).layer(limited);
        for method in [Method::GET, Method::POST] {
            assert_eq!(router.clone().oneshot(request(method, "/")).await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        }
        assert!(timeout(short * 5, router.clone().oneshot(request(Method::GET, "/slow"))).await.is_err());
        // Though whoever sent it has gone.
        assert!(timeout(short / 4, router.clone().oneshot(request(Method::POST, "/"))).await.is_err());
        drop(router);
        assert_eq!(timeout(Duration::from_secs(10), end.recv()).await, Ok(None));
    }

    #[tokio::test]
    async fn what_was_sent_is_worked_off_though_nobody_waits() {
        let limited = middleware::from_fn(|request, next| limit(LONGEST, |_| false, request, next));
        let (begun, go_on, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
        let handler = {
            let (begun, go_on, done) = (begun.clone(), go_on.clone(), done.clone());
            async move || {
                begun.notify_one();
                go_on.notified().await;
                done.notify_one();
            }
        };
        let router = Router::new().route("/", get(handler.clone()).post(handler)).layer(limited);
        for (method, patience, worked_off) in [(Method::POST, LONGEST, true), (Method::GET, Duration::from_millis(200), false)] {
            tokio::select! {
                _ = router.clone().oneshot(request(method, "/")) => unreachable!("it was answered"),
                () = begun.notified() => {}
            }
            go_on.notify_one();
            assert_eq!(timeout(patience, done.notified()).await.is_ok(), worked_off);
        }
    }
}
