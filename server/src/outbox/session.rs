//! A connection to the database that one part of a worker keeps for itself.

use sqlx::{Executor, PgConnection, PgPool, Postgres, pool::PoolConnection};
use std::time::Duration;
use tokio::time::Instant;

/// Plans are made anew after this: the outbox grows from nothing to hundreds of thousands of rows within a second, and what was
/// planned for a small table is slow in a large one.
const PLANS_LAST: Duration = Duration::from_secs(5);

/// A connection that is taken once, and replaced after it failed.
pub(super) struct Session {
    pool: PgPool,
    connection: Option<PoolConnection<Postgres>>,
    planned: Instant,
}

impl Session {
    pub(super) fn new(pool: &PgPool) -> Self {
        Self { pool: pool.clone(), connection: None, planned: Instant::now() }
    }

    /// The connection.
    pub(super) async fn get(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        if let Some(connection) = &mut self.connection
            && self.planned.elapsed() > PLANS_LAST
        {
            self.planned = Instant::now();
            let discarded = connection.execute("discard plans").await;
            self.keep(discarded)?;
        }
        if self.connection.is_none() {
            self.connection = Some(self.pool.acquire().await?);
        }
        self.connection.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Passes on a result; after a failure the next one gets another connection, since nobody knows what became of this one.
    pub(super) fn keep<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if result.is_err() {
            self.connection = None;
        }
        result
    }
}
