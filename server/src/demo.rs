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

/// How the demo's owner signs in.
#[derive(Clone, Copy, Debug)]
pub struct DemoOwner {
    /// The organisation's name.
    pub organisation: &'static str,
    /// Email address.
    pub email: &'static str,
    /// The password that the demo was made with.
    pub password: &'static str,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The people.
    #[error(transparent)]
    People(#[from] InventError),
    /// The password.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// Makes the demo where it is missing, and finds it otherwise: what somebody did in it stays.
pub async fn ensure(pool: &PgPool, passwords: &Passwords) -> Result<DemoOwner, DemoError> {
    let demo = DemoOwner { organisation: NAME, email: EMAIL, password: PASSWORD };
    let hash = if find_organisation(pool).await?.is_none() { Some(passwords.hash(PASSWORD).await?) } else { None };
    let Some(hash) = hash else { return Ok(demo) };
    let mut transaction = pool.begin().await?;
    // Of several servers that start at once one makes it.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('demo', 0))").execute(&mut *transaction).await?;
    let found: Option<i64> = sqlx::query_scalar("select find_organisation($1)").bind(SHORT_NAME).fetch_one(&mut *transaction).await?;
    if found.is_some() {
        return Ok(demo);
    }
    let organisation = sqlx::query_scalar("select create_organisation($1, $2, 'en', 'Europe/Zurich')");
    let organisation = OrganisationId(organisation.bind(NAME).bind(SHORT_NAME).fetch_one(&mut *transaction).await?);
    db::enter(&mut transaction, organisation).await?;
    add_owner(&mut transaction, organisation, &hash).await?;
    invent::add(&mut transaction, organisation, PEOPLE, true).await?;
    transaction.commit().await?;
    Ok(demo)
}

async fn find_organisation(pool: &PgPool) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("select find_organisation($1)").bind(SHORT_NAME).fetch_one(pool).await
}

async fn add_owner(connection: &mut PgConnection, organisation: OrganisationId, hash: &str) -> sqlx::Result<()> {
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
    let Ok(record) = EmployeeRecord::read(&record) else { return Ok(()) };
    if let Ok(owner) = insert_record(connection, organisation, Role::Owner, &record).await? {
        event_store::insert_events(connection, organisation, EventKind::Added, None, &[owner]).await?;
        activate(connection, organisation, owner, hash).await?;
        event_store::insert_events(connection, organisation, EventKind::Activated, None, &[owner]).await?;
    }
    Ok(())
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
