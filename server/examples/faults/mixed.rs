//! Everything at random, for long, with an eye on what the workers take.

use crate::{cluster::Cluster, count::Count, fault::Fault, proxy, setting::Result, trial::Trial, watch::Watch};
use std::time::{Duration, Instant};

/// What comes and goes.
const FAULTS: [Fault; 18] = [
    Fault::Kill,
    Fault::Term,
    Fault::Stop,
    Fault::RelayGone,
    Fault::RelayRefuses,
    Fault::RelaySilent,
    Fault::RelayMute,
    Fault::RelayAnswerless,
    Fault::RelayDrops,
    Fault::Refusals,
    Fault::PostgresFast,
    Fault::PostgresImmediate,
    Fault::PostgresBackend,
    Fault::PostgresConnections,
    Fault::PostgresStill,
    Fault::PostgresDown,
    Fault::PostgresReads,
    Fault::PostgresReadsAnew,
];
/// So many messages a minute leave where nothing is broken, so that there is a middle to break things in.
const EACH_MINUTE: u32 = 3_000;
/// Something is broken about half of the time.
const LEFT: u32 = EACH_MINUTE / 2;
/// So many messages leave at most while a fault that stays is let stay.
const MEANWHILE: u32 = 300;
/// Connections to the relay of one worker.
const LANES: u32 = 8;

/// One batch that lasts so many minutes, broken all the time.
pub async fn run(minutes: u32, processes: usize) -> Result<(u32, Count)> {
    Cluster::find()?;
    let processes = processes.max(2);
    let mut trial = Trial::prepare(i32::try_from(minutes * LEFT)?).await?;
    trial.relay_thinks(Duration::from_mins(1) * LANES * u32::try_from(processes)? / EACH_MINUTE);
    trial.environment("LATCHKEY_WORKERS", LANES.to_string());
    let _proxy = proxy::lose_answers(&mut trial, 500).await?;
    trial.accept().await?;
    trial.work(processes)?;
    // One lives on, so that it shows what it takes after a while.
    trial.spare_first();
    let (begun, mut watch, mut strikes, mut bound) = (Instant::now(), Watch::default(), 0, 0);
    let length = Duration::from_mins(u64::from(minutes));
    while begun.elapsed() < length && trial.is_under_way() {
        trial.some_messages().await?;
        let fault = FAULTS[rand::random::<u32>() as usize % FAULTS.len()];
        fault.strike(&mut trial).await.map_err(|error| format!("{fault:?}: {error}"))?;
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
