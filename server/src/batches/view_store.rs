//! The SQL of looking at batches.

use chrono::{DateTime, Utc};
use domain::ids::{BatchId, OrganisationId};
use sqlx::PgConnection;

/// A batch.
#[derive(sqlx::FromRow)]
pub struct BatchRow {
    /// The batch.
    pub id: i64,
    /// A batch action's word.
    pub action: String,
    /// First name of whoever pressed.
    pub first_name: String,
    /// Last name of whoever pressed.
    pub last_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// The size of the audience.
    pub people: i32,
    /// How many take part.
    pub receiving: i32,
    /// Seconds in which it can still be undone.
    pub held: f64,
    /// It was taken back.
    pub undone: bool,
    /// Something may still leave.
    pub open: bool,
}

/// An outcome with how its send fares.
#[derive(sqlx::FromRow)]
pub struct OutcomeRow {
    /// The employee.
    pub employee_id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Why skipped.
    pub skipped: Option<String>,
    /// The send's state.
    pub state: Option<String>,
    /// The send's reason.
    pub reason: Option<String>,
    /// The relay's last words.
    pub reply: Option<String>,
}

/// Batches of more than one employee, the newest first; or one batch.
pub async fn list(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    before: Option<i64>,
    only: Option<i64>,
    most: i64,
) -> sqlx::Result<Vec<BatchRow>> {
    sqlx::query_as(
        "select b.id, b.action, e.first_name, e.last_name, b.created_at, b.people, b.receiving, b.undone_at is not null as undone,
                greatest(coalesce(extract(epoch from b.hold_until - clock_timestamp()), 0), 0)::float8 as held,
                exists (select from sends where organisation_id = b.organisation_id and batch_id = b.id and state in ('queued', 'sending', 'deferred')) as open
         from batches b join employees e on e.organisation_id = b.organisation_id and e.id = b.created_by
         where b.organisation_id = $1 and ($2::bigint is null or b.id < $2) and case when $3::bigint is null then b.people > 1 else b.id = $3 end
         order by b.id desc limit $4",
    )
    .bind(organisation.0)
    .bind(before)
    .bind(only)
    .bind(most)
    .fetch_all(connection)
    .await
}

/// How many sends of a batch are in which state, and whether they stay in the mailbox.
pub async fn send_counts(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
) -> sqlx::Result<Vec<(String, i64, bool)>> {
    sqlx::query_as("select state, count(*), bool_or(kept) from sends where organisation_id = $1 and batch_id = $2 group by state")
        .bind(organisation.0)
        .bind(batch.0)
        .fetch_all(connection)
        .await
}

/// How many employees of a batch were skipped for which reason, most first.
pub async fn skip_counts(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "select skipped, count(*) from outcomes where organisation_id = $1 and batch_id = $2 and skipped is not null group by skipped order by 2 desc, 1",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .fetch_all(connection)
    .await
}

/// Outcomes of a batch that follow an employee.
pub async fn outcomes(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<OutcomeRow>> {
    sqlx::query_as(
        "select o.employee_id, e.first_name, e.last_name, o.skipped, m.state, m.reason, m.reply
         from outcomes o
         join employees e on e.organisation_id = o.organisation_id and e.id = o.employee_id
         left join sends m on m.organisation_id = o.organisation_id and m.id = o.send_id
         where o.organisation_id = $1 and o.batch_id = $2 and o.employee_id > $3
         order by o.employee_id limit $4",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .bind(after)
    .bind(most)
    .fetch_all(connection)
    .await
}
