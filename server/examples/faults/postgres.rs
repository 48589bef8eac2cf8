//! A PostgreSQL that is restarted, killed, stopped, down, or takes nothing.

use crate::{
    cluster::Cluster,
    process::signal_to,
    setting::{Result, Setting},
};
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::time::sleep;

/// How long it is away.
const AWAY: Duration = Duration::from_secs(30);
/// How long it only reads.
const READS: Duration = Duration::from_secs(10);

/// Restarted: `fast` or `immediate`.
pub async fn restart(cluster: &Cluster, mode: &str) -> Result<()> {
    cluster.control(&["restart", "-m", mode]).await
}

/// The process that serves a worker is killed; PostgreSQL then ends all others and recovers.
pub async fn kill_one(cluster: &Cluster) -> Result<()> {
    let one = "select pid::bigint from pg_stat_activity where usename = 'latchkey' order by query ~ '(take_up|finish)_sends' desc, random() limit 1";
    let process = cluster.ask(one).await?.ok_or("no worker is connected")?;
    signal_to("-KILL", &[u32::try_from(process)?]).await
}

/// Every connection is ended.
pub async fn end_all(cluster: &Cluster) -> Result<()> {
    cluster.ask("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'latchkey'").await?;
    Ok(())
}

/// All its processes stand still.
pub async fn stand_still(cluster: &Cluster) -> Result<()> {
    let processes = cluster.processes()?;
    signal_to("-STOP", &processes).await?;
    sleep(AWAY).await;
    signal_to("-CONT", &processes).await
}

/// It is really down.
pub async fn down(cluster: &Cluster) -> Result<()> {
    cluster.control(&["stop", "-m", "fast"]).await?;
    sleep(AWAY).await;
    cluster.control(&["start"]).await
}

/// It only reads, for everybody at once.
pub async fn reads(cluster: &Cluster) -> Result<()> {
    cluster.ask("alter system set default_transaction_read_only = on").await?;
    cluster.ask("select pg_reload_conf()").await?;
    sleep(READS).await;
    cluster.ask("alter system reset default_transaction_read_only").await?;
    cluster.ask("select pg_reload_conf()").await?;
    Ok(())
}

/// It ends every connection, and whoever comes anew only reads: as after changing to a server that is not ready yet.
pub async fn reads_anew(cluster: &Cluster) -> Result<()> {
    cluster.ask("alter database latchkey set default_transaction_read_only = on").await?;
    end_all(cluster).await?;
    sleep(READS).await;
    cluster.ask("begin read write; alter database latchkey reset default_transaction_read_only; commit").await?;
    Ok(())
}

/// A connection with a transaction that goes on seeing what there is now, as a backup has one: nothing that is written or deleted
/// while it is open can be cleared away.
pub async fn old_transaction(setting: &Setting) -> Result<PgConnection> {
    let mut connection = PgConnection::connect_with(&setting.owner.connect_options()).await?;
    sqlx::raw_sql("begin isolation level repeatable read; select count(*) from organisations").execute(&mut connection).await?;
    Ok(connection)
}
