//! The SQL of inventing people.

use super::fate::Story;
use domain::ids::{EmployeeId, OrganisationId};
use sqlx::PgConnection;
use std::collections::HashSet;

/// Lets those who invent people in one organisation take turns: addresses and numbers are looked up before they are given.
pub async fn take_turns(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('invent', $1))").bind(organisation.0).execute(connection).await?;
    Ok(())
}

/// The addresses that are taken.
pub async fn find_addresses(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<HashSet<String>> {
    let addresses: Vec<String> = sqlx::query_scalar(
        "select email_normalised from employees where organisation_id = $1 and removed_at is null and email_normalised is not null",
    )
    .bind(organisation.0)
    .fetch_all(connection)
    .await?;
    Ok(addresses.into_iter().collect())
}

/// The first invented number that nobody has.
pub async fn next_number(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select coalesce(max(substring(employee_number from '^E([0-9]{6,9})$')::bigint), 0) + 1
         from employees where organisation_id = $1 and removed_at is null",
    )
    .bind(organisation.0)
    .fetch_one(connection)
    .await
}

/// How many days an invitation is valid.
pub async fn find_validity(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<i32> {
    sqlx::query_scalar("select validity_days from settings where organisation_id = $1").bind(organisation.0).fetch_one(connection).await
}

/// Writes what has happened to people, as if it had.
pub async fn insert_stories(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    stories: &[(EmployeeId, Story)],
) -> sqlx::Result<()> {
    if stories.is_empty() {
        return Ok(());
    }
    // The tables were filled in this transaction, so that the planner takes them for empty and would loop where it must hash.
    // Forbidding that makes plans look so dear that they would be compiled.
    sqlx::raw_sql("set local enable_nestloop = off; set local jit = off").execute(&mut *connection).await?;
    let minutes = |minutes: u64| i32::try_from(minutes).unwrap_or(i32::MAX);
    sqlx::query(include_str!("stories.sql"))
        .bind(organisation.0)
        .bind(stories.iter().map(|(employee, _)| employee.0).collect::<Vec<_>>())
        .bind(stories.iter().map(|(_, story)| story.fate.word()).collect::<Vec<_>>())
        .bind(stories.iter().map(|(_, story)| minutes(story.invited_ago)).collect::<Vec<_>>())
        .bind(stories.iter().map(|(_, story)| minutes(story.later)).collect::<Vec<_>>())
        .bind(stories.iter().map(|(_, story)| story.signed_in_ago.map(minutes)).collect::<Vec<_>>())
        .bind(stories.iter().map(|(_, story)| story.refusal.0).collect::<Vec<_>>())
        .bind(stories.iter().map(|(_, story)| story.refusal.1).collect::<Vec<_>>())
        // Planned anew each time, by the true number of rows: a plan for a few would loop over many.
        .persistent(false)
        .execute(&mut *connection)
        .await?;
    sqlx::raw_sql("reset enable_nestloop; reset jit").execute(connection).await?;
    Ok(())
}
