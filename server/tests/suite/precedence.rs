//! Requests come before what the worker of their process does.

use crate::{
    crowd::{Crowd, counts, to},
    scene::Scene,
};
use axum::http::Method;
use server::{mail::smtp::Timeouts, outbox::Worker};
use sink::relay::Relay;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::{Duration, Instant};

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
