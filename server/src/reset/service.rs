//! Asking for and setting new passwords.

use super::{request::send_what_helps, store};
use crate::{
    db,
    failure::Failed,
    link::Token,
    links::{
        Links, cookie,
        service::judge,
        store::{LinkRow, lock},
    },
    session::{password::Passwords, policy, renewal, store::find_accounts},
    throttle::{Admission, Attempt, Deed},
};
use app::{
    error::AppError,
    links::{
        Purpose,
        service::{LinkOutcome, LinkService},
    },
    reset::service::{ForgotOutcome, ResetService},
    session::Client,
};
use domain::{
    ids::{EmployeeId, OrganisationId},
    person::single_line,
};
use sqlx::PgConnection;
use std::time::Duration;

/// The people who get a message at most, where an address or a number fits several.
const WRITTEN_TO_AT_MOST: usize = 5;

/// Forgotten passwords, on PostgreSQL.
#[derive(Clone)]
pub struct Resets {
    /// Reads links.
    pub links: Links,
    /// The hasher.
    pub passwords: Passwords,
    /// Requests for mail are answered after this time whomever they fit; longer than queueing ever takes.
    pub answer_after: Duration,
}

#[async_trait::async_trait]
impl ResetService for Resets {
    async fn forgot(&self, client: &Client, identifier: &str) -> Result<ForgotOutcome, AppError> {
        let identifier = single_line(identifier);
        let attempt = Attempt::new(Deed::Mail, &identifier, &client.network);
        if let Admission::Wait(seconds) = attempt.admit(&self.links.pool).await.failed()? {
            return Ok(ForgotOutcome::Wait(seconds));
        }
        let (requested, ()) = tokio::join!(self.request(&identifier), tokio::time::sleep(self.answer_after));
        requested?;
        Ok(ForgotOutcome::Requested)
    }

    async fn reset(&self, text: &str, password: &str) -> Result<LinkOutcome, AppError> {
        let look_again = || Ok(LinkOutcome::LookAgain(self.links.page(Purpose::Reset, text)));
        let Some(token) = Token::parse(text) else { return look_again() };
        let pool = &self.links.pool;

        let mut transaction = db::begin(pool, token.organisation).await.failed()?;
        let row = self.links.believed(&mut transaction, Purpose::Reset, &token).await.failed()?;
        transaction.commit().await.failed()?;
        let Some(row) = row.filter(|row| judge(Purpose::Reset, row).is_ok()) else { return look_again() };
        let person = row.person();
        if let Err(problem) = policy::check(&person, password).await.failed()? {
            return Ok(LinkOutcome::Refused(problem, person.least()));
        }
        let hash = self.passwords.hash(password).await.failed()?;

        if !db::retried(|| self.redeem(&token, &row, &hash)).await.failed()? {
            return look_again();
        }
        Ok(LinkOutcome::Done(vec![cookie::forget(self.links.https, Purpose::Reset, text)]))
    }
}

impl Resets {
    /// Says whether the link was still good once the rows were locked.
    async fn redeem(&self, token: &Token, seen: &LinkRow, hash: &str) -> sqlx::Result<bool> {
        let mut transaction = db::begin(&self.links.pool, token.organisation).await?;
        lock(&mut transaction, token.organisation, EmployeeId(seen.employee_id), None).await?;
        let row = self.links.believed(&mut transaction, Purpose::Reset, token).await?;
        let Some(row) = row.filter(|row| judge(Purpose::Reset, row).is_ok()) else { return Ok(false) };
        write(&mut transaction, token, &row, hash).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn request(&self, identifier: &str) -> Result<(), AppError> {
        let mut connection = self.links.pool.acquire().await.failed()?;
        let accounts = find_accounts(&mut connection, identifier).await.failed()?;
        drop(connection);
        for account in accounts.iter().take(WRITTEN_TO_AT_MOST) {
            send_what_helps(&self.links.pool, OrganisationId(account.organisation_id), EmployeeId(account.employee_id)).await.failed()?;
        }
        Ok(())
    }
}

async fn write(connection: &mut PgConnection, token: &Token, row: &LinkRow, hash: &str) -> sqlx::Result<()> {
    store::mark_used(connection, token.organisation, token.send).await?;
    renewal::renew(connection, token.organisation, EmployeeId(row.employee_id), hash).await
}
