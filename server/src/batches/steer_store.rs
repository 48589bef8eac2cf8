//! The SQL of steering batches.

use crate::{outbox, planning::plan_for};
use domain::{
    batch::Steer,
    delivery::Reason,
    event::EventKind,
    ids::{BatchId, EmployeeId, OrganisationId},
};
use sqlx::PgConnection;

/// How a batch stands, read after its lock was waited for.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Standing {
    /// It was taken back.
    pub(super) undone: bool,
    /// It can still be undone.
    pub(super) held: bool,
    /// A person holds it back.
    pub(super) paused: bool,
    /// A person ended it.
    pub(super) stopped: bool,
    /// Nothing of it waits.
    pub(super) ended: bool,
}

/// Locks a batch, so that nothing more of it is claimed, and says how it stands; none where it does not exist.
pub(super) async fn lock(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<Option<Standing>> {
    let found: Option<i64> = sqlx::query_scalar("select id from batches where organisation_id = $1 and id = $2 for update")
        .bind(organisation.0)
        .bind(batch.0)
        .fetch_optional(&mut *connection)
        .await?;
    if found.is_none() {
        return Ok(None);
    }
    sqlx::query_as(
        "select undone_at is not null as undone, coalesce(hold_until > clock_timestamp(), false) as held, paused_at is not null as paused,
                stopped_at is not null as stopped, ended_at is not null as ended
         from batches where organisation_id = $1 and id = $2",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .fetch_optional(connection)
    .await
}

/// The employees for whom something of a batch waits.
pub(super) async fn waited_for(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar("select employee_id from outbox where organisation_id = $1 and batch_id = $2 and not held order by employee_id")
        .bind(organisation.0)
        .bind(batch.0)
        .fetch_all(connection)
        .await
}

/// Drops what waits of a batch, `$2`, for employees, `$5`.
pub const WITHDRAW: &str = "
with dropped as (
    update sends s set state = 'dropped', reason = $4, finished_at = now()
    from outbox o
    where o.organisation_id = $1 and o.batch_id = $2 and o.employee_id = any($5) and not o.held
      and s.organisation_id = o.organisation_id and s.batch_id = $2 and s.id = o.send_id and s.state in ('queued', 'deferred')
    returning s.id, s.employee_id, s.invitation_id, s.kind, s.uncertain),
withdrawn as (
    update invitations i set withdrawn_at = now() from dropped d
    where d.kind = 'invitation' and not d.uncertain and i.organisation_id = $1 and i.batch_id = $2 and i.id = d.invitation_id
      and i.accepted_at is null and i.cancelled_at is null and i.withdrawn_at is null
    returning i.id, i.employee_id)
insert into events (organisation_id, kind, actor_id, employee_id, invitation_id, send_id, batch_id)
select $1, 'dropped', $3, employee_id, invitation_id, id, $2 from dropped
union all
select $1, 'withdrawn', $3, employee_id, id, null, $2 from withdrawn";

/// Drops what waits of a batch for these employees, who are locked. An invitation that it made and of which nothing can have left counts as
/// never made. What comes back from a worker later is dropped by `end_batches` (`0043_left_over.sql`).
pub(super) async fn withdraw(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
    by: EmployeeId,
    ids: &[i64],
    reason: Reason,
) -> sqlx::Result<()> {
    let many = plan_for(&mut *connection, ids.len()).await?;
    sqlx::query(WITHDRAW)
        .persistent(!many)
        .bind(organisation.0)
        .bind(batch.0)
        .bind(by.0)
        .bind(reason.as_str())
        .bind(ids)
        .execute(&mut *connection)
        .await?;
    if many {
        // It joins few tables, and looks for each one's messages by an index. PostgreSQL 18 keeps its plan for others.
        sqlx::raw_sql("set local enable_nestloop = on; set local enable_bitmapscan = off").execute(&mut *connection).await?;
    }
    sqlx::query("select refresh_standings($1, $2)").bind(organisation.0).bind(ids).persistent(!many).execute(connection).await?;
    Ok(())
}

/// Notes what a person did to a batch, and tells workers and screens.
pub(super) async fn note(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
    by: EmployeeId,
    steer: Steer,
) -> sqlx::Result<()> {
    sqlx::query(
        "update batches
         set undone_at = case when $4 = 'undo' then now() else undone_at end,
             stopped_at = case when $4 = 'stop' then now() else stopped_at end,
             paused_at = case $4 when 'pause' then now() when 'undo' then paused_at end,
             moved_at = case when $4 = 'resume' then now() else moved_at end,
             steered_by = $3, steered_at = now()
         where organisation_id = $1 and id = $2",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .bind(by.0)
    .bind(steer.as_str())
    .execute(&mut *connection)
    .await?;
    let event = match steer {
        Steer::Undo => None,
        Steer::Pause => Some(EventKind::BatchPaused),
        Steer::Resume => Some(EventKind::BatchResumed),
        Steer::Stop => Some(EventKind::BatchStopped),
    };
    if let Some(event) = event {
        sqlx::query("insert into events (organisation_id, kind, actor_id, batch_id) values ($1, $2, $3, $4)")
            .bind(organisation.0)
            .bind(event.as_str())
            .bind(by.0)
            .bind(batch.0)
            .execute(&mut *connection)
            .await?;
    }
    if steer != Steer::Resume {
        outbox::recall(&mut *connection).await?;
    }
    sqlx::query("select pg_notify('latchkey_sends', ''), pg_notify('latchkey_standings', $1)")
        .bind(organisation.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
