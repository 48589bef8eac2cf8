//! Metrics for Prometheus, at the address that the configuration names: this process's counters, and the outbox as the database
//! has it. No label names a person or an organisation.

use crate::{
    db,
    http::health,
    outbox::outcome::{Attempt, Outcome},
};
use axum::{Router, extract::State, response::IntoResponse, routing::get};
use domain::delivery::DeliveryState;
use http::header;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use sqlx::PgPool;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

const ATTEMPTS: &str = "latchkey_attempts_total";
const TAKEN_UP: &str = "latchkey_leases_taken_up_total";
const RENDERING: &str = "latchkey_render_seconds";
const OUTBOX: &str = "latchkey_outbox_sends";
const OLDEST: &str = "latchkey_outbox_oldest_due_seconds";
const WORKERS: &str = "latchkey_workers";
const TROUBLED: &str = "latchkey_workers_in_trouble";
const HELD: &str = "latchkey_outbox_held";
const TROUBLE: &str = "latchkey_relay_in_trouble";
const SENDERS: &str = "latchkey_refused_senders";
const CONNECTIONS: &str = "latchkey_database_connections";
const DATABASE: &str = "latchkey_database_up";

/// How long the database is waited for, so that whoever asks for metrics still gets those of this process.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often what was recorded is put in order.
const UPKEEP: Duration = Duration::from_secs(5);

/// Why metrics are not served.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The address cannot be listened on.
    #[error("cannot serve metrics on {0}: {1}; LATCHKEY_METRICS_ADDR may name another address")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The recorder cannot be installed.
    #[error("metrics cannot be recorded: {0}")]
    Recorder(#[from] BuildError),
}

/// It went back as it was: it was not offered, or everybody waits.
const RETURNED: &str = "returned";
/// Its message could not be made.
const UNMADE: &str = "unmade";

/// What became of what a worker held.
pub fn attempted(outcome: &Outcome) {
    let without_try = if outcome.state == DeliveryState::Failed { UNMADE } else { RETURNED };
    counter!(ATTEMPTS, "outcome" => outcome.attempt.map_or(without_try, Attempt::as_str)).increment(1);
}

/// Sends of a dead worker were taken up.
pub fn taken_up(sends: u64) {
    counter!(TAKEN_UP).increment(sends);
}

/// A message was made.
pub fn rendered(taken: Duration) {
    histogram!(RENDERING).record(taken.as_secs_f64());
}

/// Serves `/metrics`, `/healthz` and `/readyz` until told to stop. `worker`: the connections of this process's worker, where it has one.
pub async fn serve(address: SocketAddr, pool: PgPool, worker: Option<PgPool>, stop: CancellationToken) -> Result<(), MetricsError> {
    let listener = TcpListener::bind(address).await.map_err(|error| MetricsError::Listen(address, error))?;
    let handle = PrometheusBuilder::new().set_buckets(&[0.0001, 0.0003, 0.001, 0.003, 0.01, 0.1])?.install_recorder()?;
    describe_counter!(ATTEMPTS, "Tries to hand a message to the relay, by outcome");
    describe_counter!(TAKEN_UP, "Messages taken up whose worker was gone");
    describe_histogram!(RENDERING, "Seconds to make a message");
    describe_gauge!(OUTBOX, "Messages that may still leave, by state");
    describe_gauge!(OLDEST, "Seconds for which the oldest of them has been due, by state");
    describe_gauge!(WORKERS, "Processes that deliver");
    describe_gauge!(TROUBLED, "Processes that deliver and have trouble with the relay");
    describe_gauge!(HELD, "1 while nothing leaves until a person confirms");
    describe_gauge!(TROUBLE, "1 while delivery waits for the relay");
    describe_gauge!(SENDERS, "Organisations whose sender the relay refuses, and whose messages wait");
    describe_gauge!(
        DATABASE,
        "1 where the database answers and writes; where it does not answer, what is told of the outbox, the workers and the relay is as it was before"
    );
    describe_gauge!(CONNECTIONS, "Connections to the database, by what they are for and by use");
    // What has not happened yet is there to be compared with.
    for outcome in Attempt::ALL.into_iter().map(Attempt::as_str).chain([RETURNED, UNMADE]) {
        counter!(ATTEMPTS, "outcome" => outcome).increment(0);
    }
    counter!(TAKEN_UP).increment(0);
    // A worker answers nowhere else.
    let beside = db::one_beside(&pool);
    let health = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz)).with_state(beside.clone());
    let asked = Asked { handle: handle.clone(), beside, requests: pool, worker };
    let router = Router::new().route("/metrics", get(render)).with_state(asked).merge(health);
    tokio::spawn(keep_up(handle, stop.clone()));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await {
            tracing::error!(%error, "metrics are served no more");
        }
    });
    Ok(())
}

/// Puts what was recorded in order until told to stop, since it would pile up while nobody asks.
async fn keep_up(handle: PrometheusHandle, stop: CancellationToken) {
    while stop.run_until_cancelled(sleep(UPKEEP)).await.is_some() {
        handle.run_upkeep();
    }
}

/// What metrics are asked of.
#[derive(Clone)]
struct Asked {
    handle: PrometheusHandle,
    /// The connection over which the database is measured, so that no crowd of requests makes it look silent.
    beside: PgPool,
    requests: PgPool,
    worker: Option<PgPool>,
}

async fn render(State(Asked { handle, beside, requests, worker }): State<Asked>) -> impl IntoResponse {
    let measured = timeout(PATIENCE, measure(&beside)).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    if let Err(error) = &measured {
        tracing::warn!(%error, "the outbox cannot be measured");
    }
    gauge!(DATABASE).set(f64::from(u8::from(matches!(measured, Ok(true)))));
    count("requests", &requests);
    if let Some(worker) = &worker {
        count("worker", worker);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
}

fn count(name: &'static str, pool: &PgPool) {
    let idle = u32::try_from(pool.num_idle()).unwrap_or_default();
    gauge!(CONNECTIONS, "pool" => name, "use" => "idle").set(f64::from(idle));
    gauge!(CONNECTIONS, "pool" => name, "use" => "busy").set(f64::from(pool.size().saturating_sub(idle)));
}

/// What the database tells of the outbox and of delivery; whether it writes.
async fn measure(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let writes = db::is_fit(&mut connection).await?;
    let rows: Vec<(String, i64, f64)> =
        sqlx::query_as("select state, sends, oldest from outbox_gauges()").fetch_all(&mut *connection).await?;
    #[expect(clippy::cast_precision_loss, reason = "gauges are floating")]
    for (state, sends, oldest) in rows {
        gauge!(OUTBOX, "state" => state.clone()).set(sends as f64);
        gauge!(OLDEST, "state" => state).set(oldest);
    }
    let (workers, held, in_trouble, refused, troubled): (i32, bool, bool, f64, f64) = sqlx::query_as(
        "select workers, held, concern is not null, refused_sender_count()::double precision, workers_in_trouble()::double precision
         from delivery_outlook()",
    )
    .fetch_one(&mut *connection)
    .await?;
    gauge!(WORKERS).set(f64::from(workers));
    gauge!(HELD).set(f64::from(u8::from(held)));
    gauge!(TROUBLE).set(f64::from(u8::from(in_trouble)));
    gauge!(SENDERS).set(refused);
    gauge!(TROUBLED).set(troubled);
    Ok(writes)
}
