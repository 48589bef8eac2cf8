//! The SQL of the demo.

use domain::ids::{EmployeeId, OrganisationId};
use sqlx::PgConnection;

/// The demo's organisation and owner, where it was made.
pub(super) async fn find(connection: &mut PgConnection) -> sqlx::Result<Option<(OrganisationId, EmployeeId)>> {
    let made = "select demo_organisation_id, demo_owner_id from installation where demo_owner_id is not null";
    let made: Option<(i64, i64)> = sqlx::query_as(made).fetch_optional(connection).await?;
    Ok(made.map(|(organisation, owner)| (OrganisationId(organisation), EmployeeId(owner))))
}

/// Of several that make the demo at once, lets one go on at a time.
pub(super) async fn wait_for_others(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('demo', 0))").execute(connection).await?;
    Ok(())
}

/// Makes the organisation.
pub(super) async fn insert_organisation(connection: &mut PgConnection, name: &str, short_name: &str) -> sqlx::Result<OrganisationId> {
    let organisation = sqlx::query_scalar("select create_organisation($1, $2, 'en', 'Europe/Zurich')");
    Ok(OrganisationId(organisation.bind(name).bind(short_name).fetch_one(connection).await?))
}

/// Notes that the demo was made.
pub(super) async fn note(connection: &mut PgConnection, organisation: OrganisationId, owner: EmployeeId) -> sqlx::Result<()> {
    sqlx::query("update installation set demo_organisation_id = $1, demo_owner_id = $2")
        .bind(organisation.0)
        .bind(owner.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// The organisation's name, what its owner signs in with, and the hash of the owner's password; none where the owner was removed.
pub(super) async fn owner(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    owner: EmployeeId,
) -> sqlx::Result<Option<(String, String, Option<String>)>> {
    sqlx::query_as(
        "select o.name, coalesce(e.email, e.employee_number, ''), p.hash from employees e
         join organisations o on o.id = e.organisation_id
         left join passwords p on p.organisation_id = e.organisation_id and p.employee_id = e.id
         where e.organisation_id = $1 and e.id = $2 and e.removed_at is null",
    )
    .bind(organisation.0)
    .bind(owner.0)
    .fetch_optional(connection)
    .await
}

/// Gives the owner a password.
pub(super) async fn activate(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    owner: EmployeeId,
    hash: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "with set_password as (insert into passwords (organisation_id, employee_id, hash) values ($1, $2, $3)),
              activated as (update employees set activated_at = now() where organisation_id = $1 and id = $2)
         update standings set activated_at = now() where organisation_id = $1 and employee_id = $2",
    )
    .bind(organisation.0)
    .bind(owner.0)
    .bind(hash)
    .execute(connection)
    .await?;
    Ok(())
}
