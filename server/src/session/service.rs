//! Signing in and out.

use super::{
    cookie::SessionCookie,
    password::Passwords,
    store::{self, Account},
};
use crate::{db, failure::Failed};
use app::{
    error::AppError,
    session::{
        Client, SignedIn,
        service::{SessionService, SignInOutcome},
    },
};
use domain::ids::{EmployeeId, OrganisationId};
use sqlx::PgPool;

/// The people whose password is tried at most, where several share an address.
const TRIED_AT_MOST: usize = 5;

/// Signing in and out, on PostgreSQL.
#[derive(Clone)]
pub struct Sessions {
    /// The bound pool.
    pub pool: PgPool,
    /// How the cookie is named.
    pub cookie: SessionCookie,
    /// The hasher.
    pub passwords: Passwords,
}

#[async_trait::async_trait]
impl SessionService for Sessions {
    async fn sign_in(&self, _client: &Client, identifier: &str, password: &str) -> Result<SignInOutcome, AppError> {
        let mut connection = self.pool.acquire().await.failed()?;
        let accounts = store::find_accounts(&mut connection, identifier.trim()).await.failed()?;
        drop(connection);
        match self.fitting(&accounts, password).await?.as_slice() {
            [] => Ok(SignInOutcome::Wrong),
            [account] => {
                let cookie = self.begin(OrganisationId(account.organisation_id), EmployeeId(account.employee_id)).await?;
                Ok(cookie.map_or(SignInOutcome::Wrong, SignInOutcome::SignedIn))
            }
            _ => Ok(SignInOutcome::NumberNeeded),
        }
    }

    async fn sign_out(&self, session: &SignedIn) -> Result<String, AppError> {
        let mut transaction = db::begin(&self.pool, session.organisation).await.failed()?;
        store::delete_session(&mut transaction, &session.session).await.failed()?;
        transaction.commit().await.failed()?;
        Ok(self.cookie.clear())
    }
}

impl Sessions {
    /// Begins a session; the `Set-Cookie` header's value, or none where the account is not open.
    pub async fn begin(&self, organisation: OrganisationId, employee: EmployeeId) -> Result<Option<String>, AppError> {
        let new = SessionCookie::generate();
        let mut transaction = db::begin(&self.pool, organisation).await.failed()?;
        let begun = store::insert_session(&mut transaction, organisation, employee, &new.hash).await.failed()?;
        transaction.commit().await.failed()?;
        Ok(begun.then(|| self.cookie.set(&new.value)))
    }

    /// The accounts whose password it is. Nobody takes as long as somebody.
    async fn fitting<'a>(&self, accounts: &'a [Account], password: &str) -> Result<Vec<&'a Account>, AppError> {
        let mut fitting = Vec::new();
        for account in accounts.iter().take(TRIED_AT_MOST) {
            if self.passwords.verify(password, account.hash.as_deref()).await.failed()? {
                fitting.push(account);
            }
        }
        if accounts.is_empty() {
            self.passwords.verify(password, None).await.failed()?;
        }
        Ok(fitting)
    }
}
