//! The SQL by which changes of employees reach their invitations and messages.

use domain::{
    delivery::Reason,
    ids::{EmployeeId, InvitationId, OrganisationId},
};
use sqlx::PgConnection;

/// Cancels the live invitation, expired or not; says which it was.
pub(super) async fn cancel_invitation(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<InvitationId>> {
    let cancelled: Option<i64> = sqlx::query_scalar(
        "update invitations set cancelled_at = now()
         where organisation_id = $1 and employee_id = $2 and accepted_at is null and cancelled_at is null and withdrawn_at is null
         returning id",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_optional(connection)
    .await?;
    Ok(cancelled.map(InvitationId))
}

/// The live invitations have not been sent to where they should go.
pub(super) async fn unset_expiries(connection: &mut PgConnection, organisation: OrganisationId, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query(
        "update invitations set expires_at = null, expiry_noted_at = null
         where organisation_id = $1 and employee_id = any($2) and accepted_at is null and cancelled_at is null and withdrawn_at is null",
    )
    .bind(organisation.0)
    .bind(ids)
    .persistent(false)
    .execute(connection)
    .await?;
    Ok(())
}

/// Drops what has not left, notices excepted, with a line of history each. What a worker holds at this moment is left to it: it
/// may have left already, and is dropped when taken up again.
pub(crate) async fn drop_open_sends(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    actor: Option<EmployeeId>,
    ids: &[i64],
    reason: Reason,
) -> sqlx::Result<()> {
    sqlx::query(
        "with dropped as (
             update sends set state = 'dropped', reason = $4, finished_at = clock_timestamp()
             where organisation_id = $1 and employee_id = any($2) and kind <> 'notice' and state in ('queued', 'deferred')
             returning organisation_id, id, employee_id, invitation_id, batch_id)
         insert into events (organisation_id, kind, actor_id, employee_id, invitation_id, send_id, batch_id)
         select organisation_id, 'dropped', $3, employee_id, invitation_id, id, batch_id from dropped order by id",
    )
    .bind(organisation.0)
    .bind(ids)
    .bind(actor.map(|id| id.0))
    .bind(reason.as_str())
    .persistent(false)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends reset links that have left, so that none revives when the account or the address comes back.
pub(super) async fn end_reset_links(connection: &mut PgConnection, organisation: OrganisationId, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query(
        "update sends set expires_at = now()
         where organisation_id = $1 and employee_id = any($2) and kind = 'reset' and state in ('sent', 'bounced') and expires_at > now()",
    )
    .bind(organisation.0)
    .bind(ids)
    .persistent(false)
    .execute(connection)
    .await?;
    Ok(())
}

/// Queues notices of a changed address to the old ones, in each person's language. Those of an import take turns with batches.
pub(super) async fn insert_notices(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    actor: Option<EmployeeId>,
    told: &[(EmployeeId, &str)],
) -> sqlx::Result<()> {
    // A statement without rows would wake the workers all the same.
    if told.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "with queued as (
             insert into sends (organisation_id, employee_id, kind, notice, address, language, priority)
             select e.organisation_id, e.id, 'notice', 'address_changed', given.address, coalesce(e.language, o.language), $5
             from unnest($2::bigint[], $3::text[]) as given (id, address)
             join employees e on e.organisation_id = $1 and e.id = given.id
             join organisations o on o.id = e.organisation_id
             order by e.id
             returning organisation_id, id, employee_id)
         insert into events (organisation_id, kind, actor_id, employee_id, send_id)
         select organisation_id, 'notice_queued', $4, employee_id, id from queued order by id",
    )
    .bind(organisation.0)
    .bind(told.iter().map(|(employee, _)| employee.0).collect::<Vec<_>>())
    .bind(told.iter().map(|(_, address)| *address).collect::<Vec<_>>())
    .bind(actor.map(|id| id.0))
    .bind(if told.len() > 1 { 5_i16 } else { 0 })
    .persistent(false)
    .execute(connection)
    .await?;
    Ok(())
}
