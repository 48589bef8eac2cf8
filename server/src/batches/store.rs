//! The SQL of batches.

use crate::{employees::list::push_criteria, form_key::FormKey};
use app::batches::model::Proposal;
use const_format::concatcp;
use domain::{
    eligibility::COOL_DOWN_SECONDS,
    ids::{BatchId, EmployeeId, OrganisationId},
    listing::Criteria,
    role::Role,
};
use sqlx::{PgConnection, Postgres, QueryBuilder, postgres::PgArguments, query::QueryAs};

const SPLIT: &str = concatcp!(include_str!("verdicts.sql"), include_str!("split.sql"));
const ACCEPT: &str = concatcp!(include_str!("verdicts.sql"), include_str!("accept.sql"));

/// One verdict of a split.
#[derive(sqlx::FromRow)]
pub struct VerdictRow {
    /// What they get, or why they are skipped.
    pub verdict: String,
    /// The language of their mail.
    pub language: String,
    /// How many.
    pub people: i64,
    /// The first few.
    pub examples: Vec<i64>,
    /// Their names.
    pub names: Vec<String>,
    /// How many of them are pending or expired.
    pub invited: i64,
    /// How many of them are active.
    pub active: i64,
}

/// The employees among these ids who exist.
pub async fn existing(connection: &mut PgConnection, organisation: OrganisationId, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar("select employee_id from standings where organisation_id = $1 and employee_id = any($2) order by employee_id")
        .bind(organisation.0)
        .bind(ids)
        .fetch_all(connection)
        .await
}

/// The employees who match what the Employees page would show.
pub async fn matching(connection: &mut PgConnection, organisation: OrganisationId, criteria: &Criteria) -> sqlx::Result<Vec<i64>> {
    let mut query = QueryBuilder::new("select s.employee_id from employee_statuses s where s.organisation_id = ");
    query.push_bind(organisation.0);
    push_criteria(&mut query, criteria);
    query.push(" order by s.employee_id").build_query_scalar().fetch_all(connection).await
}

/// Locks employees, in the order in which every action locks them; the ones that still exist.
pub async fn lock(connection: &mut PgConnection, organisation: OrganisationId, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(
        "select employee_id from standings where organisation_id = $1 and employee_id = any($2) order by employee_id for update",
    )
    .bind(organisation.0)
    .bind(ids)
    .fetch_all(connection)
    .await
}

fn bind_verdict<'q, O>(
    query: QueryAs<'q, Postgres, O, PgArguments>,
    organisation: OrganisationId,
    ids: &'q [i64],
    proposal: &Proposal,
    own_role: Role,
) -> QueryAs<'q, Postgres, O, PgArguments> {
    query
        .bind(organisation.0)
        .bind(ids)
        .bind(proposal.action.as_str())
        .bind(proposal.resend_too)
        .bind(proposal.reset_too)
        .bind(own_role.as_str())
        .bind(ids.len() > 1)
        .bind(COOL_DOWN_SECONDS)
}

/// Who among these gets what, a row per verdict and language.
pub async fn split(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    ids: &[i64],
    proposal: &Proposal,
    own_role: Role,
) -> sqlx::Result<Vec<VerdictRow>> {
    bind_verdict(sqlx::query_as(SPLIT), organisation, ids, proposal, own_role).fetch_all(connection).await
}

/// Makes the batch, unless this key has made one already.
pub async fn insert(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    by: EmployeeId,
    proposal: &Proposal,
    key: FormKey,
) -> sqlx::Result<Option<BatchId>> {
    let id: Option<i64> = sqlx::query_scalar(
        "insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving)
         values ($1, $2, $3, $4::uuid, 0, 0) on conflict (organisation_id, created_by, idempotency_key) do nothing returning id",
    )
    .bind(organisation.0)
    .bind(proposal.action.as_str())
    .bind(by.0)
    .bind(key.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(id.map(BatchId))
}

/// What this key made before: the batch, how many take part, and seconds left of its hold.
pub async fn find_by_key(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    by: EmployeeId,
    key: FormKey,
) -> sqlx::Result<Option<(i64, i32, f64)>> {
    sqlx::query_as(
        "select id, receiving, greatest(coalesce(extract(epoch from hold_until - clock_timestamp()), 0), 0)::float8
         from batches where organisation_id = $1 and created_by = $2 and idempotency_key = $3::uuid",
    )
    .bind(organisation.0)
    .bind(by.0)
    .bind(key.to_string())
    .fetch_optional(connection)
    .await
}

/// What is written besides the verdicts.
pub struct Acceptance {
    /// The batch.
    pub batch: BatchId,
    /// Who pressed.
    pub by: EmployeeId,
    /// Seconds in which it can be undone.
    pub hold_seconds: i32,
    /// The priority of its sends.
    pub priority: i16,
}

/// Writes everything that accepting means: invitations, sends, cancellations, outcomes, events; how many people, and how many take part.
pub async fn accept(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    ids: &[i64],
    proposal: &Proposal,
    own_role: Role,
    acceptance: &Acceptance,
) -> sqlx::Result<(i32, i32)> {
    bind_verdict(sqlx::query_as(ACCEPT), organisation, ids, proposal, own_role)
        .bind(acceptance.batch.0)
        .bind(acceptance.by.0)
        .bind(acceptance.hold_seconds)
        .bind(acceptance.priority)
        .fetch_one(connection)
        .await
}

/// How long this organisation holds its batches, in seconds.
pub async fn hold_seconds(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<i32> {
    sqlx::query_scalar("select hold_seconds from settings where organisation_id = $1").bind(organisation.0).fetch_one(connection).await
}

/// Whether a batch can be undone, decided after its lock was waited for.
pub async fn lock_for_undo(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
) -> sqlx::Result<Option<(bool, bool)>> {
    let found: Option<i64> = sqlx::query_scalar("select id from batches where organisation_id = $1 and id = $2 for update")
        .bind(organisation.0)
        .bind(batch.0)
        .fetch_optional(&mut *connection)
        .await?;
    if found.is_none() {
        return Ok(None);
    }
    sqlx::query_as(
        "select undone_at is not null, coalesce(hold_until > clock_timestamp(), false) from batches where organisation_id = $1 and id = $2",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .fetch_optional(connection)
    .await
}

/// The employees who take part in a batch.
pub async fn taking_part(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(
        "select employee_id from outcomes where organisation_id = $1 and batch_id = $2 and skipped is null order by employee_id",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .fetch_all(connection)
    .await
}

/// Takes back what never left: its sends are dropped, its invitations withdrawn.
pub async fn withdraw(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
    by: EmployeeId,
    ids: &[i64],
) -> sqlx::Result<()> {
    sqlx::query(
        "with dropped as (
             update sends set state = 'dropped', reason = 'undone', finished_at = now()
             where organisation_id = $1 and batch_id = $2 and state in ('queued', 'deferred')
             returning id, employee_id, invitation_id),
         withdrawn as (
             update invitations set withdrawn_at = now()
             where organisation_id = $1 and batch_id = $2 and accepted_at is null and cancelled_at is null and withdrawn_at is null
             returning id, employee_id),
         undone as (
             update batches set undone_at = now() where organisation_id = $1 and id = $2)
         insert into events (organisation_id, kind, actor_id, employee_id, invitation_id, send_id, batch_id)
         select $1, 'dropped', $3, employee_id, invitation_id, id, $2 from dropped
         union all
         select $1, 'withdrawn', $3, employee_id, id, null, $2 from withdrawn",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .bind(by.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query("select refresh_standings($1, $2)").bind(organisation.0).bind(ids).execute(connection).await?;
    Ok(())
}
