//! The organisation that `serve --demo` shows: invented people in every status, and an owner whose sign-in is printed.

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
    let made: Option<(i64, i64)> = find(&mut *pool.acquire().await?).await?;
    let (organisation, owner) = match made {
        Some(made) => made,
        None => make(pool, passwords).await?,
    };
    let mut transaction = db::begin(pool, OrganisationId(organisation)).await?;
    let row: Option<(String, String, Option<String>)> = sqlx::query_as(
        "select o.name, coalesce(e.email, e.employee_number, ''), p.hash from employees e
         join organisations o on o.id = e.organisation_id
         left join passwords p on p.organisation_id = e.organisation_id and p.employee_id = e.id
         where e.organisation_id = $1 and e.id = $2 and e.removed_at is null",
    )
    .bind(organisation)
    .bind(owner)
    .fetch_optional(&mut *transaction)
    .await?;
    transaction.commit().await?;
    let Some((organisation, identifier, hash)) = row else { return Ok(None) };
    let fits = passwords.verify(PASSWORD, hash.as_deref()).await?;
    Ok(Some(DemoOwner { organisation, identifier, password: fits.then_some(PASSWORD) }))
}

async fn find(connection: &mut PgConnection) -> sqlx::Result<Option<(i64, i64)>> {
    let made = "select demo_organisation_id, demo_owner_id from installation where demo_owner_id is not null";
    sqlx::query_as(made).fetch_optional(connection).await
}

async fn make(pool: &PgPool, passwords: &Passwords) -> Result<(i64, i64), DemoError> {
    let hash = passwords.hash(PASSWORD).await?;
    let mut transaction = pool.begin().await?;
    // Of several servers that start at once one makes it.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('demo', 0))").execute(&mut *transaction).await?;
    if let Some(made) = find(&mut transaction).await? {
        return Ok(made);
    }
    let organisation = sqlx::query_scalar("select create_organisation($1, $2, 'en', 'Europe/Zurich')");
    let organisation = OrganisationId(organisation.bind(NAME).bind(SHORT_NAME).fetch_one(&mut *transaction).await?);
    db::enter(&mut transaction, organisation).await?;
    let owner = add_owner(&mut transaction, organisation, &hash).await?;
    invent::add(&mut transaction, organisation, PEOPLE, true).await?;
    sqlx::query("update installation set demo_organisation_id = $1, demo_owner_id = $2")
        .bind(organisation.0)
        .bind(owner.0)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok((organisation.0, owner.0))
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
    activate(connection, organisation, owner, hash).await?;
    event_store::insert_events(connection, organisation, EventKind::Activated, None, &[owner]).await?;
    Ok(owner)
}

async fn activate(connection: &mut PgConnection, organisation: OrganisationId, owner: EmployeeId, hash: &str) -> sqlx::Result<()> {
    sqlx::query(
        "with set_password as (insert into passwords (organisation_id, employee_id, hash) values ($1, $2, $3)),
              activated as (update employees set activated_at = now() where organisation_id = $1 and id = $2)
         update standings set activated_at = now() where organisation_id = $1 and employee_id = $2",
    )
    .bind(organisation.0)
    .bind(owner.0)
    .bind(hash)
    .execute(connection)
    .await?;
    Ok(())
}
