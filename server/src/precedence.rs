//! Whoever waits for a page comes first: the worker of the same process gives way to requests, a moment at a time; workers that are
//! processes of their own are told through the database that somebody asks.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use sqlx::PgPool;
use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, Semaphore, SemaphorePermit, watch},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// The longest that the worker gives way before its next step, so that it goes on however much is asked for.
const LONGEST: Duration = Duration::from_millis(10);

/// So long a request counts at most.
const COUNTS: Duration = Duration::from_secs(1);

/// So long after a request there may be another.
const LATELY: Duration = Duration::from_secs(1);

/// The notification by which workers of other processes hear that somebody asks.
pub(crate) const CHANNEL: &str = "latchkey_requests";

/// How often they are told at most.
const TELL: Duration = Duration::from_millis(500);

/// The requests of this process that have no answer yet, and the turns of what gives way to them.
#[derive(Clone, Debug)]
pub struct Requests(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    unanswered: watch::Sender<usize>,
    /// When somebody asked last, here or, as far as it is known, elsewhere.
    last: Mutex<Option<Instant>>,
    turns: Semaphore,
    /// Somebody asked here.
    asked: Notify,
}

/// A request without an answer, until this is dropped.
#[must_use]
#[derive(Debug)]
pub struct Unanswered(Requests);

impl Default for Requests {
    fn default() -> Self {
        let turns = Semaphore::new(1);
        Self(Arc::new(Inner { unanswered: watch::Sender::default(), last: Mutex::default(), turns, asked: Notify::new() }))
    }
}

impl Requests {
    /// One more.
    pub fn begin(&self) -> Unanswered {
        self.heard();
        self.0.asked.notify_one();
        self.0.unanswered.send_if_modified(|unanswered| {
            *unanswered += 1;
            // Whoever waits is told of the last answer alone.
            false
        });
        Unanswered(self.clone())
    }

    /// Somebody asked, here or elsewhere.
    pub(crate) fn heard(&self) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Tells the workers of other processes while somebody asks here, until told to stop.
    pub async fn tell(self, pool: PgPool, stop: CancellationToken) {
        while stop.run_until_cancelled(self.0.asked.notified()).await.is_some() {
            if let Err(error) = sqlx::query("select pg_notify($1, '')").bind(CHANNEL).execute(&pool).await {
                tracing::debug!(%error, "workers were not told that somebody asks");
            }
            sleep(TELL).await;
        }
    }

    /// Waits until all are answered, for 10 ms at most.
    pub async fn give_way(&self) {
        self.give_way_for(LONGEST).await;
    }

    /// The same before a step that keeps the database busy. While somebody asks now and then, such steps go one after the other, so
    /// that the next request finds a processor free: the turn lasts until what this gives is dropped, and is waited for 10 ms at most.
    #[must_use]
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let turn = if self.any_lately() { timeout(LONGEST, self.0.turns.acquire()).await.ok() } else { None };
        self.give_way().await;
        turn.and_then(Result::ok)
    }

    async fn give_way_for(&self, longest: Duration) {
        if *self.0.unanswered.borrow() > 0 {
            // Either way it is over.
            let _ = timeout(longest, self.0.unanswered.subscribe().wait_for(|unanswered| *unanswered == 0)).await;
        }
    }

    /// Whether somebody asked within the last second.
    pub(crate) fn any_lately(&self) -> bool {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|last| last.elapsed() < LATELY)
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.0.0.unanswered.send_if_modified(|unanswered| {
            *unanswered = unanswered.saturating_sub(1);
            *unanswered == 0
        });
    }
}

/// The layer that counts them, each for a second at most: whoever sends it slowly, or tries one password after the other, needs no
/// processor for long.
pub async fn count(State(requests): State<Requests>, request: Request, next: Next) -> Response {
    let unanswered = requests.begin();
    let mut answering = pin!(next.run(request));
    if let Ok(response) = timeout(COUNTS, &mut answering).await {
        return response;
    }
    drop(unanswered);
    answering.await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use std::{
        future::pending,
        pin::Pin,
        task::{Context, Waker},
    };
    use tokio::time::Instant;
    use tower::ServiceExt;

    const LONG: Duration = Duration::from_mins(10);

    fn is_over(waiting: Pin<&mut impl Future>) -> bool {
        waiting.poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[tokio::test]
    async fn nobody_waits_but_for_an_answer() {
        let requests = Requests::default();
        drop(requests.begin());
        assert!(is_over(pin!(requests.give_way_for(LONG))));
        let (one, other) = (requests.begin(), requests.begin());
        let mut waiting = pin!(requests.give_way_for(LONG));
        assert!(!is_over(waiting.as_mut()));
        drop(one);
        assert!(!is_over(waiting.as_mut()));
        drop(other);
        assert!(is_over(waiting));
    }

    #[tokio::test]
    async fn however_long_an_answer_takes_the_waiting_is_short() {
        let (requests, begun) = (Requests::default(), Instant::now());
        let _unanswered = requests.begin();
        timeout(LONG, requests.give_way()).await.unwrap();
        assert!(begun.elapsed() >= LONGEST);
    }

    #[tokio::test]
    async fn while_somebody_asks_now_and_then_there_is_one_turn_at_a_time() {
        let requests = Requests::default();
        assert!(requests.turn().await.is_none());
        drop(requests.begin());
        let turn = requests.turn().await;
        assert!(turn.is_some());
        let mut other = pin!(requests.turn());
        assert!(!is_over(other.as_mut()));
        drop(turn);
        assert!(other.await.is_some());
    }

    #[tokio::test]
    async fn however_long_a_turn_takes_the_waiting_is_short() {
        let (requests, begun) = (Requests::default(), Instant::now());
        drop(requests.begin());
        let _turn = requests.turn().await;
        assert!(timeout(LONG, requests.turn()).await.unwrap().is_none());
        assert!(begun.elapsed() >= LONGEST);
    }

    #[tokio::test]
    async fn a_request_counts_until_its_answer_and_not_for_long() {
        let requests = Requests::default();
        let seen = requests.clone();
        let router = Router::new()
            .route("/", get(async move || seen.0.unanswered.borrow().to_string()))
            .route("/slow", get(pending::<()>))
            .layer(middleware::from_fn_with_state(requests.clone(), count));
        let ask = |path: &str| router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap());
        let answer = ask("/").await.unwrap();
        assert_eq!(axum::body::to_bytes(answer.into_body(), 10).await.unwrap(), "1");
        assert_eq!(*requests.0.unanswered.borrow(), 0);
        let mut slow = pin!(ask("/slow"));
        assert!(!is_over(slow.as_mut()));
        assert_eq!(*requests.0.unanswered.borrow(), 1);
        tokio::select! {
            _ = slow => unreachable!("it is never answered"),
            () = requests.give_way_for(LONG) => {}
        }
        assert_eq!(*requests.0.unanswered.borrow(), 0);
    }
}
