//! A new password in place of another one: everything that follows from it.

use super::store;
use crate::{
    employees::{
        event_store::{NewEvent, insert_event},
        message_store::drop_open_sends,
    },
    reset::store::queue_password_notice,
};
use domain::{
    delivery::Reason,
    event::EventKind,
    ids::{EmployeeId, OrganisationId},
};
use sqlx::PgConnection;

/// Stores the new password, ends all sessions, drops resets that have not left, and tells the person by
/// mail. The caller holds the lock of the employee's narrow row.
pub async fn renew(connection: &mut PgConnection, organisation: OrganisationId, employee: EmployeeId, hash: &str) -> sqlx::Result<()> {
    store::set_password(connection, organisation, employee, hash).await?;
    store::delete_sessions(connection, organisation, employee, None).await?;
    let about = |kind| NewEvent::about(kind, Some(employee), employee);
    insert_event(connection, organisation, about(EventKind::PasswordChanged)).await?;
    drop_open_sends(connection, organisation, Some(employee), &[employee.0], Reason::Superseded).await?;
    if let Some(notice) = queue_password_notice(connection, organisation, employee).await? {
        insert_event(connection, organisation, NewEvent { send: Some(notice), actor: None, ..about(EventKind::NoticeQueued) }).await?;
    }
    Ok(())
}
