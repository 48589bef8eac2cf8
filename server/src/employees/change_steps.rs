//! The steps that changes of an employee are made of, each with its events, within the caller's transaction.

use super::{
    address_steps::{Moved, follow_addresses},
    change_store::{self, Person},
    event_store::{NewEvent, insert_event},
    message_store,
};
use crate::session::store::delete_sessions;
use app::session::Administrator;
use domain::{
    delivery::Reason,
    email::EmailAddress,
    event::EventKind,
    ids::{EmployeeId, OrganisationId},
    record::{EmployeeRecord, RecordField},
    role::{Permission, Role},
};
use sqlx::PgConnection;

/// Somebody who is held until the transaction ends, as found once held.
pub(super) struct Held {
    /// What is known.
    pub person: Person,
    /// The role of whoever acts, now; it may have changed since the request began.
    pub own_role: Role,
    /// Of the owners who can sign in, there is no other.
    pub is_last_owner: bool,
}

/// Why somebody is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotHeld {
    /// No such employee in this organisation.
    NotFound,
    /// The role does not allow it over this person.
    Forbidden,
}

/// Holds an employee, and with them all owners, so that two who demote each other take turns. Roles count as they are then.
pub(super) async fn hold(
    connection: &mut PgConnection,
    administrator: &Administrator,
    employee: EmployeeId,
    permission: Permission,
) -> sqlx::Result<Result<Held, NotHeld>> {
    let organisation = administrator.organisation();
    change_store::lock_with_owners(connection, organisation, employee).await?;
    let Some(person) = change_store::find_person(connection, organisation, employee).await? else { return Ok(Err(NotHeld::NotFound)) };
    let own_role = change_store::find_role(connection, organisation, administrator.employee()).await?;
    let Some(own_role) = own_role.filter(|own| permission.granted_over(*own, person.role())) else { return Ok(Err(NotHeld::Forbidden)) };
    let is_last_owner = is_last_owner(connection, organisation, employee, &person).await?;
    Ok(Ok(Held { person, own_role, is_last_owner }))
}

/// Whether an organisation has no other owner who can sign in.
pub(super) async fn is_last_owner(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    employee: EmployeeId,
    person: &Person,
) -> sqlx::Result<bool> {
    Ok(person.role() == Role::Owner && !change_store::has_other_owner(connection, organisation, employee).await?)
}

/// Who changes whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub organisation: OrganisationId,
    pub actor: EmployeeId,
    pub employee: EmployeeId,
}

impl Change {
    fn event(self, kind: EventKind) -> NewEvent<'static> {
        NewEvent::about(kind, Some(self.actor), self.employee)
    }

    /// Writes which fields changed, where any did. The address has a line of its own.
    pub async fn note_edited(self, connection: &mut PgConnection, before: &Person, after: &EmployeeRecord) -> sqlx::Result<()> {
        let fields = before.changed_fields(after);
        if fields.is_empty() {
            return Ok(());
        }
        let fields = fields.into_iter().map(RecordField::as_str).collect::<Vec<_>>().join(" ");
        insert_event(connection, self.organisation, NewEvent { values: &[("fields", &fields)], ..self.event(EventKind::Edited) }).await
    }

    /// What follows from a changed address.
    pub async fn follow_address(self, connection: &mut PgConnection, before: &Person, after: &EmployeeRecord) -> sqlx::Result<()> {
        let to = after.email().map(EmailAddress::as_written);
        let moved = Moved { employee: self.employee, from: before.email.as_deref(), to, activated: before.activated };
        follow_addresses(connection, self.organisation, Some(self.actor), &[moved]).await
    }

    /// Changes the role, and ends the person's sessions: new rights begin with a new session.
    pub async fn change_role(self, connection: &mut PgConnection, from: Role, to: Role) -> sqlx::Result<()> {
        change_store::set_role(connection, self.organisation, self.employee, to).await?;
        let values = [("from", from.as_str()), ("to", to.as_str())];
        insert_event(connection, self.organisation, NewEvent { values: &values, ..self.event(EventKind::RoleChanged) }).await?;
        delete_sessions(connection, self.organisation, self.employee, None).await
    }

    /// Takes sign-in away.
    pub async fn suspend(self, connection: &mut PgConnection) -> sqlx::Result<()> {
        change_store::set_suspended(connection, self.organisation, self.employee, true).await?;
        insert_event(connection, self.organisation, self.event(EventKind::Suspended)).await?;
        self.end_access(connection, Reason::Suspended).await?;
        change_store::refresh_standings(connection, self.organisation, self.employee).await
    }

    /// Gives sign-in back; a cancelled invitation stays cancelled.
    pub async fn restore(self, connection: &mut PgConnection) -> sqlx::Result<()> {
        change_store::set_suspended(connection, self.organisation, self.employee, false).await?;
        insert_event(connection, self.organisation, self.event(EventKind::Restored)).await?;
        change_store::refresh_standings(connection, self.organisation, self.employee).await
    }

    /// Removes somebody from every list; the history stays.
    pub async fn remove(self, connection: &mut PgConnection) -> sqlx::Result<()> {
        self.end_access(connection, Reason::Removed).await?;
        change_store::set_removed(connection, self.organisation, self.employee).await?;
        insert_event(connection, self.organisation, self.event(EventKind::Removed)).await
    }

    /// Cancels the live invitation, drops what has not left, ends reset links and sessions.
    async fn end_access(self, connection: &mut PgConnection, reason: Reason) -> sqlx::Result<()> {
        if let Some(invitation) = message_store::cancel_invitation(connection, self.organisation, self.employee).await? {
            let event = NewEvent { invitation: Some(invitation), ..self.event(EventKind::Cancelled) };
            insert_event(connection, self.organisation, event).await?;
        }
        let ids = [self.employee.0];
        message_store::drop_open_sends(connection, self.organisation, Some(self.actor), &ids, reason).await?;
        message_store::end_reset_links(connection, self.organisation, &ids).await?;
        delete_sessions(connection, self.organisation, self.employee, None).await
    }
}
