//! What is made of a database that says nothing, or only reads.

use crate::common::{Database, way};
use axum::extract::State;
use http::StatusCode;
use server::{config::Config, db, hearing, http::health::readyz, secret::SecretKey, startup::Opened};
use sink::proxy::Fate;
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{future::pending, time::Duration};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

fn config(options: &PgConnectOptions) -> Config {
    let given = [("DATABASE_URL", options.to_url_lossy().to_string()), ("LATCHKEY_SECRET_KEY", SecretKey::generate())];
    Config::read(given.map(|(name, value)| (name.into(), value.into()))).unwrap()
}

#[sqlx::test(migrations = false)]
async fn a_listener_hears_for_as_long_as_somebody_is_there(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options.clone()).await;
    let (proxy, pool) = way(&options, 4, |_| Fate::Pass).await;
    let mut listener = hearing::listen(&pool, ["latchkey_test"]).await.unwrap();
    let silence = Duration::from_millis(20);
    let telling = async {
        // Time to ask a few times.
        sleep(Duration::from_millis(300)).await;
        database.execute("select pg_notify('latchkey_test', 'told')").await;
    };
    let (heard, ()) = tokio::join!(hearing::next_after(&mut listener, silence), telling);
    assert_eq!(heard.unwrap().unwrap().payload(), "told");
    // The pool's own connections are left to others: giving one back that has vanished takes as long as the operating system waits for it.
    assert_eq!(pool.size(), 1);
    proxy.change(|_| Fate::Silence);
    let heard = timeout(Duration::from_secs(20), hearing::next_after(&mut listener, silence)).await;
    assert!(heard.expect("it does not wait for ever").is_err());
}

#[sqlx::test(migrations = false)]
async fn what_only_reads_is_not_ready(_: PgPoolOptions, options: PgConnectOptions) {
    let database = Database::new(options.clone()).await;
    assert_eq!(readyz(State(database.pool.clone())).await, (StatusCode::OK, "ready\n"));
    let crowd = db::bound_pool(options.clone(), 1).await.unwrap();
    let _all = crowd.acquire().await.unwrap();
    assert_eq!(readyz(State(db::one_beside(&crowd))).await, (StatusCode::OK, "ready\n"), "whoever crowds the others");
    database
        .execute("do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$")
        .await;
    let pool = db::bound_pool(options, 2).await.unwrap();
    assert_eq!(readyz(State(pool)).await, (StatusCode::SERVICE_UNAVAILABLE, "the database only reads\n"));
}

#[sqlx::test(migrations = false)]
async fn a_connection_that_does_not_end_keeps_nobody_from_ending(_: PgPoolOptions, options: PgConnectOptions) {
    let opened = Opened::open(&config(&options)).await.unwrap();
    let held = opened.pool.acquire().await.unwrap();
    timeout(Duration::from_secs(20), opened.close()).await.expect("it ends");
    drop(held);
}

#[sqlx::test(migrations = false)]
async fn told_to_stop_nobody_waits_for_a_database_elsewhere_to_open(_: PgPoolOptions, options: PgConnectOptions) {
    let stop = CancellationToken::new();
    stop.cancel();
    assert!(Opened::unless_stopped(&stop, &config(&options), pending()).await.unwrap().is_none());
}
