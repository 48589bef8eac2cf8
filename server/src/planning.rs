//! What PostgreSQL plans by, where many rows are written at once: it may know of few, or remember a time when there were few.

use sqlx::{Executor, PgConnection, PgPool};

/// So many rows are many: what is planned for a few of them would look for each among all.
pub const MANY: usize = 100;

/// Has the statistics tell of many people who were just written, for whoever acts on them next. It is of no harm where that fails.
pub async fn learn_people(pool: &PgPool, written: usize) {
    learn(pool, written, "select learn_people()").await;
}

/// The same of a batch's messages.
pub async fn learn_messages(pool: &PgPool, written: usize) {
    learn(pool, written, "select learn_messages()").await;
}

async fn learn(pool: &PgPool, written: usize, how: &'static str) {
    if written > MANY
        && let Err(error) = sqlx::query(how).execute(pool).await
    {
        tracing::warn!(%error, "the statistics do not tell of new rows yet");
    }
}

/// What triggers and foreign keys do for each row is planned once for a connection. Planned when the tables were small, it reads a large
/// one whole for each row: whoever may be about to write many rows has it planned anew.
pub async fn plan_anew(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute("discard plans").await?;
    Ok(())
}

/// What follows in this transaction is planned for so many rows where they are many, whatever the statistics say; says so, since such a
/// plan is good for no other.
pub async fn plan_for(connection: &mut PgConnection, rows: usize) -> sqlx::Result<bool> {
    let many = rows > MANY;
    if many {
        // Who was imported, or what was accepted, a moment ago is in no statistics: taken for a few, each would be looked for among all others.
        plan_anew(&mut *connection).await?;
        sqlx::raw_sql("set local enable_nestloop = off; set local jit = off").execute(connection).await?;
    }
    Ok(many)
}
