//! A rolling upgrade in the middle of a batch: the version before has made the database and delivers, this one brings the schema up to
//! date meanwhile, and takes over.

use crate::{
    cluster::{Cluster, NotRun},
    count::Count,
    process::program,
    setting::{Result, Setting},
    trial::Trial,
};
use server::outbox::UNWRITTEN;
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// So slow that there is a middle in which to upgrade.
const THOUGHT: Duration = Duration::from_millis(100);
/// Making the database takes no longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Upgrades once; one worker of this version is killed on top.
pub async fn run(people: i32, processes: usize, in_flight: u32) -> Result<Count> {
    let before = std::env::var_os("VERSION_BEFORE").map(PathBuf::from);
    let before = before
        .ok_or_else(|| NotRun("VERSION_BEFORE names no program of the version before; scripts/faults upgrade makes one".to_owned()))?;
    // Its database is made anew: nobody else's.
    Cluster::find()?;
    let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
    let mut elsewhere = options.clone().database("postgres").connect().await?;
    for statement in ["drop database latchkey with (force)", "create database latchkey"] {
        sqlx::query(statement).execute(&mut elsewhere).await?;
    }
    let mut connection = options.connect().await?;
    let mut trial = Trial::of(before, async || {
        made(&mut connection).await?;
        Setting::fill(people).await
    })
    .await?;
    let old_schema = schema(&mut connection).await?;
    accept(&trial.setting, &mut connection).await?;
    trial.accepted_are(u64::from(people.unsigned_abs()));
    trial.relay_thinks(THOUGHT);
    trial.work(processes.saturating_sub(1))?;
    trial.some_messages().await?;
    trial.upgrade(program()?);
    trial.work(1)?;
    trial.messages(UNWRITTEN).await?;
    if schema(&mut connection).await? == old_schema {
        return Err(format!("both versions have the schema {old_schema}").into());
    }
    for _ in 0..processes {
        trial.replace_first("-TERM").await?;
        trial.some_messages().await?;
    }
    trial.replace("-KILL").await?;
    trial.goes_on().await?;
    trial.settle(in_flight).await
}

/// Waits until the first worker has made the database.
async fn made(connection: &mut PgConnection) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let works = sqlx::query_scalar::<_, bool>("select exists (select from workers)").fetch_one(&mut *connection).await;
        if works.unwrap_or(false) {
            return Ok(());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err("the version before did not make the database".into())
}

async fn schema(connection: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(connection).await?)
}

/// Accepts a batch for everybody, by rows that both versions have.
async fn accept(setting: &Setting, connection: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "with made as (
             insert into batches (organisation_id, action, created_by, idempotency_key, people, receiving)
             select $1, 'send_credentials', min(id), gen_random_uuid(), count(*), count(*) from employees where organisation_id = $1 returning id
         ), invited as (
             insert into invitations (organisation_id, employee_id, batch_id) select $1, e.id, made.id from employees e, made
             where e.organisation_id = $1 returning id, employee_id, batch_id
         )
         insert into sends (organisation_id, employee_id, kind, invitation_id, batch_id, address, language, priority)
         select $1, e.id, 'invitation', i.id, i.batch_id, e.email, 'en', 5
         from employees e join invited i on i.employee_id = e.id where e.organisation_id = $1",
    )
    .bind(setting.organisation.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query("select refresh_standings($1, array_agg(id)) from employees where organisation_id = $1")
        .bind(setting.organisation.0)
        .execute(connection)
        .await?;
    Ok(())
}
