//! Where the database lives. A backup that was restored beside its original, or over it, holds sends that have left since: it
//! must not send them again by itself. What PostgreSQL lets tell a copy by is the cluster, the database in it, and the table in that
//! (`0035_restored.sql`); a copy of the files keeps all of them, so that whoever starts one holds the outbox by hand.

use sqlx::PgConnection;

/// Whether messages may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// The database is where it was.
    Same,
    /// It lives elsewhere than it did, as a copy does: nothing leaves until [`release`].
    Copy,
    /// Somebody holds the outbox: nothing leaves until [`release`].
    Held,
}

/// Compares where the database lives with where it did; at the first start notes it. `hold`: nothing leaves in any case.
pub async fn check(connection: &mut PgConnection, hold: bool) -> Result<Home, sqlx::Error> {
    let cluster = cluster(connection).await;
    let (held, elsewhere): (bool, bool) = sqlx::query_as(
        "with here as (select oid from pg_database where datname = current_database()),
         checked as (
             update installation i
             set cluster = coalesce(i.cluster, $1), database = coalesce(i.database, here.oid), table_oid = coalesce(i.table_oid, i.tableoid),
                 outbox_held_at = case when $2 or i.cluster <> $1 or i.database <> here.oid or i.table_oid <> i.tableoid
                                       then coalesce(i.outbox_held_at, clock_timestamp()) else i.outbox_held_at end
             from here
             returning outbox_held_at, coalesce(i.cluster <> $1, false) or i.database <> here.oid or i.table_oid <> i.tableoid as elsewhere)
         select outbox_held_at is not null, elsewhere from checked",
    )
    .bind(cluster)
    .bind(hold)
    .fetch_one(connection)
    .await?;
    Ok(match (held, elsewhere) {
        (true, true) => Home::Copy,
        (true, false) => Home::Held,
        (false, _) => Home::Same,
    })
}

/// Whether the database lived elsewhere when it was last looked at, without noting where it lives now.
pub async fn is_elsewhere(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let cluster = cluster(connection).await;
    sqlx::query_scalar(
        "select coalesce(i.outbox_held_at is null and (coalesce(i.cluster <> $1, false) or i.database <> here.oid
                         or coalesce(i.table_oid <> i.tableoid, false)), false)
         from pg_database here left join installation i on true where here.datname = current_database()",
    )
    .bind(cluster)
    .fetch_one(connection)
    .await
}

/// Lets messages leave again: this is where the database lives from now on. Says whether they were held.
pub async fn release(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let held = sqlx::query_scalar("select outbox_is_held()").fetch_one(&mut *connection).await?;
    let cluster = cluster(connection).await;
    sqlx::query(
        "update installation set cluster = $1, database = (select oid from pg_database where datname = current_database()),
                table_oid = tableoid, outbox_held_at = null",
    )
    .bind(cluster)
    .execute(&mut *connection)
    .await?;
    sqlx::query("select pg_notify('latchkey_sends', '')").execute(connection).await?;
    Ok(held)
}

/// The cluster, where this user may know it.
async fn cluster(connection: &mut PgConnection) -> Option<String> {
    sqlx::query_scalar("select system_identifier::text from pg_control_system()").fetch_one(connection).await.ok()
}
