//! Invented people, for trials, demonstrations and load tests.

mod fate;
mod names;
mod people;
mod store;

use crate::{
    db,
    employees::{event_store::insert_events, record_store::insert_records},
};
use domain::{
    event::EventKind,
    ids::{EmployeeId, OrganisationId},
    record::EmployeeRecord,
    role::Role,
};
use fate::Fate;
use people::{Dice, Inventor};
use sqlx::{PgConnection, PgPool};

/// People that one statement writes; memory is bounded by it.
const AT_ONCE: u32 = 10_000;

/// Why nobody was invented; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum InventError {
    /// Somebody took a number or an address in between.
    #[error("somebody else added employees at the same time; please try again")]
    Overtaken,
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// Adds invented people to an organisation, all or none. With a mix of statuses they have been invited, have activated, have been
/// suspended and so on, as it happens in organisations; without it nobody has been invited.
pub async fn invent(pool: &PgPool, organisation: OrganisationId, people: u32, status_mix: bool) -> Result<(), InventError> {
    let mut transaction = db::begin(pool, organisation).await?;
    add(&mut transaction, organisation, people, status_mix).await?;
    transaction.commit().await?;
    Ok(())
}

/// The same, within a transaction.
pub async fn add(connection: &mut PgConnection, organisation: OrganisationId, people: u32, status_mix: bool) -> Result<(), InventError> {
    store::take_turns(connection, organisation).await?;
    let validity_days = u64::try_from(store::find_validity(connection, organisation).await?).unwrap_or_default();
    let taken = store::find_addresses(connection, organisation).await?;
    let next_number = u64::try_from(store::next_number(connection, organisation).await?).unwrap_or_default();
    let mut inventor = Inventor::new(taken, next_number);
    let mut left = people;
    while left > 0 {
        let now = left.min(AT_ONCE);
        left -= now;
        // What is invented is valid; a test holds it to that.
        let records: Vec<EmployeeRecord> = (0..now).filter_map(|_| EmployeeRecord::read(&inventor.next()).ok()).collect();
        let added = insert_records(connection, organisation, Role::Member, &records).await?;
        let added: Vec<EmployeeId> = added.into_iter().collect::<Option<_>>().ok_or(InventError::Overtaken)?;
        let (pasts, fresh): (Vec<_>, Vec<_>) = added
            .iter()
            .zip(&records)
            .map(|(employee, record)| {
                let mut dice = Dice::new(u64::try_from(employee.0).unwrap_or_default());
                (*employee, fate::story(record, validity_days, &mut dice))
            })
            .partition(|(_, story)| status_mix && story.fate != Fate::NotInvited);
        // Whoever has a past was added before it.
        let fresh: Vec<EmployeeId> = fresh.into_iter().map(|(employee, _)| employee).collect();
        insert_events(connection, organisation, EventKind::Imported, None, &fresh).await?;
        store::insert_stories(connection, organisation, &pasts).await?;
    }
    Ok(())
}
