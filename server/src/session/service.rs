//! Signing in and out.

use super::{
    cookie::SessionCookie,
    password::{Passwords, Turn},
    store::{self, Account},
};
use crate::{
    db,
    failure::Failed,
    throttle::{Admission, Attempt, Deed},
};
use app::{
    error::AppError,
    session::{
        Client, SignedIn,
        service::{SessionService, SignInOutcome},
    },
};
use domain::{
    ids::{EmployeeId, OrganisationId},
    person::single_line,
};
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

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
    /// When a refusal is answered at the earliest, so that the time tells nothing of how many people an address fits.
    pub refuse_after: Duration,
}

#[async_trait::async_trait]
impl SessionService for Sessions {
    async fn sign_in(&self, client: &Client, identifier: &str, password: &str) -> Result<SignInOutcome, AppError> {
        let identifier = single_line(identifier);
        let mut connection = self.pool.acquire().await.failed()?;
        let accounts = store::find_accounts(&mut connection, &identifier).await.failed()?;
        drop(connection);
        let attempt = Attempt::new(Deed::Password, &identifier, &client.network);
        let turn = self.passwords.turn().await.failed()?;
        if let Admission::Wait(seconds) = attempt.admit(&self.pool).await.failed()? {
            return Ok(SignInOutcome::Wait(seconds));
        }
        let refusal = Instant::now() + self.refuse_after;
        let fitting = self.fitting(&turn, &accounts, password).await?;
        drop(turn);
        let outcome = match fitting.as_slice() {
            [] => SignInOutcome::Wrong,
            [account] => {
                let cookie = self.begin(OrganisationId(account.organisation_id), EmployeeId(account.employee_id)).await?;
                cookie.map_or(SignInOutcome::Wrong, SignInOutcome::SignedIn)
            }
            _ => SignInOutcome::NumberNeeded,
        };
        if matches!(outcome, SignInOutcome::Wrong) {
            sleep_until(refusal).await;
        } else {
            attempt.succeeded(&self.pool).await.failed()?;
        }
        Ok(outcome)
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
        if begun {
            store::note_sign_in(&mut transaction, organisation, employee).await.failed()?;
        }
        transaction.commit().await.failed()?;
        Ok(begun.then(|| self.cookie.set(&new.value)))
    }

    /// The accounts whose password it is. Nobody takes as long as somebody.
    async fn fitting<'a>(&self, turn: &Turn, accounts: &'a [Account], password: &str) -> Result<Vec<&'a Account>, AppError> {
        let mut fitting = Vec::new();
        for account in accounts.iter().take(TRIED_AT_MOST) {
            if self.passwords.verify_in(turn, password, account.hash.as_deref()).await.failed()? {
                fitting.push(account);
            }
        }
        // Of two numbers that differ in case alone the one that was typed is meant.
        if fitting.iter().any(|account| account.exact) {
            fitting.retain(|account| account.exact);
        }
        if accounts.is_empty() {
            self.passwords.verify_in(turn, password, None).await.failed()?;
        }
        Ok(fitting)
    }
}
