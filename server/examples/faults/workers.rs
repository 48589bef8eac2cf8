//! Workers that are killed, told to stop, or stopped for a while.

use crate::{process::signal_to, setting::Result, trial::Trial};
use std::time::Duration;
use tokio::time::sleep;

/// Longer than a lease.
const STOPPED: Duration = Duration::from_secs(25);

/// kill -9; another one is started at once.
pub async fn kill(trial: &mut Trial) -> Result<()> {
    trial.replace("-KILL").await
}

/// SIGTERM; another one is started at once.
pub async fn term(trial: &mut Trial) -> Result<()> {
    trial.replace("-TERM").await
}

/// SIGSTOP of one, then SIGCONT; the others go on meanwhile, and take up what it held.
pub async fn stop_one(trial: &mut Trial) -> Result<()> {
    let one = trial.processes().pop().ok_or("no worker")?;
    signal_to("-STOP", &[one]).await?;
    sleep(STOPPED).await;
    signal_to("-CONT", &[one]).await
}

/// SIGSTOP of all, then SIGCONT.
pub async fn stop(trial: &mut Trial) -> Result<()> {
    let workers = trial.processes();
    signal_to("-STOP", &workers).await?;
    sleep(STOPPED).await;
    signal_to("-CONT", &workers).await
}
