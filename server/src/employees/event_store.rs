//! Writing lines of history, one or many at once. Personal values stand apart from the line, so that they can be erased.

use domain::{
    event::EventKind,
    ids::{EmployeeId, InvitationId, OrganisationId, SendId},
};
use sqlx::PgConnection;

/// A line of history about one employee, or about the organisation.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// What happened.
    pub kind: EventKind,
    /// Who did it; none: the system or the command line.
    pub actor: Option<EmployeeId>,
    /// Whom it concerns.
    pub employee: Option<EmployeeId>,
    /// The invitation concerned.
    pub invitation: Option<InvitationId>,
    /// The send concerned.
    pub send: Option<SendId>,
    /// What the line shows, by name.
    pub values: &'a [(&'a str, &'a str)],
}

impl NewEvent<'_> {
    /// A line about an employee, without anything further.
    pub fn about(kind: EventKind, actor: Option<EmployeeId>, employee: EmployeeId) -> Self {
        Self { kind, actor, employee: Some(employee), invitation: None, send: None, values: &[] }
    }
}

/// Writes a line of history.
pub async fn insert_event(connection: &mut PgConnection, organisation: OrganisationId, event: NewEvent<'_>) -> sqlx::Result<()> {
    let (names, values): (Vec<&str>, Vec<&str>) = event.values.iter().copied().unzip();
    sqlx::query(
        "with line as (
             insert into events (organisation_id, kind, actor_id, employee_id, invitation_id, send_id)
             values ($1, $2, $3, $4, $5, $6) returning organisation_id, id)
         insert into event_values (organisation_id, event_id, name, value)
         select line.organisation_id, line.id, given.name, given.value from line, unnest($7::text[], $8::text[]) as given (name, value)",
    )
    .bind(organisation.0)
    .bind(event.kind.as_str())
    .bind(event.actor.map(|id| id.0))
    .bind(event.employee.map(|id| id.0))
    .bind(event.invitation.map(|id| id.0))
    .bind(event.send.map(|id| id.0))
    .bind(names)
    .bind(values)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the same line about each of many employees.
pub async fn insert_events(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    kind: EventKind,
    actor: Option<EmployeeId>,
    employees: &[EmployeeId],
) -> sqlx::Result<()> {
    let employees: Vec<i64> = employees.iter().map(|id| id.0).collect();
    sqlx::query("insert into events (organisation_id, kind, actor_id, employee_id) select $1, $2, $3, id from unnest($4::bigint[]) as id")
        .bind(organisation.0)
        .bind(kind.as_str())
        .bind(actor.map(|id| id.0))
        .bind(employees)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a line about each of many employees, with values of its own: `values` says whose, by which name, and what.
pub async fn insert_events_with_values(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    kind: EventKind,
    actor: Option<EmployeeId>,
    employees: &[EmployeeId],
    values: &[(EmployeeId, &str, &str)],
) -> sqlx::Result<()> {
    sqlx::query(
        "with lines as (
             insert into events (organisation_id, kind, actor_id, employee_id)
             select $1, $2, $3, id from unnest($4::bigint[]) as id
             returning id, employee_id)
         insert into event_values (organisation_id, event_id, name, value)
         select $1, lines.id, given.name, given.value
         from unnest($5::bigint[], $6::text[], $7::text[]) as given (employee_id, name, value)
         join lines on lines.employee_id = given.employee_id",
    )
    .bind(organisation.0)
    .bind(kind.as_str())
    .bind(actor.map(|id| id.0))
    .bind(employees.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(values.iter().map(|(employee, _, _)| employee.0).collect::<Vec<_>>())
    .bind(values.iter().map(|(_, name, _)| *name).collect::<Vec<_>>())
    .bind(values.iter().map(|(_, _, value)| *value).collect::<Vec<_>>())
    // Planned anew each time, by the true number of rows: a plan for a few would loop over many.
    .persistent(false)
    .execute(connection)
    .await?;
    Ok(())
}
