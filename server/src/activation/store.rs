//! The SQL of activation.

use domain::ids::{EmployeeId, OrganisationId};
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

/// Brings the narrow row up to date.
pub(super) async fn refresh(connection: &mut PgConnection, organisation: OrganisationId, employee: EmployeeId) -> sqlx::Result<()> {
    sqlx::query("select refresh_standings($1, array[$2]::bigint[])").bind(organisation.0).bind(employee.0).execute(connection).await?;
    Ok(())
}
