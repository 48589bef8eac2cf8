//! What Prometheus is told.

use crate::{common::way, crowd::Crowd};
use server::metrics;
use sink::{proxy::Fate, relay::Relay};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

async fn scraped(address: SocketAddr) -> String {
    asked(address, "/metrics").await
}

async fn asked(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[sqlx::test(migrations = false)]
async fn what_waits_what_was_tried_and_what_is_wrong_are_told_without_names(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, relay) = (Crowd::new(options.clone(), 5).await, Relay::accepting().await);
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let worker = crowd.worker(&relay);
    let (proxy, pool) = way(&options, 2, |_| Fate::Pass).await;
    metrics::serve(address, pool, Some(worker.pool().clone()), CancellationToken::new()).await.unwrap();
    let before = scraped(address).await;
    for line in [
        "latchkey_outbox_sends{state=\"queued\"} 5",
        "latchkey_attempts_total{outcome=\"accepted\"} 0",
        "latchkey_leases_taken_up_total 0",
        "latchkey_workers 0",
        "latchkey_outbox_held 0",
        "latchkey_relay_in_trouble 0",
        "latchkey_refused_senders 0",
        "latchkey_database_connections{pool=\"worker\",use=\"busy\"} 0",
    ] {
        assert!(before.contains(&format!("{line}\n")), "{line} in {before}");
    }
    worker.run_until_idle().await.unwrap();
    crowd.database.execute("select report_worker(gen_random_uuid(), 'here', 1, '1', 1, false, 'connection', 'it is down')").await;
    crowd.database.execute("insert into installation (key_check, outbox_held_at) values ('x', now())").await;
    let after = scraped(address).await;
    for line in [
        "latchkey_outbox_sends{state=\"queued\"} 0",
        "latchkey_attempts_total{outcome=\"accepted\"} 5",
        "latchkey_render_seconds_count 5",
        "latchkey_workers 1",
        "latchkey_workers_in_trouble 1",
        "latchkey_outbox_held 1",
        "latchkey_relay_in_trouble 1",
        "latchkey_database_up 1",
    ] {
        assert!(after.contains(&format!("{line}\n")), "{line} in {after}");
    }
    assert!(after.contains("latchkey_database_connections{pool=\"requests\",use=\"idle\"}"), "{after}");
    assert!(!after.contains('@') && !after.contains("it is down"), "{after}");
    assert!(asked(address, "/healthz").await.contains("200 OK") && asked(address, "/readyz").await.contains("200 OK"));
    proxy.change(|_| Fate::LoseStatement);
    assert!(asked(address, "/healthz").await.contains("200 OK") && asked(address, "/readyz").await.contains("503 "));
    let away = scraped(address).await;
    assert!(away.contains("latchkey_database_up 0\n") && away.contains("latchkey_attempts_total{outcome=\"accepted\"} 5\n"), "{away}");
}
