//! The SQL of what was changed while somebody filled in a form.

use domain::{
    event::EventKind,
    ids::{EmployeeId, EventId, OrganisationId},
    record::RecordField,
};
use sqlx::PgConnection;

/// A change of what is known of somebody, or of the role.
#[derive(sqlx::FromRow)]
pub(super) struct Changed {
    pub id: i64,
    kind: String,
    fields: Option<String>,
    /// Who did it, where it was a person.
    pub by: Option<String>,
}

impl Changed {
    /// Whether it changed this field.
    pub fn has(&self, field: RecordField) -> bool {
        let edited = || self.fields.iter().flat_map(|fields| fields.split(' ')).any(|word| word == field.as_str());
        if field == RecordField::Email { self.kind == EventKind::AddressChanged.as_str() } else { edited() }
    }

    /// Whether it changed the role.
    pub fn has_role(&self) -> bool {
        self.kind == EventKind::RoleChanged.as_str()
    }
}

/// The last change; zero where there was none.
pub(super) async fn find_last_change(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<EventId> {
    let last = sqlx::query_scalar(
        "select coalesce(max(id), 0) from events
         where organisation_id = $1 and employee_id = $2 and kind in ('edited', 'address_changed', 'role_changed')",
    );
    Ok(EventId(last.bind(organisation.0).bind(employee.0).fetch_one(connection).await?))
}

/// The changes after one of them, the last one first.
pub(super) async fn find_changes(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    after: EventId,
) -> sqlx::Result<Vec<Changed>> {
    sqlx::query_as(
        "select e.id, e.kind, v.value as fields, nullif(trim(a.first_name || ' ' || a.last_name), '') as by
         from events e
         left join event_values v on v.organisation_id = e.organisation_id and v.event_id = e.id and v.name = 'fields'
         left join employees a on a.organisation_id = e.organisation_id and a.id = e.actor_id
         where e.organisation_id = $1 and e.employee_id = $2 and e.id > $3 and e.kind in ('edited', 'address_changed', 'role_changed')
         order by e.id desc",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(after.0)
    .fetch_all(connection)
    .await
}
