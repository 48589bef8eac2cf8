//! Listening to notifications. Where a connection vanishes and nobody tells, a listener would hear nothing any more for ever:
//! after a while of silence the database is asked whether it is still there.

use crate::db;
use sqlx::{
    PgPool,
    postgres::{PgListener, PgNotification},
};
use std::{io, time::Duration};
use tokio::time::timeout;

/// So long nothing may be heard before the database is asked.
const SILENCE: Duration = Duration::from_secs(30);

/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// Begins to listen to channels, over a connection beside those of the pool: where it has vanished, giving it back takes long, and
/// nobody shall miss it.
pub async fn listen<const N: usize>(pool: &PgPool, channels: [&'static str; N]) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(&db::one_beside(pool)).await?;
    answered(listener.listen_all(channels)).await?;
    Ok(listener)
}

/// The next notification; none where the connection was made anew, so that something may have come unheard. Fails where nobody is at
/// its other end: the listener is to be made anew.
pub async fn next(listener: &mut PgListener) -> sqlx::Result<Option<PgNotification>> {
    next_after(listener, SILENCE).await
}

/// The same, with another patience.
pub async fn next_after(listener: &mut PgListener, silence: Duration) -> sqlx::Result<Option<PgNotification>> {
    loop {
        if let Ok(heard) = timeout(silence, listener.try_recv()).await {
            return heard;
        }
        answered(sqlx::query("select 1").execute(&mut *listener)).await?;
    }
}

async fn answered<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    timeout(ANSWER, answer).await.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
}
