//! `/healthz`: the process answers. `/readyz`: it can do its work, since the database answers too, and writes.

use crate::db;
use axum::extract::State;
use http::StatusCode;
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::timeout;

/// Whoever asks is not kept waiting for a database that hangs. Long enough to meet a connection that is dead, and to take another.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /healthz`.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 503 while the database does not answer, or only reads.
pub async fn readyz(State(pool): State<PgPool>) -> (StatusCode, &'static str) {
    let fit = async {
        let mut connection = pool.acquire().await?;
        db::is_fit(&mut connection).await
    };
    match timeout(PATIENCE, fit).await {
        Ok(Ok(true)) => (StatusCode::OK, "ready\n"),
        Ok(Ok(false)) => (StatusCode::SERVICE_UNAVAILABLE, "the database only reads\n"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
