//! One's own account, on PostgreSQL.

use super::store::{self, AccountRow};
use crate::{
    db,
    employees::event_store::{NewEvent, insert_event},
    failure::Failed,
    links::store::lock,
    session::{cookie::SessionCookie, password::Passwords, policy, renewal, store::insert_session},
    throttle::{Admission, Attempt, Deed},
};
use app::{
    account::{
        Account, Home,
        service::{AccountService, ChangeOutcome},
    },
    error::AppError,
    session::{Client, SignedIn},
};
use domain::{event::EventKind, language::Language, password, person::full_name, record::RecordField};
use sqlx::PgPool;

/// One's own account, on PostgreSQL.
#[derive(Clone)]
pub struct Accounts {
    /// The bound pool.
    pub pool: PgPool,
    /// How the session cookie is named.
    pub cookie: SessionCookie,
    /// The hasher.
    pub passwords: Passwords,
}

#[async_trait::async_trait]
impl AccountService for Accounts {
    async fn home(&self, me: &SignedIn) -> Result<Home, AppError> {
        let row = self.find(me).await?;
        Ok(Home { destination: row.destination_url, contact: row.contact })
    }

    async fn account(&self, me: &SignedIn) -> Result<Account, AppError> {
        let row = self.find(me).await?;
        Ok(Account {
            name: full_name(&row.first_name, &row.last_name),
            role: row.person().role,
            own_words: password::own_words(&row.first_name, &row.last_name, row.email.as_deref(), &row.organisation),
            organisation: row.organisation,
            identifier: row.identifier,
            language: row.language.and_then(|language| language.parse().ok()),
            contact: row.contact,
        })
    }

    async fn set_language(&self, me: &SignedIn, language: Option<Language>) -> Result<(), AppError> {
        let mut transaction = db::begin(&self.pool, me.organisation).await.failed()?;
        lock(&mut transaction, me.organisation, me.employee, None).await.failed()?;
        if store::set_language(&mut transaction, me.organisation, me.employee, language).await.failed()? {
            let values = [("fields", RecordField::Language.as_str())];
            let event = NewEvent { values: &values, ..NewEvent::about(EventKind::Edited, Some(me.employee), me.employee) };
            insert_event(&mut transaction, me.organisation, event).await.failed()?;
        }
        transaction.commit().await.failed()
    }

    async fn change_password(&self, me: &SignedIn, client: &Client, current: &str, new: &str) -> Result<ChangeOutcome, AppError> {
        let row = self.find(me).await?;
        let attempt = Attempt::new(Deed::Password, &format!("account {} {}", me.organisation, me.employee), &client.network);
        let turn = self.passwords.turn().await.failed()?;
        if let Admission::Wait(seconds) = attempt.admit(&self.pool).await.failed()? {
            return Ok(ChangeOutcome::Wait(seconds));
        }
        let fits = self.passwords.verify_in(&turn, current, row.hash.as_deref()).await.failed()?;
        drop(turn);
        if !fits {
            return Ok(ChangeOutcome::Wrong);
        }
        attempt.succeeded(&self.pool).await.failed()?;
        let person = row.person();
        if let Err(problem) = policy::check(&person, new).await.failed()? {
            return Ok(ChangeOutcome::Refused(problem, person.least()));
        }
        let hash = self.passwords.hash(new).await.failed()?;
        self.write(me, &row, &hash).await
    }
}

impl Accounts {
    async fn find(&self, me: &SignedIn) -> Result<AccountRow, AppError> {
        let mut transaction = db::begin(&self.pool, me.organisation).await.failed()?;
        let row = store::find(&mut transaction, me.organisation, me.employee).await.failed()?;
        transaction.commit().await.failed()?;
        row.ok_or(AppError::SignInNeeded)
    }

    /// Of two who change it at once the second finds that its own present password is no longer the one.
    async fn write(&self, me: &SignedIn, seen: &AccountRow, hash: &str) -> Result<ChangeOutcome, AppError> {
        let session = SessionCookie::generate();
        let mut transaction = db::begin(&self.pool, me.organisation).await.failed()?;
        lock(&mut transaction, me.organisation, me.employee, None).await.failed()?;
        let row = store::find(&mut transaction, me.organisation, me.employee).await.failed()?.ok_or(AppError::SignInNeeded)?;
        if row.hash != seen.hash {
            return Ok(ChangeOutcome::Wrong);
        }
        renewal::renew(&mut transaction, me.organisation, me.employee, hash).await.failed()?;
        if !insert_session(&mut transaction, me.organisation, me.employee, &session.hash).await.failed()? {
            return Err(AppError::SignInNeeded);
        }
        transaction.commit().await.failed()?;
        Ok(ChangeOutcome::Changed(self.cookie.set(&session.value)))
    }
}
