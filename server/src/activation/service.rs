//! Activating accounts. A link is judged twice: before the costly hash, and again once the rows are locked, so that of racing
//! actions the first wins and the others report what they find.

use super::store;
use crate::{
    db,
    employees::{
        event_store::{NewEvent, insert_event},
        message_store::drop_open_sends,
    },
    failure::Failed,
    link::Token,
    links::{
        Links, cookie,
        service::{is_somebody_else, judge},
        store::{LinkRow, lock},
    },
    session::{
        cookie::SessionCookie,
        password::Passwords,
        policy,
        store::{insert_session, note_sign_in, set_password},
    },
};
use app::{
    activation::service::ActivationService,
    error::AppError,
    links::{
        Purpose,
        service::{LinkOutcome, LinkService},
    },
    session::SignedIn,
};
use domain::{
    delivery::Reason,
    event::EventKind,
    ids::{EmployeeId, InvitationId, OrganisationId},
};
use sqlx::PgConnection;

/// Activation, on PostgreSQL.
#[derive(Clone)]
pub struct Activations {
    /// Reads links.
    pub links: Links,
    /// How the session cookie is named.
    pub cookie: SessionCookie,
    /// The hasher.
    pub passwords: Passwords,
}

#[async_trait::async_trait]
impl ActivationService for Activations {
    async fn activate(&self, signed_in: Option<&SignedIn>, text: &str, password: &str) -> Result<LinkOutcome, AppError> {
        let look_again = || Ok(LinkOutcome::LookAgain(self.links.page(Purpose::Activation, text)));
        let Some(token) = Token::parse(text) else { return look_again() };
        let pool = &self.links.pool;

        let mut transaction = db::begin(pool, token.organisation).await.failed()?;
        let row = self.links.believed(&mut transaction, Purpose::Activation, &token).await.failed()?;
        transaction.commit().await.failed()?;
        let Some(row) = row.filter(|row| judge(Purpose::Activation, row).is_ok()) else { return look_again() };
        if is_somebody_else(signed_in, &token, &row) {
            return look_again();
        }
        let person = row.person();
        if let Err(problem) = policy::check(&person, password).await.failed()? {
            return Ok(LinkOutcome::Refused(problem, person.least()));
        }
        let hash = self.passwords.hash(password).await.failed()?;

        let session = SessionCookie::generate();
        if !db::retried(|| self.redeem(&token, &row, &hash, &session.hash)).await.failed()? {
            return look_again();
        }
        Ok(LinkOutcome::Done(vec![self.cookie.set(&session.value), cookie::forget(self.links.https, Purpose::Activation, text)]))
    }
}

impl Activations {
    /// Says whether the link was still good once the rows were locked.
    async fn redeem(&self, token: &Token, seen: &LinkRow, hash: &str, session: &[u8; 32]) -> sqlx::Result<bool> {
        let mut transaction = db::begin(&self.links.pool, token.organisation).await?;
        lock(&mut transaction, token.organisation, EmployeeId(seen.employee_id), seen.invitation_id).await?;
        let row = self.links.believed(&mut transaction, Purpose::Activation, token).await?;
        let Some(row) = row.filter(|row| judge(Purpose::Activation, row).is_ok()) else { return Ok(false) };
        write(&mut transaction, token, &row, hash, session).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

async fn write(connection: &mut PgConnection, token: &Token, row: &LinkRow, hash: &str, session: &[u8; 32]) -> sqlx::Result<()> {
    let organisation: OrganisationId = token.organisation;
    let employee = EmployeeId(row.employee_id);
    set_password(connection, organisation, employee, hash).await?;
    store::activate(connection, organisation, employee).await?;
    drop_open_sends(connection, organisation, Some(employee), &[employee.0], Reason::Activated).await?;
    let event = NewEvent {
        invitation: row.invitation_id.map(InvitationId),
        send: Some(token.send),
        ..NewEvent::about(EventKind::Activated, Some(employee), employee)
    };
    insert_event(connection, organisation, event).await?;
    store::refresh(connection, organisation, employee).await?;
    insert_session(connection, organisation, employee, session).await?;
    note_sign_in(connection, organisation, employee).await?;
    Ok(())
}
