//! Planning against the database, and carrying a plan out, within the caller's transaction; for pages and command line alike.

use super::{
    line::Line,
    people::People,
    plan::{Planned, Step, Update, plan},
    store,
    table::Table,
};
use crate::{
    employees::{
        address_steps::{Moved, follow_addresses},
        event_store::{insert_events, insert_events_with_values},
        record_store::{insert_records, taken, update_records},
    },
    planning,
};
use app::import::model::Imported;
use domain::{
    event::EventKind,
    ids::{EmployeeId, OrganisationId},
    import::Column,
    record::EmployeeRecord,
    role::Role,
};
use sqlx::PgConnection;
use std::sync::Arc;

/// What a plan failed by: somebody else added or changed people in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overtaken;

/// Plans every row against the employees of this moment, apart from the async threads.
pub async fn planned(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    table: &Arc<Table>,
    own: Role,
) -> sqlx::Result<Vec<Planned>> {
    let (numbers, addresses) = apart(table, keys).await?;
    let people = People::new(store::find_people(connection, organisation, &numbers, &addresses).await?);
    apart(table, move |table| plan(table, &people, own)).await
}

/// The same, with the people whom the plan is about locked until the transaction ends.
pub async fn planned_and_locked(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    table: &Arc<Table>,
    own: Role,
) -> sqlx::Result<Result<Vec<Planned>, Overtaken>> {
    let plan = planned(connection, organisation, table, own).await?;
    let locked = updated(&plan);
    if locked.is_empty() {
        // Whoever is added meanwhile is found out by the unique indexes.
        return Ok(Ok(plan));
    }
    store::lock_people(connection, organisation, &locked).await?;
    // What was read before the lock may have changed until it was had.
    let plan = planned(connection, organisation, table, own).await?;
    Ok(if updated(&plan) == locked { Ok(plan) } else { Err(Overtaken) })
}

/// Writes what a plan says, with its events.
pub async fn carry_out(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    actor: Option<EmployeeId>,
    plan: Vec<Planned>,
) -> sqlx::Result<Result<Imported, Overtaken>> {
    let (mut new, mut updates) = (Vec::new(), Vec::new());
    for planned in plan {
        match planned.step {
            Step::Create(record) => new.push(record),
            Step::Update(update) => updates.push(update),
            Step::Refuse(_) | Step::Keep(_) => {}
        }
    }
    planning::plan_anew(&mut *connection).await?;
    let resend = updates.iter().filter(|update| update.wants_resend()).map(|update| update.employee).collect();
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let imported = Imported { created: count(new.len()), updated: count(updates.len()), resend };
    // First those known: somebody may get the number of a row, or leave an address.
    match update(connection, organisation, actor, &updates).await {
        Ok(()) => {}
        Err(error) => return taken(error).map(|_| Err(Overtaken)),
    }
    let created = create(connection, organisation, actor, &new).await?;
    Ok(created.map(|()| imported))
}

async fn create(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    actor: Option<EmployeeId>,
    new: &[EmployeeRecord],
) -> sqlx::Result<Result<(), Overtaken>> {
    if new.is_empty() {
        return Ok(Ok(()));
    }
    let added = insert_records(connection, organisation, Role::Member, new).await?;
    let Some(added) = added.into_iter().collect::<Option<Vec<EmployeeId>>>() else { return Ok(Err(Overtaken)) };
    insert_events(connection, organisation, EventKind::Imported, actor, &added).await?;
    Ok(Ok(()))
}

async fn update(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    actor: Option<EmployeeId>,
    updates: &[Update],
) -> sqlx::Result<()> {
    if updates.is_empty() {
        return Ok(());
    }
    let records: Vec<(EmployeeId, &EmployeeRecord)> = updates.iter().map(|update| (update.employee, &update.record)).collect();
    update_records(connection, organisation, &records).await?;
    let edited: Vec<(EmployeeId, String)> = updates.iter().filter_map(|update| Some((update.employee, edited_fields(update)?))).collect();
    let employees: Vec<EmployeeId> = edited.iter().map(|(employee, _)| *employee).collect();
    let values: Vec<(EmployeeId, &str, &str)> = edited.iter().map(|(employee, fields)| (*employee, "fields", fields.as_str())).collect();
    insert_events_with_values(connection, organisation, EventKind::Edited, actor, &employees, &values).await?;
    let moved: Vec<Moved<'_>> = updates.iter().filter_map(moved).collect();
    if !moved.is_empty() {
        follow_addresses(connection, organisation, actor, &moved).await?;
        let people: Vec<EmployeeId> = moved.iter().map(|moved| moved.employee).collect();
        store::refresh_standings(connection, organisation, &people).await?;
    }
    Ok(())
}

/// The fields that differ, the address excepted: it has a line of its own.
fn edited_fields(update: &Update) -> Option<String> {
    let fields: Vec<&str> =
        update.changes.iter().filter(|change| change.column != Column::Email).map(|change| change.column.as_str()).collect();
    (!fields.is_empty()).then(|| fields.join(" "))
}

fn moved(update: &Update) -> Option<Moved<'_>> {
    let change = update.of_address()?;
    let address = |text: &'_ str| !text.is_empty();
    Some(Moved {
        employee: update.employee,
        from: Some(change.from.as_str()).filter(|text| address(text)),
        to: Some(change.to.as_str()).filter(|text| address(text)),
        activated: update.activated,
    })
}

/// The people whom a plan would change, by id.
fn updated(plan: &[Planned]) -> Vec<EmployeeId> {
    let updates = plan.iter().filter_map(|planned| match &planned.step {
        Step::Update(update) => Some(update.employee),
        _ => None,
    });
    let mut updates: Vec<EmployeeId> = updates.collect();
    updates.sort_unstable();
    updates
}

/// The numbers and addresses of a file.
fn keys(table: &Table) -> (Vec<String>, Vec<String>) {
    let places = table.places();
    let lines = table.rows.iter().map(|row| Line::new(&places, row));
    let keys = lines.map(|line| (line.number.map(str::to_owned), line.address));
    let (numbers, addresses): (Vec<Option<String>>, Vec<Option<String>>) = keys.unzip();
    (numbers.into_iter().flatten().collect(), addresses.into_iter().flatten().collect())
}

/// Runs what takes long for a large file where it holds up nobody.
async fn apart<T: Send + 'static>(table: &Arc<Table>, work: impl FnOnce(&Table) -> T + Send + 'static) -> sqlx::Result<T> {
    let table = Arc::clone(table);
    tokio::task::spawn_blocking(move || work(&table)).await.map_err(|_| sqlx::Error::WorkerCrashed)
}
