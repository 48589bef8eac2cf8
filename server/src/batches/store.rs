//! The SQL of batches.

use crate::{
    employees::list::push_criteria,
    form_key::FormKey,
    planning::{self, plan_for},
};
use app::batches::{model::Proposal, skipped::PAGE};
use chrono::{DateTime, Utc};
use const_format::concatcp;
use domain::{
    eligibility::{COOL_DOWN_SECONDS, Skip},
    ids::{BatchId, EmployeeId, OrganisationId},
    listing::Criteria,
    role::Role,
};
use sqlx::{PgConnection, Postgres, QueryBuilder, postgres::PgArguments, query::QueryAs};

const SPLIT: &str = concatcp!(include_str!("verdicts.sql"), include_str!("split.sql"));
const SKIPPED: &str = concatcp!(include_str!("verdicts.sql"), include_str!("skipped.sql"));
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
    /// The first few of the verdict, in whichever language.
    pub examples: Vec<i64>,
    /// Their names.
    pub names: Vec<String>,
    /// How many of them are pending or expired.
    pub invited: i64,
    /// How many of them are active.
    pub active: i64,
    /// How many of them have an address that was refused before, and nothing else in the way.
    pub refused: i64,
}

/// The employees among these ids who exist.
pub async fn existing(connection: &mut PgConnection, organisation: OrganisationId, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar("select employee_id from standings where organisation_id = $1 and employee_id = any($2) order by employee_id")
        .bind(organisation.0)
        .bind(ids)
        .persistent(ids.len() <= planning::MANY)
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
    .persistent(ids.len() <= planning::MANY)
    .fetch_all(connection)
    .await
}

fn bind_verdict<'q, O>(
    query: QueryAs<'q, Postgres, O, PgArguments>,
    organisation: OrganisationId,
    ids: &'q [i64],
    proposal: &Proposal,
    own_role: Role,
    at: Option<DateTime<Utc>>,
) -> QueryAs<'q, Postgres, O, PgArguments> {
    query
        .bind(organisation.0)
        .bind(ids)
        .bind(proposal.action.as_str())
        .bind(proposal.resend_too)
        .bind(proposal.reset_too)
        .bind(own_role.as_str())
        .bind(proposal.refused_too || proposal.means_one())
        .bind(COOL_DOWN_SECONDS)
        .bind(at)
}

/// Who among these gets what, a row per verdict and language.
pub async fn split(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    ids: &[i64],
    proposal: &Proposal,
    own_role: Role,
) -> sqlx::Result<Vec<VerdictRow>> {
    let many = plan_for(&mut *connection, ids.len()).await?;
    bind_verdict(sqlx::query_as(SPLIT), organisation, ids, proposal, own_role, None).persistent(!many).fetch_all(connection).await
}

/// Who among these is skipped for a reason, by name, after somebody.
pub async fn skipped(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    ids: &[i64],
    proposal: &Proposal,
    own_role: Role,
    (reason, after): (Skip, Option<EmployeeId>),
) -> sqlx::Result<Vec<(i64, String)>> {
    let many = plan_for(&mut *connection, ids.len()).await?;
    bind_verdict(sqlx::query_as(SKIPPED), organisation, ids, proposal, own_role, None)
        .persistent(!many)
        .bind(reason.as_str())
        .bind(after.map(|after| after.0))
        .bind(i64::from(PAGE))
        .fetch_all(connection)
        .await
}

/// Makes the batch, unless this key has made one already.
pub async fn insert(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    by: EmployeeId,
    proposal: &Proposal,
    key: FormKey,
) -> sqlx::Result<Option<BatchId>> {
    let source = proposal.audience.source();
    let id: Option<i64> = sqlx::query_scalar(
        "insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving, source_batch_id, source_part)
         select $1, $2, $3, $4::uuid, 0, 0, s.id, case when s.id is not null then $6 end
         from (select) here left join batches s on s.organisation_id = $1 and s.id = $5
         on conflict (organisation_id, created_by, idempotency_key) do nothing returning id",
    )
    .bind(organisation.0)
    .bind(proposal.action.as_str())
    .bind(by.0)
    .bind(key.to_string())
    .bind(source.map(|source| source.batch.0))
    .bind(source.map(|source| source.part.as_str()))
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

/// Somebody's newest batch while it can still be undone: the batch, its action, how many take part, and seconds left of its hold.
pub async fn held(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    by: EmployeeId,
) -> sqlx::Result<Option<(i64, String, i32, f64)>> {
    sqlx::query_as(
        "select id, action, receiving, extract(epoch from hold_until - clock_timestamp())::float8 from batches
         where organisation_id = $1 and created_by = $2 and hold_until > clock_timestamp() and undone_at is null and stopped_at is null
         order by id desc limit 1",
    )
    .bind(organisation.0)
    .bind(by.0)
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
    /// When it was shown who would take part; none: now.
    pub shown_at: Option<DateTime<Utc>>,
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
    let many = plan_for(&mut *connection, ids.len()).await?;
    let accepted = bind_verdict(sqlx::query_as(ACCEPT), organisation, ids, proposal, own_role, acceptance.shown_at)
        .persistent(!many)
        .bind(acceptance.batch.0)
        .bind(acceptance.by.0)
        .bind(acceptance.priority)
        .fetch_one(&mut *connection)
        .await?;
    // The hold begins now, since writing a hundred thousand takes as long as one.
    sqlx::query(
        "update batches set hold_until = clock_timestamp() + make_interval(secs => $3)
         where organisation_id = $1 and id = $2 and receiving > 0 and $3 > 0",
    )
    .bind(organisation.0)
    .bind(acceptance.batch.0)
    .bind(acceptance.hold_seconds)
    .execute(connection)
    .await?;
    Ok(accepted)
}

/// What an organisation's settings say of its batches.
#[derive(sqlx::FromRow)]
pub struct TermsRow {
    /// How long they are held.
    pub hold_seconds: i32,
    /// The sender's name.
    pub sender_name: String,
    /// The sender's address, where it is the organisation's own.
    pub sender_address: Option<String>,
    /// The transaction's time.
    pub now: DateTime<Utc>,
}

/// The terms of this organisation's batches.
pub async fn terms(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<TermsRow> {
    sqlx::query_as(
        "select s.hold_seconds, coalesce(s.sender_name, o.name) as sender_name, s.sender_address, now() as now
         from settings s join organisations o on o.id = s.organisation_id where s.organisation_id = $1",
    )
    .bind(organisation.0)
    .fetch_one(connection)
    .await
}
