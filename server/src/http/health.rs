//! `/healthz`: the process answers. `/readyz`: it can do its work, since the database answers too.

use axum::extract::State;
use http::StatusCode;
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::timeout;

/// Whoever asks is not kept waiting for a database that hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 503 while the database does not answer.
pub async fn readyz(State(pool): State<PgPool>) -> (StatusCode, &'static str) {
    match timeout(PATIENCE, sqlx::query("select 1").execute(&pool)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
