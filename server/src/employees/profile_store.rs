//! The SQL of reading about one employee.

use chrono::{DateTime, Utc};
use domain::ids::{EmployeeId, EventId, OrganisationId};
use sqlx::{PgConnection, types::Json};
use std::collections::HashMap;

/// One employee, not removed.
#[derive(sqlx::FromRow)]
pub(super) struct ProfileRow {
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub employee_number: Option<String>,
    pub department: Option<String>,
    pub site: Option<String>,
    pub title: Option<String>,
    pub language: Option<String>,
    pub organisation_language: String,
    pub role: String,
    pub created_at: DateTime<Utc>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub status: String,
    pub activated_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub delivery_problem: bool,
}

/// A message.
#[derive(sqlx::FromRow)]
pub(super) struct SendRow {
    pub kind: String,
    pub state: String,
    pub kept: bool,
    pub address: String,
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
    pub reply: Option<String>,
}

/// A line of history with what it shows.
#[derive(sqlx::FromRow)]
pub(super) struct LineRow {
    pub id: i64,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub actor: Option<String>,
    pub batch_id: Option<i64>,
    pub send_id: Option<i64>,
    pub send_kind: Option<String>,
    pub notice: Option<String>,
    pub address: Option<String>,
    pub kept: Option<bool>,
    pub can_be_shown: bool,
    pub reason: Option<String>,
    pub reply: Option<String>,
    pub told: Json<HashMap<String, String>>,
}

/// Finds an employee who was not removed.
pub(super) async fn find_profile(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<ProfileRow>> {
    sqlx::query_as(
        "select e.first_name, e.last_name, e.email, e.employee_number, e.department, e.site, e.title, e.language,
                o.language as organisation_language, e.role, e.created_at, e.suspended_at,
                s.status, s.activated_at, s.cancelled_at, s.expires_at, s.last_sign_in_at, s.delivery_problem
         from employees e
         join employee_statuses s on s.organisation_id = e.organisation_id and s.employee_id = e.id
         join organisations o on o.id = e.organisation_id
         where e.organisation_id = $1 and e.id = $2 and e.removed_at is null",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_optional(connection)
    .await
}

/// The latest message, notices excepted; or the latest that failed or bounced at the present address.
pub(super) async fn find_latest_send(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    failed_at_present_address: bool,
) -> sqlx::Result<Option<SendRow>> {
    sqlx::query_as(
        "select s.kind, case when w.held then 'sending' else s.state end as state, s.kept, s.address,
                coalesce(s.finished_at, greatest(s.not_before, b.hold_until)) as at, s.reason, s.reply
         from sends s join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
         left join batches b on b.organisation_id = s.organisation_id and b.id = s.batch_id
         left join outbox w on w.organisation_id = s.organisation_id and w.send_id = s.id
         where s.organisation_id = $1 and s.employee_id = $2 and s.kind <> 'notice'
           and (not $3 or s.address = e.email and s.state in ('failed', 'bounced'))
         order by s.id desc limit 1",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(failed_at_present_address)
    .fetch_optional(connection)
    .await
}

/// Lines of history, the newest first. The reply to an accepted message stands with the message, that to a refusal with the line.
pub(super) async fn find_lines(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    before: Option<EventId>,
    limit: i64,
) -> sqlx::Result<Vec<LineRow>> {
    sqlx::query_as(
        "select v.id, v.kind, v.at, v.batch_id, v.send_id,
                case when a.id <> v.employee_id then trim(a.first_name || ' ' || a.last_name) end as actor,
                s.kind as send_kind, s.notice, s.address, s.kept,
                exists (select from send_values r where r.organisation_id = s.organisation_id and r.send_id = s.id) as can_be_shown,
                case when v.kind = s.state then s.reason end as reason,
                case when v.kind = 'sent' then s.reply end as reply,
                coalesce((select jsonb_object_agg(name, value) from event_values t
                          where t.organisation_id = v.organisation_id and t.event_id = v.id), '{}') as told
         from events v
         left join employees a on a.organisation_id = v.organisation_id and a.id = v.actor_id
         left join sends s on s.organisation_id = v.organisation_id and s.id = v.send_id
         where v.organisation_id = $1 and v.employee_id = $2 and ($3::bigint is null or v.id < $3)
         order by v.id desc limit $4",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(before.map(|line| line.0))
    .bind(limit)
    .fetch_all(connection)
    .await
}
