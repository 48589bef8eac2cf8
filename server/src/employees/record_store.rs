//! The SQL that stores what is known of employees, one or many at once, by the same rules.

use domain::{
    email::EmailAddress,
    ids::{EmployeeId, OrganisationId},
    record::EmployeeRecord,
    role::Role,
};
use sqlx::PgConnection;
use std::collections::HashMap;

/// What a record collides with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Another employee has the number.
    Number,
    /// Another employee without a number has the address, and this one has no number either.
    Address,
}

/// Reads a violated unique index as what it means; hands back every other error.
pub fn taken(error: sqlx::Error) -> sqlx::Result<Taken> {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("employees_number") => Ok(Taken::Number),
        Some("employees_email_alone") => Ok(Taken::Address),
        _ => Err(error),
    }
}

/// Stores new employees with their narrow rows, in one statement each, whatever their number. For each record in its order: the
/// new employee, or none where the number or the lonely address is taken, by somebody stored or by a record before it. Events
/// are the caller's.
pub async fn insert_records(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    role: Role,
    records: &[EmployeeRecord],
) -> sqlx::Result<Vec<Option<EmployeeId>>> {
    let columns = Columns::of(records);
    let added: Vec<AddedRow> = sqlx::query_as(
        "insert into employees (organisation_id, first_name, last_name, email, email_normalised, employee_number, department, site,
                                title, language, role, search_text)
         select $1, first_name, last_name, email, email_normalised, employee_number, department, site, title, language, $12, search_text
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
             with ordinality as given (first_name, last_name, email, email_normalised, employee_number, department, site, title, language,
                                       search_text, place)
         order by place
         on conflict do nothing
         returning id, email_normalised, employee_number",
    )
    .bind(organisation.0)
    .bind(columns.first_name)
    .bind(columns.last_name)
    .bind(columns.email)
    .bind(columns.email_normalised)
    .bind(columns.employee_number)
    .bind(columns.department)
    .bind(columns.site)
    .bind(columns.title)
    .bind(columns.language)
    .bind(columns.search_text)
    .bind(role.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let ids = matched(records, &added);
    insert_standings(connection, organisation, records, &ids).await?;
    Ok(ids)
}

/// Stores one new employee with the narrow row, or says what is taken.
pub async fn insert_record(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    role: Role,
    record: &EmployeeRecord,
) -> sqlx::Result<Result<EmployeeId, Taken>> {
    let ids = insert_records(connection, organisation, role, std::slice::from_ref(record)).await?;
    let taken = if record.employee_number().is_some() { Taken::Number } else { Taken::Address };
    Ok(ids.into_iter().next().flatten().ok_or(taken))
}

/// Stores what is now known of an employee, narrow row included, or says what is taken. Another spelling of the same address
/// leaves the address as it was, since links are bound to what they were sent to. A violated index has broken the
/// transaction then: leave it.
pub async fn update_record(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    record: &EmployeeRecord,
) -> sqlx::Result<Result<(), Taken>> {
    let updated = sqlx::query(
        "with stored as (
             update employees set first_name = $3, last_name = $4, email = case when email_normalised = $6 then email else $5 end,
                                  email_normalised = $6, employee_number = $7, department = $8,
                                  site = $9, title = $10, language = $11, search_text = $12
             where organisation_id = $1 and id = $2)
         update standings set sort_name = $13, sort_department = $14, has_email = $5 is not null
         where organisation_id = $1 and employee_id = $2",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(record.first_name())
    .bind(record.last_name())
    .bind(record.email().map(EmailAddress::as_written))
    .bind(record.email().map(EmailAddress::normalised))
    .bind(record.employee_number())
    .bind(record.department())
    .bind(record.site())
    .bind(record.title())
    .bind(record.language().map(domain::language::Language::as_str))
    .bind(record.search_text())
    .bind(record.sort_name())
    .bind(record.sort_department())
    .execute(connection)
    .await;
    match updated {
        Ok(_) => Ok(Ok(())),
        Err(error) => taken(error).map(Err),
    }
}

/// Stores what is now known of many employees, narrow rows included; a violated index is an error here ([`taken`]).
pub async fn update_records(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    changed: &[(EmployeeId, &EmployeeRecord)],
) -> sqlx::Result<()> {
    let ids: Vec<i64> = changed.iter().map(|(id, _)| id.0).collect();
    let columns = Columns::of(changed.iter().map(|(_, record)| *record));
    sqlx::query(
        "update employees e
         set first_name = given.first_name, last_name = given.last_name, email = given.email, email_normalised = given.email_normalised,
             employee_number = given.employee_number, department = given.department, site = given.site, title = given.title,
             language = given.language, search_text = given.search_text
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
                     $12::bigint[])
             as given (first_name, last_name, email, email_normalised, employee_number, department, site, title, language, search_text, id)
         where e.organisation_id = $1 and e.id = given.id",
    )
    .bind(organisation.0)
    .bind(columns.first_name)
    .bind(columns.last_name)
    .bind(columns.email)
    .bind(columns.email_normalised)
    .bind(columns.employee_number)
    .bind(columns.department)
    .bind(columns.site)
    .bind(columns.title)
    .bind(columns.language)
    .bind(columns.search_text)
    .bind(&ids)
    // Planned anew each time, by the true number of rows: a plan for a few would loop over many.
    .persistent(false)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "update standings s set sort_name = given.sort_name, sort_department = given.sort_department, has_email = given.has_email
         from unnest($2::bigint[], $3::text[], $4::text[], $5::boolean[]) as given (id, sort_name, sort_department, has_email)
         where s.organisation_id = $1 and s.employee_id = given.id",
    )
    .bind(organisation.0)
    .bind(&ids)
    .bind(changed.iter().map(|(_, record)| record.sort_name()).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, record)| record.sort_department()).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, record)| record.email().is_some()).collect::<Vec<_>>())
    .persistent(false)
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_standings(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    records: &[EmployeeRecord],
    ids: &[Option<EmployeeId>],
) -> sqlx::Result<()> {
    let added = || ids.iter().zip(records).filter_map(|(id, record)| id.map(|id| (id, record)));
    sqlx::query(
        "insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
         select $1, employee_id, sort_name, sort_department, has_email, false
         from unnest($2::bigint[], $3::text[], $4::text[], $5::boolean[]) as given (employee_id, sort_name, sort_department, has_email)",
    )
    .bind(organisation.0)
    .bind(added().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(added().map(|(_, record)| record.sort_name()).collect::<Vec<_>>())
    .bind(added().map(|(_, record)| record.sort_department()).collect::<Vec<_>>())
    .bind(added().map(|(_, record)| record.email().is_some()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct AddedRow {
    id: i64,
    email_normalised: Option<String>,
    employee_number: Option<String>,
}

/// What makes a record unlike every other: its number, else its address.
type Key<'a> = (Option<&'a str>, Option<&'a str>);

fn key<'a>(number: Option<&'a str>, address: Option<&'a str>) -> Key<'a> {
    (number, if number.is_some() { None } else { address })
}

/// Finds each record's new row. Of records with one key only the first was stored.
fn matched(records: &[EmployeeRecord], added: &[AddedRow]) -> Vec<Option<EmployeeId>> {
    let mut rows: HashMap<Key<'_>, i64> =
        added.iter().map(|row| (key(row.employee_number.as_deref(), row.email_normalised.as_deref()), row.id)).collect();
    let keys = records.iter().map(|record| key(record.employee_number(), record.email().map(EmailAddress::normalised)));
    keys.map(|key| rows.remove(&key).map(EmployeeId)).collect()
}

/// Records by column, as `unnest` takes them.
#[derive(Default)]
struct Columns<'a> {
    first_name: Vec<&'a str>,
    last_name: Vec<&'a str>,
    email: Vec<Option<&'a str>>,
    email_normalised: Vec<Option<&'a str>>,
    employee_number: Vec<Option<&'a str>>,
    department: Vec<Option<&'a str>>,
    site: Vec<Option<&'a str>>,
    title: Vec<Option<&'a str>>,
    language: Vec<Option<&'static str>>,
    search_text: Vec<String>,
}

impl<'a> Columns<'a> {
    fn of(records: impl IntoIterator<Item = &'a EmployeeRecord>) -> Self {
        let mut columns = Self::default();
        for record in records {
            columns.first_name.push(record.first_name());
            columns.last_name.push(record.last_name());
            columns.email.push(record.email().map(EmailAddress::as_written));
            columns.email_normalised.push(record.email().map(EmailAddress::normalised));
            columns.employee_number.push(record.employee_number());
            columns.department.push(record.department());
            columns.site.push(record.site());
            columns.title.push(record.title());
            columns.language.push(record.language().map(domain::language::Language::as_str));
            columns.search_text.push(record.search_text());
        }
        columns
    }
}
