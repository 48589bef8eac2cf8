//! The SQL of forgotten passwords.

use domain::{
    eligibility::COOL_DOWN_SECONDS,
    ids::{EmployeeId, OrganisationId, SendId},
};
use sqlx::PgConnection;

/// The message that would help somebody.
#[derive(sqlx::FromRow)]
pub(super) struct Message {
    /// The live invitation, to be sent again; none: a reset.
    pub(super) invitation_id: Option<i64>,
    /// Where such a message goes that is open, or was made for the present address within the cool-down and was neither dropped nor
    /// failed: no other one is made.
    pub(super) before: Option<String>,
    /// That message has not left yet.
    pub(super) on_its_way: bool,
}

/// Which message would help; none where none would.
pub(super) async fn what_helps(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<Message>> {
    sqlx::query_as(
        "select i.id as invitation_id, before.address as before, coalesce(before.open, false) as on_its_way
         from employees e
         left join invitations i on i.organisation_id = e.organisation_id and i.employee_id = e.id and e.activated_at is null
           and i.accepted_at is null and i.cancelled_at is null and i.withdrawn_at is null
         left join lateral (
             select s.address, s.state in ('queued', 'sending', 'deferred') as open
             from sends s
             where s.organisation_id = e.organisation_id and s.employee_id = e.id
               and case when i.id is null then s.kind = 'reset' else s.invitation_id is not null end
               and (s.state in ('queued', 'sending', 'deferred')
                    or s.state not in ('dropped', 'failed') and s.address = e.email
                       and coalesce(s.finished_at, s.created_at) > clock_timestamp() - make_interval(secs => $3))
             order by s.id desc limit 1) before on true
         where e.organisation_id = $1 and e.id = $2 and e.email is not null and e.removed_at is null and e.suspended_at is null
           and (e.activated_at is not null or i.id is not null)",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(COOL_DOWN_SECONDS)
    .fetch_optional(connection)
    .await
}

/// Queues a further message of an invitation, or a reset, to the address on file.
pub(super) async fn queue(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    invitation: Option<i64>,
) -> sqlx::Result<SendId> {
    let id = sqlx::query_scalar(
        "insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority)
         select e.organisation_id, e.id, case when $3::bigint is null then 'reset' else 'resend' end, $3, e.email,
                coalesce(e.language, o.language), 0
         from employees e join organisations o on o.id = e.organisation_id
         where e.organisation_id = $1 and e.id = $2
         returning id",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(invitation)
    .fetch_one(connection)
    .await?;
    Ok(SendId(id))
}

/// Lets what waits for somebody in the turn of a batch overtake it, since they wait for it by now; not while it is held, and can be undone.
pub(super) async fn hurry(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    reset: bool,
) -> sqlx::Result<()> {
    sqlx::query(
        "update sends set priority = 0
         where organisation_id = $1 and employee_id = $2 and state in ('queued', 'deferred') and priority > 0
           and case when $3 then kind = 'reset' else invitation_id is not null end
           and not exists (select from batches b where b.organisation_id = sends.organisation_id and b.id = sends.batch_id
                           and b.hold_until > clock_timestamp())",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(reset)
    .execute(&mut *connection)
    .await?;
    sqlx::query("select pg_notify('latchkey_sends', '')").execute(connection).await?;
    Ok(())
}

/// Queues the notice that a password was changed; none where there is no address.
pub(crate) async fn queue_password_notice(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<SendId>> {
    let id: Option<i64> = sqlx::query_scalar(
        "insert into sends (organisation_id, employee_id, kind, notice, address, language, priority)
         select e.organisation_id, e.id, 'notice', 'password_changed', e.email, coalesce(e.language, o.language), 0
         from employees e join organisations o on o.id = e.organisation_id
         where e.organisation_id = $1 and e.id = $2 and e.email is not null
         returning id",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_optional(connection)
    .await?;
    Ok(id.map(SendId))
}

/// Notes that a link was used.
pub(super) async fn mark_used(connection: &mut PgConnection, organisation: OrganisationId, send: SendId) -> sqlx::Result<()> {
    sqlx::query("update sends set used_at = clock_timestamp() where organisation_id = $1 and id = $2")
        .bind(organisation.0)
        .bind(send.0)
        .execute(connection)
        .await?;
    Ok(())
}
