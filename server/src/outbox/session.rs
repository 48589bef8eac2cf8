//! A connection to the database that one part of a worker keeps for itself.

use sqlx::{Executor, PgConnection, PgPool, Postgres, pool::PoolConnection};
use std::{io, time::Duration};
use tokio::time::{Instant, timeout};

/// Plans are made anew after this: the outbox grows from nothing to hundreds of thousands of rows within a second, and what was
/// planned for a small table is slow in a large one.
const PLANS_LAST: Duration = Duration::from_secs(5);
/// A connection that has not answered by then is given up: nobody tells where the other side has vanished. Short enough that
/// leases are renewed over another one.
const ANSWER: Duration = Duration::from_secs(8);
/// Nobody waits longer for a row that somebody else holds.
const LOCKED: &str = "set lock_timeout = '1s'";

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

    /// Asks the database. After a failure the next question goes over another connection, since nobody knows what became of
    /// this one.
    pub(super) async fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let answer = timeout(ANSWER, async { question(self.connection().await?).await });
        let answer = answer.await.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())));
        if answer.is_err()
            && let Some(connection) = self.connection.take()
        {
            // Not back into the pool, where somebody else would wait for it.
            drop(connection.detach());
        }
        answer
    }

    async fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        if self.connection.is_none() {
            let connection = self.connection.insert(self.pool.acquire().await?);
            connection.execute(LOCKED).await?;
        } else if self.planned.elapsed() > PLANS_LAST
            && let Some(connection) = &mut self.connection
        {
            self.planned = Instant::now();
            connection.execute("discard plans").await?;
        }
        self.connection.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }
}
