//! The SQL of one's own account.

use crate::session::{identifier::sign_in_identifier, policy::Person};
use domain::{
    ids::{EmployeeId, OrganisationId},
    language::Language,
};
use sqlx::PgConnection;

/// One's own account, as it stands.
#[derive(sqlx::FromRow)]
pub(super) struct AccountRow {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: Option<String>,
    pub(super) role: String,
    pub(super) language: Option<String>,
    pub(super) identifier: String,
    pub(super) organisation: String,
    pub(super) contact: Option<String>,
    pub(super) destination_url: Option<String>,
    pub(super) hash: Option<String>,
}

impl AccountRow {
    pub(super) fn person(&self) -> Person {
        Person {
            role: self.role.parse().unwrap_or_default(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            organisation: self.organisation.clone(),
        }
    }
}

/// Reads one's own account.
pub(super) async fn find(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<AccountRow>> {
    sqlx::query_as(concat!(
        "select e.first_name, e.last_name, e.email, e.role, e.language, ",
        sign_in_identifier!(),
        " as identifier, o.name as organisation, nullif(trim(c.contact), '') as contact,
                nullif(trim(c.destination_url), '') as destination_url, p.hash
         from employees e
         join organisations o on o.id = e.organisation_id
         join settings c on c.organisation_id = e.organisation_id
         left join passwords p on p.organisation_id = e.organisation_id and p.employee_id = e.id
         where e.organisation_id = $1 and e.id = $2 and e.removed_at is null"
    ))
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_optional(connection)
    .await
}

/// Stores the language that somebody chose; says whether it changed.
pub(super) async fn set_language(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    language: Option<Language>,
) -> sqlx::Result<bool> {
    let changed = sqlx::query(
        "update employees set language = $3 where organisation_id = $1 and id = $2 and removed_at is null and language is distinct from $3",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(language.map(Language::as_str))
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
}
