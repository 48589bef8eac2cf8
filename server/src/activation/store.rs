//! The SQL of activation.

use domain::ids::{EmployeeId, OrganisationId, SendId};
use sqlx::PgConnection;

/// Activates an employee and accepts the live invitation. The caller holds the locks and has judged.
pub(super) async fn activate(connection: &mut PgConnection, organisation: OrganisationId, employee: EmployeeId) -> sqlx::Result<()> {
    for statement in [
        "update employees set activated_at = clock_timestamp() where organisation_id = $1 and id = $2 and activated_at is null",
        "update invitations set accepted_at = clock_timestamp()
         where organisation_id = $1 and employee_id = $2 and accepted_at is null and cancelled_at is null and withdrawn_at is null",
    ] {
        sqlx::query(statement).bind(organisation.0).bind(employee.0).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Drops invitation messages that have not left. What a worker holds right now may be leaving: its worker tells how that ends.
pub(super) async fn drop_open(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Vec<SendId>> {
    let dropped: Vec<i64> = sqlx::query_scalar(
        "update sends set state = 'dropped', reason = 'activated', finished_at = clock_timestamp()
         where organisation_id = $1 and employee_id = $2 and invitation_id is not null and state in ('queued', 'deferred')
         returning id",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_all(connection)
    .await?;
    Ok(dropped.into_iter().map(SendId).collect())
}

/// Brings the narrow row up to date.
pub(super) async fn refresh(connection: &mut PgConnection, organisation: OrganisationId, employee: EmployeeId) -> sqlx::Result<()> {
    sqlx::query("select refresh_standings($1, array[$2]::bigint[])").bind(organisation.0).bind(employee.0).execute(connection).await?;
    Ok(())
}
