//! The SQL of making an owner.

use domain::{
    email::EmailAddress,
    ids::{EmployeeId, OrganisationId, SendId},
    language::Language,
    search::fold,
};
use sqlx::PgConnection;

/// What is stored of a new owner.
pub(super) struct Person<'a> {
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) email: &'a EmailAddress,
    pub(super) search_text: String,
    pub(super) sort_name: String,
}

/// A link made without a message.
pub(super) struct MadeLink {
    pub(super) send: SendId,
    pub(super) seed: Vec<u8>,
    /// For a new password instead of the first one.
    pub(super) reset: bool,
}

pub(super) async fn find_or_create_organisation(
    connection: &mut PgConnection,
    name: &str,
    language: Language,
    time_zone: &str,
) -> sqlx::Result<OrganisationId> {
    let found: Option<i64> = sqlx::query_scalar("select find_organisation($1)").bind(name).fetch_one(&mut *connection).await?;
    if let Some(id) = found {
        return Ok(OrganisationId(id));
    }
    let stem = short_name(name);
    let mut attempt = stem.clone();
    for number in 2.. {
        let taken: Option<i64> = sqlx::query_scalar("select find_organisation($1)").bind(&attempt).fetch_one(&mut *connection).await?;
        if taken.is_none() {
            break;
        }
        attempt = format!("{stem}-{number}");
    }
    let id = sqlx::query_scalar("select create_organisation($1, $2, $3, $4)")
        .bind(name)
        .bind(attempt)
        .bind(language.as_str())
        .bind(time_zone)
        .fetch_one(connection)
        .await?;
    Ok(OrganisationId(id))
}

/// A short name made of a name: small letters and digits, hyphens between words.
fn short_name(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.collect::<Vec<_>>().join("-").chars().take(30).collect();
    let joined = joined.trim_end_matches('-');
    if joined.is_empty() { "organisation".to_owned() } else { joined.to_owned() }
}

pub(super) async fn find_by_address(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    normalised: &str,
) -> sqlx::Result<Option<(EmployeeId, String)>> {
    let found: Option<(i64, String)> = sqlx::query_as(
        "select id, role from employees where organisation_id = $1 and email_normalised = $2 and removed_at is null
         order by (role = 'owner') desc, id limit 1",
    )
    .bind(organisation.0)
    .bind(normalised)
    .fetch_optional(connection)
    .await?;
    Ok(found.map(|(id, role)| (EmployeeId(id), role)))
}

pub(super) async fn insert_owner(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    person: Person<'_>,
) -> sqlx::Result<EmployeeId> {
    let id = sqlx::query_scalar(
        "with made as (
             insert into employees (organisation_id, first_name, last_name, email, email_normalised, role, search_text)
             values ($1, $2, $3, $4, $5, 'owner', $6) returning organisation_id, id),
         standing as (
             insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
             select organisation_id, id, $7, '', true, false from made),
         event as (
             insert into events (organisation_id, kind, employee_id) select organisation_id, 'added', id from made)
         select id from made",
    )
    .bind(organisation.0)
    .bind(person.first_name)
    .bind(person.last_name)
    .bind(person.email.as_written())
    .bind(person.email.normalised())
    .bind(person.search_text)
    .bind(person.sort_name)
    .fetch_one(connection)
    .await?;
    Ok(EmployeeId(id))
}

pub(super) async fn set_password(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    owner: EmployeeId,
    hash: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into passwords (organisation_id, employee_id, hash) values ($1, $2, $3)
         on conflict (organisation_id, employee_id) do update set hash = excluded.hash, set_at = now()",
    )
    .bind(organisation.0)
    .bind(owner.0)
    .bind(hash)
    .execute(&mut *connection)
    .await?;
    for statement in [
        "update employees set activated_at = coalesce(activated_at, now()) where organisation_id = $1 and id = $2",
        "update invitations set accepted_at = now() where organisation_id = $1 and employee_id = $2
           and accepted_at is null and cancelled_at is null and withdrawn_at is null",
        "delete from sessions where organisation_id = $1 and employee_id = $2",
        "insert into events (organisation_id, kind, employee_id) values ($1, 'password_changed', $2)",
        "select refresh_standings($1, array[$2]::bigint[])",
    ] {
        sqlx::query(statement).bind(organisation.0).bind(owner.0).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A link that is shown instead of sent: the row of a message that has left, valid for a day (an hour for a new password).
pub(super) async fn insert_link(connection: &mut PgConnection, organisation: OrganisationId, owner: EmployeeId) -> sqlx::Result<MadeLink> {
    let active: bool = sqlx::query_scalar("select activated_at is not null from employees where organisation_id = $1 and id = $2")
        .bind(organisation.0)
        .bind(owner.0)
        .fetch_one(&mut *connection)
        .await?;
    let insert = if active {
        "insert into sends (organisation_id, employee_id, kind, address, language, priority, state, taken_up_at, finished_at, expires_at, kept)
         select e.organisation_id, e.id, 'reset', e.email, coalesce(e.language, o.language), 0, 'sent', now(), now(), now() + interval '1 hour', true
         from employees e join organisations o on o.id = e.organisation_id where e.organisation_id = $1 and e.id = $2
         returning id, seed"
    } else {
        "with live as (
             select id from invitations where organisation_id = $1 and employee_id = $2
               and accepted_at is null and cancelled_at is null and withdrawn_at is null),
         dated as (
             update invitations set expires_at = now() + interval '1 day' where organisation_id = $1 and id in (select id from live) returning id),
         made as (
             insert into invitations (organisation_id, employee_id, expires_at)
             select $1, $2, now() + interval '1 day' where not exists (select from live) returning id)
         insert into sends (organisation_id, employee_id, invitation_id, kind, address, language, priority, state, taken_up_at, finished_at, expires_at, kept)
         select e.organisation_id, e.id, coalesce((select id from dated), (select id from made)), 'invitation', e.email,
                coalesce(e.language, o.language), 0, 'sent', now(), now(), now() + interval '1 day', true
         from employees e join organisations o on o.id = e.organisation_id where e.organisation_id = $1 and e.id = $2
         returning id, seed"
    };
    let (send, seed): (i64, Vec<u8>) = sqlx::query_as(insert).bind(organisation.0).bind(owner.0).fetch_one(&mut *connection).await?;
    sqlx::query("select refresh_standings($1, array[$2]::bigint[])").bind(organisation.0).bind(owner.0).execute(connection).await?;
    Ok(MadeLink { send: SendId(send), seed, reset: active })
}

#[cfg(test)]
mod tests {
    #[test]
    fn short_names_are_made_of_names() {
        assert_eq!(super::short_name("Élan & Fils S.A."), "elan-fils-s-a");
        assert_eq!(super::short_name("王"), "organisation");
    }
}
