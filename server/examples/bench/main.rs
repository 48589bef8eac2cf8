//! Measures Latchkey beside what stands next to it, in one run: `scripts/bench accept|page|delivery|load|turns`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are printed")]

mod accept;
mod delivery;
mod load;
mod page;
#[path = "../shared/setting.rs"]
mod setting;
mod turns;

use clap::{Parser, ValueEnum};
use std::process::ExitCode;

/// What is measured.
#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    /// Accepting a batch, beside the bare insert of the same rows.
    Accept,
    /// Accepting and delivering, beside the bare insert and a bare loop of lettre connections.
    Delivery,
    /// Employees, and the memory of the process that reads it and delivers, during a batch, beside both at rest.
    Load,
    /// The first page of Employees, beside the bare keyset query.
    Page,
    /// Paces beside what they should be, and others' messages beside a large batch.
    Turns,
}

/// Measures Latchkey on the PostgreSQL that `DATABASE_URL` names; its database is left as it was.
#[derive(Parser)]
struct Arguments {
    /// What is measured.
    subject: Subject,
    /// How many employees.
    #[arg(long, default_value_t = 100_000)]
    people: i32,
    /// How often; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// With `load`: the worker is not that of the process that answers.
    #[arg(long)]
    apart: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { subject, people, rounds, apart } = Arguments::parse();
    let measured = match subject {
        Subject::Accept => accept::measure(people, rounds).await,
        Subject::Delivery => delivery::measure(people, rounds).await,
        Subject::Load => load::measure(people, apart).await,
        Subject::Page => page::measure(people, rounds).await,
        Subject::Turns => turns::measure(people).await,
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
