//! What helps somebody who cannot get in: a reset for the active, the invitation again for those invited, nothing for others.

use super::store;
use crate::{
    db,
    employees::event_store::{NewEvent, insert_event},
    links::store::lock,
};
use domain::{
    event::EventKind,
    ids::{EmployeeId, InvitationId, OrganisationId},
};
use sqlx::{PgConnection, PgPool};

/// What became of a wish for the message that helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helped {
    /// It was queued.
    Queued,
    /// One is on its way, or was sent within the cool-down.
    SentBefore,
    /// None would help.
    Nothing,
}

/// The message because of which none would be queued now: whether it is still on its way, and where it goes.
pub async fn sent_before(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
) -> sqlx::Result<Option<(bool, String)>> {
    let message = store::what_helps(connection, organisation, employee).await?;
    Ok(message.and_then(|message| Some((message.on_its_way, message.before?))))
}

/// Queues the message that helps. Those suspended, removed, without an address, not invited or cancelled get none, and nobody
/// gets a second one within the cool-down or while one is on its way; that one is hurried.
pub async fn send_what_helps(pool: &PgPool, organisation: OrganisationId, employee: EmployeeId) -> sqlx::Result<Helped> {
    let mut transaction = db::begin(pool, organisation).await?;
    lock(&mut transaction, organisation, employee, None).await?;
    let Some(message) = store::what_helps(&mut transaction, organisation, employee).await? else { return Ok(Helped::Nothing) };
    if message.before.is_some() {
        if message.on_its_way {
            store::hurry(&mut transaction, organisation, employee, message.invitation_id.is_none()).await?;
            transaction.commit().await?;
        }
        return Ok(Helped::SentBefore);
    }
    let send = store::queue(&mut transaction, organisation, employee, message.invitation_id).await?;
    // Whoever asked typed an address or held a link: that proves nothing of who it was.
    let event = NewEvent {
        invitation: message.invitation_id.map(InvitationId),
        send: Some(send),
        ..NewEvent::about(EventKind::LinkRequested, None, employee)
    };
    insert_event(&mut transaction, organisation, event).await?;
    transaction.commit().await?;
    Ok(Helped::Queued)
}
