//! A worker whose clock is wrong: the database's decides.

use crate::{cluster::NotRun, count::Count, setting::Result, trial::Trial};
use mail_parser::MessageParser;
use sink::relay::Received;
use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Messages are dated now, give or take the length of a trial.
const NOW: Duration = Duration::from_mins(10);

/// Delivers a batch with one worker's clock off by `by`, such as `+1h`, and counts messages with a wrong date as wrong.
pub async fn off(by: &'static str, people: i32, processes: usize) -> Result<Count> {
    let mut trial = Trial::prepare(people).await?;
    set(&mut trial, by)?;
    trial.accept().await?;
    trial.work(1)?;
    trial.usual_environment();
    trial.work(processes.saturating_sub(1))?;
    trial.goes_on().await?;
    let (count, received) = trial.settle_and_show(0).await?;
    let misdated = received.iter().filter(|one| !is_dated_now(one)).count() as u64;
    Ok(Count { wrong: count.wrong + misdated, ..count })
}

/// The clocks of workers that are started from now on are off.
pub fn set(trial: &mut Trial, by: &'static str) -> Result<()> {
    trial.environment("LD_PRELOAD", library()?.display().to_string());
    trial.environment("FAKETIME", by);
    // A monotonic clock tells no time of day.
    trial.environment("DONT_FAKE_MONOTONIC", "1");
    Ok(())
}

fn library() -> Result<PathBuf> {
    for folder in fs::read_dir("/usr/lib")?.flatten() {
        let library = folder.path().join("faketime/libfaketime.so.1");
        if library.exists() {
            return Ok(library);
        }
    }
    Err(NotRun("libfaketime is missing (Debian: faketime)".to_owned()).into())
}

#[expect(clippy::disallowed_methods, reason = "the true time is what is compared with")]
fn is_dated_now(received: &Received) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let dated = MessageParser::new().parse(&received.bytes).and_then(|message| message.date().map(mail_parser::DateTime::to_timestamp));
    let dated = Duration::from_secs(dated.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default());
    now.abs_diff(dated) < NOW
}
