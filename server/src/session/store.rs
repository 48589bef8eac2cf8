//! The SQL of sessions and sign-in.

use domain::ids::{EmployeeId, OrganisationId};
use sqlx::PgConnection;

/// A valid session, with what every page needs of its employee and organisation.
#[derive(sqlx::FromRow)]
pub struct SessionRow {
    /// The organisation.
    pub organisation_id: i64,
    /// The employee.
    pub employee_id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// A role's word.
    pub role: String,
    /// The language that the person chose.
    pub chosen_language: Option<String>,
    /// The organisation's name.
    pub organisation_name: String,
    /// The organisation's language.
    pub organisation_language: String,
    /// The organisation's time zone.
    pub time_zone: String,
    /// Last seen more than a minute ago.
    pub stale: bool,
    /// Nothing leaves until whoever runs this server confirms it.
    pub outbox_is_held: bool,
}

/// Somebody who may be meant by an identifier.
#[derive(sqlx::FromRow)]
pub struct Account {
    /// The organisation.
    pub organisation_id: i64,
    /// The employee.
    pub employee_id: i64,
    /// The password's hash, where one is set.
    pub hash: Option<String>,
    /// The identifier is theirs as it was typed; otherwise a number in other letters, capital or small.
    pub exact: bool,
}

/// Finds a session by the hash of its id.
pub async fn find_session(connection: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<Option<SessionRow>> {
    sqlx::query_as("select *, outbox_is_held() as outbox_is_held from find_session($1)")
        .bind(hash.as_slice())
        .fetch_optional(connection)
        .await
}

/// Notes that a session was used.
pub async fn touch_session(connection: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query("update sessions set seen_at = now() where id_hash = $1").bind(hash.as_slice()).execute(connection).await?;
    Ok(())
}

/// Finds the people an identifier may mean, in every organisation; first those whose it is to the letter.
pub async fn find_accounts(connection: &mut PgConnection, identifier: &str) -> sqlx::Result<Vec<Account>> {
    let email = domain::email::EmailAddress::parse(identifier).ok().map(|email| email.normalised().to_owned());
    let (number, short_name) = match identifier.rsplit_once('@') {
        Some((number, short_name)) => (number, Some(short_name.to_lowercase())),
        None => (identifier, None),
    };
    sqlx::query_as("select organisation_id, employee_id, hash, exact from find_sign_in_accounts($1, $2, $3)")
        .bind(email)
        .bind(number)
        .bind(short_name)
        .fetch_all(connection)
        .await
}

/// Begins a session, unless the account was suspended or removed meanwhile; says whether it did.
pub async fn insert_session(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    hash: &[u8; 32],
) -> sqlx::Result<bool> {
    let inserted = sqlx::query(
        "insert into sessions (organisation_id, employee_id, id_hash)
         select organisation_id, id, $3 from employees
         where organisation_id = $1 and id = $2 and removed_at is null and suspended_at is null and activated_at is not null",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(hash.as_slice())
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

/// Notes that somebody has signed in.
pub async fn note_sign_in(connection: &mut PgConnection, organisation: OrganisationId, employee: EmployeeId) -> sqlx::Result<()> {
    sqlx::query("update standings set last_sign_in_at = now() where organisation_id = $1 and employee_id = $2")
        .bind(organisation.0)
        .bind(employee.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a session.
pub async fn delete_session(connection: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query("delete from sessions where id_hash = $1").bind(hash.as_slice()).execute(connection).await?;
    Ok(())
}

/// Ends all sessions of an employee, or all but one.
pub async fn delete_sessions(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    but: Option<&[u8; 32]>,
) -> sqlx::Result<()> {
    sqlx::query("delete from sessions where organisation_id = $1 and employee_id = $2 and id_hash is distinct from $3")
        .bind(organisation.0)
        .bind(employee.0)
        .bind(but.map(<[u8; 32]>::as_slice))
        .execute(connection)
        .await?;
    Ok(())
}

/// Stores a password in place of any other.
pub async fn set_password(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    hash: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into passwords (organisation_id, employee_id, hash, set_at) values ($1, $2, $3, clock_timestamp())
         on conflict (organisation_id, employee_id) do update set hash = excluded.hash, set_at = excluded.set_at",
    )
    .bind(organisation.0)
    .bind(employee.0)
    .bind(hash)
    .execute(connection)
    .await?;
    Ok(())
}
