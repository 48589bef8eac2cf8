//! How much leaves in a time: limits are kept by all workers together.

use crate::{
    crowd::{claim, finish},
    launch::Launch,
};
use app::batches::progress::{Wait, Whose};
use domain::pace::Pace;
use server::outbox::outcome::Outcome;
use sink::relay::Relay;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

#[sqlx::test(migrations = false)]
async fn a_day_s_limit_is_kept_by_all_workers_together_and_says_when_it_goes_on(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.pace(by.organisation(), Pace { per_hour: Some(7), per_day: Some(10), ..Pace::default() }).await;
    let relay = Relay::accepting().await;
    let batch = launch.batch(&by, 20).await;
    let (one, other) = (launch.worker(&relay, Pace::default()), launch.worker(&relay, Pace::default()));
    let (a, b) = tokio::join!(one.run_until_idle(), other.run_until_idle());
    a.unwrap();
    b.unwrap();
    assert_eq!(relay.accepted(), 7);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (launch.worker(&relay, Pace::default()), stop.clone());
        async move { worker.run(stop).await }
    });
    let hour = Pace { per_hour: Some(7), ..Pace::default() };
    timeout(Duration::from_secs(10), async {
        while !matches!(launch.show(&by, batch).await.wait, Some(Wait::Limit { whose: Whose::Organisation, limit, .. }) if limit == hour) {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    stop.cancel();
    running.await.unwrap();
    let view = launch.show(&by, batch).await;
    assert!(view.expected_end.is_some() || view.wait == Some(Wait::Worker));
    // An hour later the day's limit is what is left.
    launch.crowd.database.execute("update pace_counts set minute = minute - interval '62 minutes'").await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 10);
    launch.crowd.database.execute("update pace_counts set minute = minute - interval '25 hours'").await;
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 17);
}

#[sqlx::test(migrations = false)]
async fn a_low_pace_of_the_relay_is_kept_exactly(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::accepting().await;
    launch.batch(&by, 40).await;
    let stop = CancellationToken::new();
    let pace = Pace { per_second: Some(10), ..Pace::default() };
    let begun = Instant::now();
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (worker, stop) = (launch.worker(&relay, pace), stop.clone());
            tokio::spawn(async move { worker.run(stop).await })
        })
        .collect();
    while relay.accepted() < 31 {
        sleep(Duration::from_millis(5)).await;
    }
    let taken = begun.elapsed();
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    // Thirty after the first take three seconds; the bucket holds one more.
    assert!(taken > Duration::from_millis(2800), "{taken:?}");
}

#[sqlx::test(migrations = false)]
async fn what_was_given_back_does_not_count(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.pace(by.organisation(), Pace { per_day: Some(5), ..Pace::default() }).await;
    launch.batch(&by, 5).await;
    let relay = Relay::accepting().await;
    relay.go_down().await;
    for _ in 0..3 {
        launch.worker(&relay, Pace { per_hour: Some(5), ..Pace::default() }).run_until_idle().await.unwrap();
    }
    relay.come_back().await;
    launch.worker(&relay, Pace { per_hour: Some(5), ..Pace::default() }).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 5);
}

#[sqlx::test(migrations = false)]
async fn what_is_given_back_is_taken_from_the_minute_in_which_it_was_claimed(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    launch.pace(by.organisation(), Pace { per_day: Some(5), ..Pace::default() }).await;
    launch.batch(&by, 3).await;
    let held = claim(&launch.crowd, 3).await;
    let counted = async || launch.crowd.value::<Vec<i32>>("select array_agg(messages order by minute) from pace_counts").await;
    assert_eq!(counted().await, [3]);
    let minutes =
        "update pace_counts set minute = minute - interval '10 minutes'; update leases set claimed_at = claimed_at - interval '10 minutes'";
    launch.crowd.database.execute(minutes).await;
    finish(&launch.crowd, &held[..2], &Outcome::returned()).await;
    assert_eq!(counted().await, [1]);
    finish(&launch.crowd, &held[2..], &Outcome::returned()).await;
    assert_eq!(counted().await, [0]);
}

#[sqlx::test(migrations = false)]
async fn a_worker_that_was_told_of_no_limit_lifts_none(_: PgPoolOptions, options: PgConnectOptions) {
    let launch = Launch::new(options).await;
    let by = launch.administrator(launch.crowd.organisation).await;
    let relay = Relay::accepting().await;
    let stop = CancellationToken::new();
    let run = |pace: Pace| {
        let (worker, stop) = (launch.worker(&relay, pace), stop.clone());
        tokio::spawn(async move { worker.run(stop).await })
    };
    let workers = [run(Pace { per_hour: Some(3), ..Pace::default() }), run(Pace { per_day: Some(100), ..Pace::default() })];
    let strictest = "select count(*) from relay_pace where per_hour = 3 and per_day = 100";
    while launch.crowd.value::<i64>(strictest).await == 0 {
        sleep(Duration::from_millis(20)).await;
    }
    let batch = launch.batch(&by, 8).await;
    while !matches!(launch.show(&by, batch).await.wait, Some(Wait::Limit { whose: Whose::Relay, .. })) {
        sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(relay.accepted(), 3);
    launch.worker(&relay, Pace::default()).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 8);
}
