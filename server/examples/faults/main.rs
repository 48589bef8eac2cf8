//! Breaks whole processes on purpose, in the middle of a batch, and counts what arrived at the relay:
//! `scripts/faults [NAME…] [--people N] [--times N] [--processes N]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are printed")]

#[path = "../shared/setting.rs"]
#[expect(dead_code, reason = "measurements use more of it")]
mod setting;
mod trial;

use clap::{Parser, ValueEnum};
use setting::Result;
use sink::relay::{Act, Moment};
use std::{process::ExitCode, time::Duration};
use trial::{Count, Trial};

/// What is broken.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Fault {
    /// kill -9 of a worker at random moments; another one is started at once.
    Kill,
    /// SIGTERM of a worker at random moments; another one is started at once.
    Term,
    /// SIGSTOP of a worker for longer than its lease, then SIGCONT.
    Stop,
    /// The relay is gone for a while.
    RelayGone,
    /// The relay takes a message and closes before its answer, for one in twenty.
    RelayDrops,
    /// A third of the people are refused for now, one in a hundred for good.
    Refusals,
}

/// Breaks whole processes on purpose on the PostgreSQL that `DATABASE_URL` names, and counts what arrived.
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
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let faults = if arguments.faults.is_empty() { Fault::value_variants().to_vec() } else { arguments.faults.clone() };
    println!("| fault | how often | accepted | lost | sent twice (bound) | differing copies | settled after |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let mut broken = false;
    for fault in faults {
        match run(fault, &arguments).await {
            Ok(count) => {
                println!("| {} | {} | {count} |", named(fault, arguments.processes), often(fault, arguments.times));
                broken |= !count.holds();
            }
            Err(error) => {
                eprintln!("{fault:?}: {error}");
                broken = true;
            }
        }
    }
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn named(fault: Fault, processes: usize) -> String {
    let word = match fault {
        Fault::Kill => "`kill -9` of a worker, another one started at once",
        Fault::Term => "SIGTERM of a worker, another one started at once",
        Fault::Stop => "SIGSTOP of a worker for 25 s, then SIGCONT",
        Fault::RelayGone => "the relay gone for 20 s",
        Fault::RelayDrops => "the relay takes a message and closes before its answer, for one in twenty",
        Fault::Refusals => "450 for a third of the people once, 550 for one in a hundred",
    };
    format!("{word}; {processes} at once")
}

fn often(fault: Fault, times: u32) -> String {
    if matches!(fault, Fault::RelayDrops | Fault::Refusals) { "all the time".to_owned() } else { format!("{times} times in one batch") }
}

async fn run(fault: Fault, arguments: &Arguments) -> Result<Count> {
    let mut trial = Trial::begin(arguments.people, arguments.processes).await?;
    let mut bound = 0;
    match fault {
        Fault::Kill => {
            for _ in 0..arguments.times {
                trial.some_messages().await?;
                trial.replace("-KILL").await?;
            }
            bound = arguments.times * 64;
        }
        Fault::Term => {
            for _ in 0..arguments.times {
                trial.some_messages().await?;
                trial.replace("-TERM").await?;
            }
        }
        Fault::Stop => {
            for _ in 0..arguments.times {
                trial.some_messages().await?;
                trial.pause(Duration::from_secs(25)).await?;
            }
            bound = arguments.times * 64;
        }
        Fault::RelayGone => {
            for _ in 0..arguments.times {
                trial.some_messages().await?;
                trial.relay_gone(Duration::from_secs(20)).await?;
            }
            // A message whose answer was cut off may have been taken.
            bound = arguments.times * 64;
        }
        Fault::RelayDrops => {
            let mut number = 0_u32;
            trial.script(move |moment| match moment {
                Moment::Message(_) => {
                    number += 1;
                    if number.is_multiple_of(20) { Act::TakeAndClose } else { trial::usual(moment) }
                }
                _ => trial::usual(moment),
            });
            bound = arguments.people.unsigned_abs() / 10;
        }
        Fault::Refusals => {
            let mut number = 0_u32;
            let mut seen = std::collections::HashSet::new();
            trial.script(move |moment| match moment {
                Moment::Recipient(to) => {
                    number += 1;
                    let first = seen.insert(to.clone());
                    match number % 100 {
                        7 if first => Act::Say("550 5.1.1 no such user"),
                        each if first && each.is_multiple_of(3) => Act::Say("450 4.2.0 not now"),
                        _ => Act::Accept,
                    }
                }
                _ => trial::usual(moment),
            });
        }
    }
    trial.settle(bound).await
}
