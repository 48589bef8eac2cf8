//! Everything at random, for long, with an eye on what the workers take.

use crate::{clock, cluster::Cluster, count::Count, disk::Disk, fault::Fault, proxy, setting::Result, trial::Trial, watch::Watch};
use std::time::{Duration, Instant};

/// What comes and goes.
const FAULTS: [Fault; 24] = [
    Fault::Kill,
    Fault::Term,
    Fault::Stop,
    Fault::StopOne,
    Fault::RelayGone,
    Fault::RelayRefuses,
    Fault::RelaySilent,
    Fault::RelayStuck,
    Fault::RelayMute,
    Fault::RelayAnswerless,
    Fault::RelayDrops,
    Fault::Refusals,
    Fault::RelaySlow,
    Fault::RelayLate,
    Fault::PostgresFast,
    Fault::PostgresImmediate,
    Fault::PostgresBackend,
    Fault::PostgresConnections,
    Fault::PostgresStill,
    Fault::PostgresDown,
    Fault::PostgresReads,
    Fault::PostgresReadsAnew,
    Fault::DiskFull,
    Fault::Cancel,
];
/// So many messages a minute leave where nothing is broken, so that there is a middle to break things in.
const EACH_MINUTE: u32 = 3_000;
/// Something is broken about half of the time.
const LEFT: u32 = EACH_MINUTE / 2;
/// So many messages leave at most while a fault that stays is let stay.
const MEANWHILE: u32 = 300;
/// Connections to the relay of one worker.
const LANES: u32 = 8;

/// One batch that lasts so many minutes, broken all the time. All workers but the first have a clock that is an hour ahead.
pub async fn run(minutes: u32, processes: usize) -> Result<(u32, Count)> {
    let cluster = Cluster::find()?;
    let disk = Disk::mount(&cluster).await?;
    disk.hold_tables(&cluster).await?;
    let counted = deliver(minutes, processes, &cluster, &disk).await;
    disk.unmount(&cluster).await?;
    counted
}

async fn deliver(minutes: u32, processes: usize, cluster: &Cluster, disk: &Disk) -> Result<(u32, Count)> {
    let processes = processes.max(2);
    let mut trial = Trial::prepare(i32::try_from(minutes * LEFT)?).await?;
    trial.relay_thinks(Duration::from_mins(1) * LANES * u32::try_from(processes)? / EACH_MINUTE);
    trial.environment("LATCHKEY_WORKERS", LANES.to_string());
    let _proxy = proxy::lose_answers(&mut trial, 500).await?;
    trial.accept().await?;
    // One lives on, so that it shows what it takes after a while.
    trial.work(1)?;
    trial.spare_first();
    clock::set(&mut trial, "+1h")?;
    trial.work(processes - 1)?;
    let (begun, mut watch, mut strikes, mut bound) = (Instant::now(), Watch::default(), 0, 0);
    let length = Duration::from_mins(u64::from(minutes));
    while begun.elapsed() < length && trial.is_under_way() {
        trial.some_messages().await?;
        let fault = FAULTS[rand::random::<u32>() as usize % FAULTS.len()];
        let struck = if fault == Fault::DiskFull { disk.strike(cluster).await } else { fault.strike(&mut trial).await };
        struck.map_err(|error| format!("{fault:?}: {error}"))?;
        if fault.stays() {
            trial.some_messages().await?;
            trial.relay.change(trial.usual());
        }
        trial.goes_on().await.map_err(|error| format!("after {fault:?}: {error}"))?;
        strikes += 1;
        bound += fault.in_flight(MEANWHILE, u32::try_from(processes)?);
        watch.look(begun.elapsed(), fault, &trial).await?;
    }
    trial.relay_thinks(Duration::ZERO);
    let count = trial.settle(bound).await?;
    watch.judge()?;
    Ok((strikes, count))
}
