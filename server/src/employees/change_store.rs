//! The SQL of changing one employee.

use crate::form_key::FormKey;
use domain::{
    email::EmailAddress,
    ids::{EmployeeId, OrganisationId},
    record::{EmployeeRecord, RawRecord, RecordField},
    role::Role,
};
use sqlx::PgConnection;

/// What changes depend on.
#[derive(sqlx::FromRow)]
pub(super) struct Person {
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    email_normalised: Option<String>,
    employee_number: Option<String>,
    department: Option<String>,
    site: Option<String>,
    title: Option<String>,
    language: Option<String>,
    role: String,
    pub activated: bool,
    pub suspended: bool,
    pub removed: bool,
    /// There is a live invitation, expired or not.
    pub invited: bool,
}

impl Person {
    pub fn role(&self) -> Role {
        self.role.parse().unwrap_or_default()
    }

    /// As a form shows it.
    pub fn record(self) -> RawRecord {
        RawRecord {
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email.unwrap_or_default(),
            employee_number: self.employee_number.unwrap_or_default(),
            department: self.department.unwrap_or_default(),
            site: self.site.unwrap_or_default(),
            title: self.title.unwrap_or_default(),
            language: self.language.unwrap_or_default(),
        }
    }

    /// The fields in which a record differs, the address excepted.
    pub fn changed_fields(&self, record: &EmployeeRecord) -> Vec<RecordField> {
        let language = record.language().map(domain::language::Language::as_str);
        let differs = [
            (RecordField::FirstName, self.first_name != record.first_name()),
            (RecordField::LastName, self.last_name != record.last_name()),
            (RecordField::EmployeeNumber, self.employee_number.as_deref() != record.employee_number()),
            (RecordField::Department, self.department.as_deref() != record.department()),
            (RecordField::Site, self.site.as_deref() != record.site()),
            (RecordField::Title, self.title.as_deref() != record.title()),
            (RecordField::Language, self.language.as_deref() != language),
        ];
        differs.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect()
    }

    /// What stands in a field; nothing where it is empty.
    pub fn text_of(&self, field: RecordField) -> &str {
        let text = match field {
            RecordField::FirstName => Some(&self.first_name),
            RecordField::LastName => Some(&self.last_name),
            RecordField::Email => self.email.as_ref(),
            RecordField::EmployeeNumber => self.employee_number.as_ref(),
            RecordField::Department => self.department.as_ref(),
            RecordField::Site => self.site.as_ref(),
            RecordField::Title => self.title.as_ref(),
            RecordField::Language => self.language.as_ref(),
        };
        text.map_or("", String::as_str)
    }

    /// Whether a record names another mailbox; another spelling of the same is none.
    pub fn address_differs(&self, record: &EmployeeRecord) -> bool {
        self.email_normalised.as_deref() != record.email().map(EmailAddress::normalised)
    }
}

/// Locks an employee and all owners, in the order of their ids.
pub(super) async fn lock_with_owners(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<()> {
    sqlx::query(
        "select from standings where organisation_id = $1
           and employee_id in (select id from employees where organisation_id = $1 and removed_at is null and (role = 'owner' or id = $2))
         order by employee_id for update",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Finds an employee, a removed one too.
pub(super) async fn find_person(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<Person>> {
    sqlx::query_as(
        "select first_name, last_name, email, email_normalised, employee_number, department, site, title, language, role,
                activated_at is not null as activated, suspended_at is not null as suspended, removed_at is not null as removed,
                exists (select from invitations i where i.organisation_id = e.organisation_id and i.employee_id = e.id
                        and accepted_at is null and cancelled_at is null and withdrawn_at is null) as invited
         from employees e where organisation_id = $1 and id = $2",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_optional(connection)
    .await
}

/// The role of somebody who may sign in.
pub(super) async fn find_role(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<Role>> {
    let role: Option<String> = sqlx::query_scalar(
        "select role from employees where organisation_id = $1 and id = $2 and removed_at is null and suspended_at is null",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_optional(connection)
    .await?;
    Ok(role.and_then(|role| role.parse().ok()))
}

/// Whether another owner can sign in.
pub(super) async fn has_other_owner(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists (select from employees where organisation_id = $1 and id <> $2 and role = 'owner'
                        and removed_at is null and suspended_at is null and activated_at is not null)",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_one(connection)
    .await
}

/// Finds whom a form has added; holds other posts of the same form back until the transaction ends.
pub(super) async fn find_added(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    key: FormKey,
) -> sqlx::Result<Option<EmployeeId>> {
    let key = key.to_string();
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))").bind(&key).execute(&mut *connection).await?;
    let added: Option<i64> = sqlx::query_scalar("select id from employees where organisation_id = $1 and form_key = $2::uuid")
        .bind(organisation.0)
        .bind(&key)
        .fetch_optional(connection)
        .await?;
    Ok(added.map(EmployeeId))
}

/// Notes which form added an employee.
pub(super) async fn note_key(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    key: FormKey,
) -> sqlx::Result<()> {
    sqlx::query("update employees set form_key = $3::uuid where organisation_id = $1 and id = $2")
        .bind(organisation.0)
        .bind(employee.0)
        .bind(key.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Changes the role.
pub(super) async fn set_role(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    role: Role,
) -> sqlx::Result<()> {
    sqlx::query("update employees set role = $3 where organisation_id = $1 and id = $2")
        .bind(organisation.0)
        .bind(employee.0)
        .bind(role.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Suspends or restores.
pub(super) async fn set_suspended(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    suspended: bool,
) -> sqlx::Result<()> {
    sqlx::query("update employees set suspended_at = case when $3 then now() end where organisation_id = $1 and id = $2")
        .bind(organisation.0)
        .bind(employee.0)
        .bind(suspended)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes: from the lists, and the password with it.
pub(super) async fn set_removed(connection: &mut PgConnection, organisation: OrganisationId, employee: EmployeeId) -> sqlx::Result<()> {
    sqlx::query(
        "with removed as (update employees set removed_at = now() where organisation_id = $1 and id = $2),
              forgotten as (delete from passwords where organisation_id = $1 and employee_id = $2)
         delete from standings where organisation_id = $1 and employee_id = $2",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Brings the narrow row up to date.
pub(super) async fn refresh_standings(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<()> {
    sqlx::query("select refresh_standings($1, array[$2]::bigint[])").bind(organisation.0).bind(employee.0).execute(connection).await?;
    Ok(())
}
