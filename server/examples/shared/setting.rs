//! The database and the people that are measured with.

use app::session::{Administrator, SignedIn};
use domain::{
    ids::{EmployeeId, OrganisationId},
    language::Language,
    role::{Permission, Role},
};
use sqlx::{PgPool, postgres::PgConnectOptions};
use std::{error::Error, time::Duration};

/// Whatever went wrong.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A migrated database with one organisation of many.
pub struct Setting {
    /// The bound pool.
    pub pool: PgPool,
    /// The tables' owner.
    pub owner: PgPool,
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its administrator.
    pub by: Administrator,
}

impl Setting {
    /// Migrates the database and fills it with `people` employees nobody has invited.
    pub async fn new(people: i32) -> Result<Self> {
        let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
        server::db::migrate(&options).await?;
        Self::fill(people).await
    }

    /// The same in a database that is migrated.
    pub async fn fill(people: i32) -> Result<Self> {
        let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
        let owner = PgPool::connect_with(options.clone()).await?;
        let pool = server::db::bound_pool(options, 16).await?;
        let organisation = OrganisationId(
            sqlx::query_scalar("select create_organisation('Bench', 'b' || substr(gen_random_uuid()::text, 1, 8), 'en', 'Europe/Paris')")
                .fetch_one(&owner)
                .await?,
        );
        sqlx::query(
            "with made as (
                 insert into employees (organisation_id, first_name, last_name, email, email_normalised, department, search_text, language)
                 select $1, 'First' || n, 'Last' || lpad((n * 7919 % 1000003)::text, 7, '0'), 'p' || n || '@example.org', 'p' || n || '@example.org',
                        'Department ' || n % 40, ' first' || n || ' last' || n || ' p' || n || '@example.org', case n % 3 when 0 then 'fr' else 'en' end
                 from generate_series(1, $2) n returning organisation_id, id, last_name, first_name, department)
             insert into standings (organisation_id, employee_id, sort_name, sort_department, has_email, suspended)
             select organisation_id, id, lower(last_name || chr(31) || first_name), lower(department), true, false from made",
        )
        .bind(organisation.0)
        .bind(people)
        .execute(&owner)
        .await?;
        sqlx::raw_sql("vacuum analyze employees, standings, standing_dates").execute(&owner).await?;
        let employee = EmployeeId(
            sqlx::query_scalar("select min(id) from employees where organisation_id = $1").bind(organisation.0).fetch_one(&owner).await?,
        );
        let signed_in = SignedIn {
            organisation,
            employee,
            role: Role::Administrator,
            language: Language::English,
            time_zone: "Europe/Paris".to_owned(),
            session: [0; 32],
        };
        let by = signed_in.authorise(Permission::ManageInvitations)?;
        Ok(Self { pool, owner, organisation, by })
    }

    /// Its batches are held for so many seconds.
    pub async fn hold_for(&self, seconds: i32) -> Result<()> {
        sqlx::query("update settings set hold_seconds = $2 where organisation_id = $1")
            .bind(self.organisation.0)
            .bind(seconds)
            .execute(&self.owner)
            .await?;
        Ok(())
    }

    /// Nothing of it waits to leave any more.
    pub async fn withdraw(&self) -> Result<()> {
        for statement in [
            "update sends set state = 'dropped', finished_at = now() where organisation_id = $1 and state = 'queued'",
            "update batches set ended_at = now() where organisation_id = $1",
        ] {
            sqlx::query(statement).bind(self.organisation.0).execute(&self.owner).await?;
        }
        Ok(())
    }
}

/// A duration, to be read.
pub fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

/// A duration as a multiple of another.
pub fn ratio(duration: Duration, other: Duration) -> f64 {
    duration.as_secs_f64() / other.as_secs_f64()
}

/// The median of some durations.
pub fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied().unwrap_or_default()
}
