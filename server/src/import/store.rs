//! The SQL of imports: checks that are kept for an hour, and the employees that a file may be about.

use super::people::Person;
use domain::{
    ids::{EmployeeId, OrganisationId},
    record::RawRecord,
    role::Role,
    time::Timestamp,
};
use sqlx::PgConnection;

/// A check that is kept.
#[derive(sqlx::FromRow)]
pub struct CheckRow {
    /// The file's name.
    pub file_name: String,
    /// The [`super::table::Table`], as JSON.
    pub rows: String,
    /// What the import did, as JSON; none: not imported.
    pub result: Option<String>,
    /// Until when it is kept, in microseconds since 1970.
    kept_until: i64,
}

impl CheckRow {
    /// Until when it is kept.
    pub fn kept_until(&self) -> Timestamp {
        Timestamp(self.kept_until)
    }
}

/// Keeps a check for whoever made it, and clears away those that are over. Its id.
pub async fn insert_check(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    by: EmployeeId,
    file_name: &str,
    rows: &str,
) -> sqlx::Result<String> {
    sqlx::query("delete from import_checks where organisation_id = $1 and created_at < now() - interval '1 hour'")
        .bind(organisation.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar(
        "insert into import_checks (organisation_id, created_by, file_name, rows) values ($1, $2, $3, $4::jsonb) returning id::text",
    )
    .bind(organisation.0)
    .bind(by.0)
    .bind(file_name)
    .bind(rows)
    .fetch_one(connection)
    .await
}

/// Finds somebody's own check of the last hour.
pub async fn find_check(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    by: EmployeeId,
    id: &str,
) -> sqlx::Result<Option<CheckRow>> {
    sqlx::query_as(
        "select file_name, rows::text, result::text,
                (extract(epoch from created_at + interval '1 hour') * 1000000)::bigint as kept_until
         from import_checks
         where organisation_id = $1 and created_by = $2 and id::text = $3 and created_at > now() - interval '1 hour'",
    )
    .bind(organisation.0)
    .bind(by.0)
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Locks a check until the transaction ends: of several presses one imports, the others then find what it did.
pub async fn lock_check(connection: &mut PgConnection, organisation: OrganisationId, id: &str) -> sqlx::Result<()> {
    sqlx::query("select from import_checks where organisation_id = $1 and id::text = $2 for update")
        .bind(organisation.0)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes what an import did.
pub async fn set_result(connection: &mut PgConnection, organisation: OrganisationId, id: &str, result: &str) -> sqlx::Result<()> {
    sqlx::query("update import_checks set result = $3::jsonb where organisation_id = $1 and id::text = $2")
        .bind(organisation.0)
        .bind(id)
        .bind(result)
        .execute(connection)
        .await?;
    Ok(())
}

/// Clears away the checks of every organisation that are over: they hold personal data.
pub async fn sweep_checks(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("select sweep_import_checks()").execute(connection).await?;
    Ok(())
}

/// Lets the imports of one organisation take turns, so that two files do not both add the same person.
pub async fn take_turns(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('import', $1))").bind(organisation.0).execute(connection).await?;
    Ok(())
}

/// The role of somebody who may still sign in.
pub async fn find_role(connection: &mut PgConnection, organisation: OrganisationId, employee: EmployeeId) -> sqlx::Result<Option<Role>> {
    let role: Option<String> = sqlx::query_scalar(
        "select role from employees where organisation_id = $1 and id = $2 and removed_at is null and suspended_at is null",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .fetch_optional(connection)
    .await?;
    Ok(role.and_then(|role| role.parse().ok()))
}

/// Finds everybody who has one of the numbers or addresses.
pub async fn find_people(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    numbers: &[String],
    addresses: &[String],
) -> sqlx::Result<Vec<Person>> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "with found as (
             select e.id from unnest($2::text[]) as given (number)
             join employees e on e.organisation_id = $1 and e.employee_number = given.number and e.removed_at is null
             union
             select e.id from unnest($3::text[]) as given (address)
             join employees e on e.organisation_id = $1 and e.email_normalised = given.address and e.removed_at is null)
         select e.id, e.first_name, e.last_name, coalesce(e.email, '') as email, e.email_normalised,
                coalesce(e.employee_number, '') as employee_number, coalesce(e.department, '') as department,
                coalesce(e.site, '') as site, coalesce(e.title, '') as title, coalesce(e.language, '') as language,
                e.role, e.activated_at is not null as activated, i.id is not null as invited
         from found
         join employees e on e.organisation_id = $1 and e.id = found.id
         left join invitations i on i.organisation_id = e.organisation_id and i.employee_id = e.id
             and i.accepted_at is null and i.cancelled_at is null and i.withdrawn_at is null
         order by e.id",
    )
    .bind(organisation.0)
    .bind(numbers)
    .bind(addresses)
    // Planned anew each time, by the true number of rows: a plan for a few would loop over many.
    .persistent(false)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// Locks employees until the transaction ends, in the order that everybody locks in.
pub async fn lock_people(connection: &mut PgConnection, organisation: OrganisationId, people: &[EmployeeId]) -> sqlx::Result<()> {
    sqlx::query("select from standings where organisation_id = $1 and employee_id = any($2) order by employee_id for update")
        .bind(organisation.0)
        .bind(people.iter().map(|id| id.0).collect::<Vec<_>>())
        .persistent(false)
        .execute(connection)
        .await?;
    Ok(())
}

/// Brings narrow rows up to date.
pub async fn refresh_standings(connection: &mut PgConnection, organisation: OrganisationId, people: &[EmployeeId]) -> sqlx::Result<()> {
    sqlx::query("select refresh_standings($1, $2)")
        .bind(organisation.0)
        .bind(people.iter().map(|id| id.0).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: i64,
    first_name: String,
    last_name: String,
    email: String,
    email_normalised: Option<String>,
    employee_number: String,
    department: String,
    site: String,
    title: String,
    language: String,
    role: String,
    activated: bool,
    invited: bool,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        let PersonRow { id, first_name, last_name, email, email_normalised, employee_number, department, site, title, language, .. } = row;
        Self {
            id: EmployeeId(id),
            role: row.role.parse().unwrap_or_default(),
            activated: row.activated,
            invited: row.invited,
            normalised: email_normalised,
            known: RawRecord { first_name, last_name, email, employee_number, department, site, title, language },
        }
    }
}
