//! What others changed while somebody filled in a form: never changed back unseen.

use super::{change_store::Person, meanwhile_store::find_changes};
use app::ui::problem::{FieldError, Problem};
use domain::{
    ids::{EmployeeId, EventId, OrganisationId},
    record::{EmployeeRecord, RecordField},
    role::Role,
};
use sqlx::PgConnection;

/// What somebody wants to be known from now on, and the last change that they have seen.
pub(super) struct Wanted<'a> {
    pub record: &'a EmployeeRecord,
    /// Another role than now, if any.
    pub new_role: Option<Role>,
    pub made_from: EventId,
}

/// The fields that somebody else changed since, and that would be changed again.
pub(super) async fn find_conflicts(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    now: &Person,
    wanted: &Wanted<'_>,
) -> sqlx::Result<Vec<FieldError>> {
    let changes = find_changes(connection, organisation, employee, wanted.made_from).await?;
    let Some(last) = changes.first().map(|change| EventId(change.id)) else { return Ok(Vec::new()) };
    let conflict = |field: &str, by: &Option<String>, now: &str| {
        FieldError::new(field, Problem::ChangedMeanwhile { by: by.clone(), now: now.to_owned(), last })
    };
    let mut fields = now.changed_fields(wanted.record);
    fields.extend(now.address_differs(wanted.record).then_some(RecordField::Email));
    fields.sort_unstable();
    let of_record = fields.into_iter().filter_map(|field| {
        let change = changes.iter().find(|change| change.has(field))?;
        Some(conflict(field.as_str(), &change.by, now.text_of(field)))
    });
    let of_role = changes.iter().find(|change| wanted.new_role.is_some() && change.has_role());
    let of_role = of_role.map(|change| conflict("role", &change.by, now.role().as_str()));
    Ok(of_record.chain(of_role).collect())
}
