//! The organisation that `serve --demo` shows: invented people in every status, and an owner whose sign-in is printed.

mod store;

use crate::{
    db,
    employees::{event_store, record_store::insert_record},
    invent::{self, InventError},
    session::password::{HashingFailed, Passwords},
};
use domain::{
    event::EventKind,
    ids::{EmployeeId, OrganisationId},
    record::{EmployeeRecord, RawRecord},
    role::Role,
};
use sqlx::{PgConnection, PgPool};

/// How many people are invented.
const PEOPLE: u32 = 500;
const NAME: &str = "Alpine Rail";
const SHORT_NAME: &str = "alpine-rail";
const EMAIL: &str = "owner@example.org";
const PASSWORD: &str = "correct horse battery staple";

/// How the demo's owner signs in by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOwner {
    /// The organisation's name.
    pub organisation: String,
    /// Email address, or employee number.
    pub identifier: String,
    /// The password that the demo was made with, unless another one was set since.
    pub password: Option<&'static str>,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The people.
    #[error(transparent)]
    People(#[from] InventError),
    /// The owner.
    #[error("the demo's owner cannot be made")]
    Owner,
    /// The password.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// Makes the demo where it was never made, and finds it otherwise: what somebody did in it stays. None where its owner was removed.
pub async fn ensure(pool: &PgPool, passwords: &Passwords) -> Result<Option<DemoOwner>, DemoError> {
    let made = store::find(&mut *pool.acquire().await?).await?;
    let (organisation, owner) = match made {
        Some(made) => made,
        None => make(pool, passwords).await?,
    };
    let mut transaction = db::begin(pool, organisation).await?;
    let row = store::owner(&mut transaction, organisation, owner).await?;
    transaction.commit().await?;
    let Some((organisation, identifier, hash)) = row else { return Ok(None) };
    let fits = passwords.verify(PASSWORD, hash.as_deref()).await?;
    Ok(Some(DemoOwner { organisation, identifier, password: fits.then_some(PASSWORD) }))
}

async fn make(pool: &PgPool, passwords: &Passwords) -> Result<(OrganisationId, EmployeeId), DemoError> {
    let hash = passwords.hash(PASSWORD).await?;
    let mut transaction = pool.begin().await?;
    // Of several servers that start at once one makes it.
    store::wait_for_others(&mut transaction).await?;
    if let Some(made) = store::find(&mut transaction).await? {
        return Ok(made);
    }
    let organisation = store::insert_organisation(&mut transaction, NAME, SHORT_NAME).await?;
    db::enter(&mut transaction, organisation).await?;
    let owner = add_owner(&mut transaction, organisation, &hash).await?;
    invent::add(&mut transaction, organisation, PEOPLE, true).await?;
    store::note(&mut transaction, organisation, owner).await?;
    transaction.commit().await?;
    Ok((organisation, owner))
}

async fn add_owner(connection: &mut PgConnection, organisation: OrganisationId, hash: &str) -> Result<EmployeeId, DemoError> {
    let text = str::to_owned;
    let record = RawRecord {
        first_name: text("Olivia"),
        last_name: text("Berger"),
        email: text(EMAIL),
        employee_number: text("E000001"),
        department: text("Human Resources"),
        site: text("Lausanne"),
        title: text("Head of Human Resources"),
        language: text("en"),
    };
    let record = EmployeeRecord::read(&record).map_err(|_| DemoError::Owner)?;
    let owner = insert_record(connection, organisation, Role::Owner, &record).await?.map_err(|_| DemoError::Owner)?;
    event_store::insert_events(connection, organisation, EventKind::Added, None, &[owner]).await?;
    store::activate(connection, organisation, owner, hash).await?;
    event_store::insert_events(connection, organisation, EventKind::Activated, None, &[owner]).await?;
    Ok(owner)
}
