//! One batch, workers in processes of their own, and the relay that counts.

use crate::setting::{Result, Setting};
use app::batches::{
    model::{Accepted, Audience, Proposal},
    service::BatchService,
};
use domain::{batch::BatchAction, listing::Criteria};
use server::{batches::service::Batches, secret::SecretKey};
use sink::relay::{Act, Moment, Received, Relay};
use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    process::{Child, Command},
    time::sleep,
};

/// How long the relay thinks about a message, so that there is a middle to break things in.
const THOUGHT: Duration = Duration::from_millis(10);
/// Whoever waits longer than this for the end of a batch has found a fault.
const PATIENCE: Duration = Duration::from_mins(10);

/// What the relay does where nothing is wrong with it.
pub fn usual(moment: &Moment) -> Act {
    if matches!(moment, Moment::Message(_)) { Act::Wait(THOUGHT) } else { Act::Accept }
}

/// A batch on its way.
pub struct Trial {
    setting: Setting,
    relay: Relay,
    workers: Vec<Child>,
    key: String,
    accepted: u64,
    broken_last: Instant,
}

/// What arrived.
pub struct Count {
    accepted: u64,
    failed: u64,
    lost: u64,
    twice: u64,
    bound: u32,
    differing: usize,
    settled: Duration,
}

impl Count {
    /// Whether everybody has one message or a reason, copies are few and identical.
    pub fn holds(&self) -> bool {
        self.lost == 0 && self.twice <= u64::from(self.bound) && self.differing == 0
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, failed, lost, twice, bound, differing, settled } = self;
        let refused = if *failed > 0 { format!(", {failed} of them refused for good") } else { String::new() };
        write!(formatter, "{accepted}{refused} | {lost} | {twice} ({bound}) | {differing} | {:.0} s", settled.as_secs_f64())
    }
}

impl Trial {
    /// Accepts a batch and starts workers.
    pub async fn begin(people: i32, processes: usize) -> Result<Self> {
        let setting = Setting::new(people).await?;
        setting.hold_nothing().await?;
        let batches = Batches { pool: setting.pool.clone() };
        let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Matching(Criteria::default()));
        let split = batches.split(&setting.by, &proposal).await?;
        let Accepted::Batch { receiving, .. } = batches.accept(&setting.by, &proposal, split.receiving, &split.key).await? else {
            return Err("the batch was not accepted".into());
        };
        let relay = Relay::start(usual).await;
        let key = SecretKey::generate();
        let mut trial = Self { setting, relay, workers: Vec::new(), key, accepted: receiving, broken_last: Instant::now() };
        // Each trial has a key of its own.
        sqlx::query("delete from installation").execute(&trial.setting.owner).await?;
        for _ in 0..processes {
            let worker = trial.start()?;
            trial.workers.push(worker);
        }
        Ok(trial)
    }

    fn start(&self) -> Result<Child> {
        let child = Command::new(program()?)
            .arg("worker")
            .env("SMTP_URL", self.relay.url())
            .env("LATCHKEY_SECRET_KEY", &self.key)
            .env("LATCHKEY_BASE_URL", "https://latchkey.example.org")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(child)
    }

    /// Goes on with another script.
    pub fn script(&self, script: impl FnMut(&Moment) -> Act + Send + 'static) {
        self.relay.change(script);
    }

    /// Waits until some further messages have arrived.
    pub async fn some_messages(&self) -> Result<()> {
        let (begun, before) = (Instant::now(), self.relay.accepted());
        let some = 20 + usize::from(rand::random::<u8>());
        while self.relay.accepted() < before + some {
            if begun.elapsed() > Duration::from_mins(1) {
                return Err("nothing goes on: give it more people, or break it less often".into());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    fn any(&self) -> usize {
        rand::random::<u32>() as usize % self.workers.len()
    }

    /// Ends a worker with this signal, and starts another one.
    pub async fn replace(&mut self, signal: &str) -> Result<()> {
        let place = self.any();
        let new = self.start()?;
        let mut old = std::mem::replace(&mut self.workers[place], new);
        self.broken_last = Instant::now();
        send(&old, signal).await?;
        old.wait().await?;
        Ok(())
    }

    /// Stops a worker for a while.
    pub async fn pause(&mut self, length: Duration) -> Result<()> {
        let place = self.any();
        send(&self.workers[place], "-STOP").await?;
        sleep(length).await;
        send(&self.workers[place], "-CONT").await?;
        self.broken_last = Instant::now();
        Ok(())
    }

    /// The relay goes away for a while.
    pub async fn relay_gone(&mut self, length: Duration) -> Result<()> {
        self.relay.go_down().await;
        sleep(length).await;
        self.relay.come_back().await;
        self.broken_last = Instant::now();
        Ok(())
    }

    /// Waits until nothing of the batch is open any more, and counts.
    pub async fn settle(mut self, bound: u32) -> Result<Count> {
        let begun = Instant::now();
        loop {
            let (open, failed): (i64, i64) = sqlx::query_as(
                "select count(*) filter (where state in ('queued', 'sending', 'deferred')), count(*) filter (where state = 'failed')
                 from sends where organisation_id = $1 and batch_id is not null",
            )
            .bind(self.setting.organisation.0)
            .fetch_one(&self.setting.owner)
            .await?;
            if open == 0 {
                let settled = self.broken_last.elapsed();
                for worker in &mut self.workers {
                    worker.kill().await?;
                }
                return Ok(self.count(failed.unsigned_abs(), bound, settled));
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("{open} messages are still open after {PATIENCE:?}").into());
            }
            // Deferred ones are dated a minute or so from now.
            sqlx::query("update sends set not_before = clock_timestamp() where state = 'deferred' and organisation_id = $1")
                .bind(self.setting.organisation.0)
                .execute(&self.setting.owner)
                .await?;
            sleep(Duration::from_millis(500)).await;
        }
    }

    fn count(&self, failed: u64, bound: u32, settled: Duration) -> Count {
        let mut copies: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for received in self.relay.received().into_iter().filter(|received| received.link.contains("/activate/")) {
            copies.entry(received.recipient.clone()).or_default().push(received);
        }
        let all: usize = copies.values().map(Vec::len).sum();
        let differing = copies.values().filter(|copies| copies.windows(2).any(|pair| pair[0] != pair[1])).count();
        let reached = copies.len() as u64;
        Count {
            accepted: self.accepted,
            failed,
            lost: self.accepted.saturating_sub(reached + failed),
            twice: all as u64 - reached,
            bound,
            differing,
            settled,
        }
    }
}

async fn send(worker: &Child, signal: &str) -> Result<()> {
    let id = worker.id().ok_or("a worker ended by itself")?;
    let sent = Command::new("kill").args([signal, &id.to_string()]).status().await?;
    if sent.success() { Ok(()) } else { Err(format!("kill {signal} failed").into()) }
}

/// The server's program, two folders up from this one.
fn program() -> Result<PathBuf> {
    let examples = std::env::current_exe()?;
    let program = examples.ancestors().nth(2).ok_or("no folder above")?.join("latchkey");
    if program.exists() { Ok(program) } else { Err(format!("{} is missing", program.display()).into()) }
}
