//! Requests come before what the worker of their process does.

use crate::{
    crowd::{Crowd, counts, to},
    scene::Scene,
};
use axum::http::Method;
use server::{mail::smtp::Timeouts, outbox::Worker, precedence::Requests};
use sink::relay::Relay;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

#[sqlx::test(migrations = false)]
async fn whoever_asks_for_a_page_is_given_way_to(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    assert!(scene.requests.turn().await.is_none());
    scene.ask("", Method::GET, "/sign-in", "").await;
    assert!(scene.requests.turn().await.is_some());
}

#[sqlx::test(migrations = false)]
async fn a_request_that_is_never_answered_holds_up_nobody(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 20).await, Relay::accepting().await);
    let settings = crowd.settings(to(&relay, Timeouts::default()), 4);
    let _unanswered = settings.requests.begin();
    let begun = Instant::now();
    Worker::new(settings).run_until_idle().await.unwrap();
    assert_eq!(crowd.states().await, counts([("sent", 20)]));
    // Each message has let it go first.
    assert!(begun.elapsed() > Duration::from_millis(20 / 4 * 10));
}

#[sqlx::test(migrations = false)]
async fn a_worker_of_another_process_hears_that_somebody_asks(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options, 0).await, Relay::accepting().await);
    let (here, stop) = (Requests::default(), CancellationToken::new());
    let settings = crowd.settings(to(&relay, Timeouts::default()), 1);
    let elsewhere = settings.requests.clone();
    let running = tokio::spawn({
        let (worker, stop) = (Worker::new(settings), stop.clone());
        async move { worker.run(stop).await }
    });
    let telling = tokio::spawn(here.clone().tell(crowd.database.pool.clone(), stop.clone()));
    let heard = async {
        while elsewhere.turn().await.is_none() {
            drop(here.begin());
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), heard).await.expect("it hears");
    let forgotten = async {
        while elsewhere.turn().await.is_some() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), forgotten).await.expect("nobody asks any more");
    stop.cancel();
    running.await.unwrap();
    telling.await.unwrap();
}
