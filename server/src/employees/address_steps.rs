//! What follows from changed addresses, for one employee or many at once, within the caller's transaction: what is open is
//! dropped, invitations wait to be sent again, reset links end, and active people are told at the old address.

use super::{event_store::insert_events_with_values, message_store};
use domain::{
    delivery::Reason,
    event::EventKind,
    ids::{EmployeeId, OrganisationId},
};
use sqlx::PgConnection;

/// Somebody whose address has changed.
#[derive(Clone, Copy, Debug)]
pub struct Moved<'a> {
    /// Who.
    pub employee: EmployeeId,
    /// The old address.
    pub from: Option<&'a str>,
    /// The new one.
    pub to: Option<&'a str>,
    /// Has activated the account.
    pub activated: bool,
}

/// Does what follows. The employees are locked, their new addresses stored; their narrow rows are the caller's to refresh.
pub async fn follow_addresses(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    actor: Option<EmployeeId>,
    moved: &[Moved<'_>],
) -> sqlx::Result<()> {
    let employees: Vec<EmployeeId> = moved.iter().map(|moved| moved.employee).collect();
    let values: Vec<(EmployeeId, &str, &str)> = moved
        .iter()
        .flat_map(|moved| [("from", moved.from), ("to", moved.to)].map(|(name, value)| Some((moved.employee, name, value?))))
        .flatten()
        .collect();
    insert_events_with_values(connection, organisation, EventKind::AddressChanged, actor, &employees, &values).await?;
    let ids: Vec<i64> = employees.iter().map(|id| id.0).collect();
    message_store::unset_expiries(connection, organisation, &ids).await?;
    message_store::drop_open_sends(connection, organisation, actor, &ids, Reason::AddressChanged).await?;
    message_store::end_reset_links(connection, organisation, &ids).await?;
    let told = moved.iter().filter(|moved| moved.activated).filter_map(|moved| Some((moved.employee, moved.from?)));
    message_store::insert_notices(connection, organisation, actor, &told.collect::<Vec<_>>()).await
}
