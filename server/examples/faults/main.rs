//! Breaks processes, the relay and PostgreSQL on purpose, in the middle of a batch, and counts what arrived at the relay:
//! `scripts/faults [NAME…] [--people N] [--times N] [--processes N]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are printed")]

mod administrators;
mod clock;
mod cluster;
mod count;
mod disk;
mod fault;
mod mixed;
mod postgres;
mod process;
mod proxy;
mod relay;
#[path = "../shared/setting.rs"]
#[expect(dead_code, reason = "measurements use more of it")]
mod setting;
mod trial;
mod upgrade;
mod watch;
mod workers;

use clap::{Parser, ValueEnum};
use cluster::NotRun;
use fault::Fault;
use std::process::ExitCode;

/// Breaks processes, the relay and PostgreSQL on purpose, and counts what arrived.
#[derive(Parser)]
struct Arguments {
    /// What is broken; all of it unless named.
    faults: Vec<Fault>,
    /// People in the batch.
    #[arg(long, default_value_t = 2_000)]
    people: i32,
    /// How often it is broken.
    #[arg(long, default_value_t = 3)]
    times: u32,
    /// Workers at once.
    #[arg(long, default_value_t = 1)]
    processes: usize,
    /// Instead: everything at random, in one batch that lasts so many minutes.
    #[arg(long, num_args = 0..=1, default_missing_value = "60")]
    mixed: Option<u32>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { faults, people, times, processes, mixed } = Arguments::parse();
    let faults = if faults.is_empty() { Fault::value_variants().to_vec() } else { faults };
    println!(
        "| fault | how often | accepted | lost | sent twice (bound) | differing copies | wrong states | goes on after | settled after |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    if let Some(minutes) = mixed {
        return match mixed::run(minutes, processes).await {
            Ok((strikes, count)) => {
                println!("| everything at random, {minutes} minutes | {strikes} in one batch | {count} |");
                if count.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => {
                eprintln!("{error}");
                if error.is::<NotRun>() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
        };
    }
    let (mut broken, mut not_run) = (Vec::new(), Vec::new());
    for fault in faults {
        let often = if fault.stays() { "all the time".to_owned() } else { format!("{} in one batch", fault.times(times)) };
        match fault.run(people, times, processes).await {
            Ok(count) => {
                let ended = if fault == Fault::Term { format!(", gone within {:.1} s", count.ended.as_secs_f64()) } else { String::new() };
                println!("| {}{ended}; {processes} at once | {often} | {count} |", fault.words());
                if !count.holds() || !fault.is_done_in_time(&count) {
                    broken.push(fault);
                }
            }
            Err(error) if error.is::<NotRun>() => {
                eprintln!("{fault:?}: {error}");
                not_run.push(fault);
            }
            Err(error) => {
                eprintln!("{fault:?}: {error}");
                broken.push(fault);
            }
        }
    }
    println!("Broken promises: {broken:?}. Not run: {not_run:?}.");
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
