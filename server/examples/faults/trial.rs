//! One batch, workers in processes of their own, and the relay that counts.

use crate::{
    cluster::NotRun,
    count::Count,
    process::{program, signal_to, start},
    setting::{Result, Setting},
};
use app::batches::{
    model::{Accepted, Audience, Proposal},
    service::BatchService,
};
use domain::{batch::BatchAction, listing::Criteria};
use server::{batches::service::Batches, outbox::UNWRITTEN, secret::SecretKey};
use sink::relay::{Act, Moment, Received, Relay};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};
use tokio::{process::Child, time::sleep};

/// How long the relay thinks about a message, so that there is a middle to break things in.
const THOUGHT: Duration = Duration::from_millis(10);
/// Whoever waits longer than this for the end of a batch has found a fault.
const PATIENCE: Duration = Duration::from_mins(10);
/// Whoever waits longer than this for the next message has found a fault.
const SILENCE: Duration = Duration::from_mins(2);

/// A batch on its way.
pub struct Trial {
    pub setting: Setting,
    pub relay: Relay,
    workers: Vec<Child>,
    /// The program that is started.
    program: PathBuf,
    /// What is started: workers, or whole servers.
    command: &'static str,
    key: String,
    environment: Vec<(&'static str, String)>,
    accepted: u64,
    /// How long the relay thinks about a message.
    thought: Duration,
    /// Workers that are not replaced.
    spared: usize,
    repaired: Instant,
    gone_on: Duration,
    /// The longest time from a signal to the end of a worker.
    ended: Duration,
}

impl Trial {
    /// People, and a relay for them. Nothing was accepted yet, and nobody works.
    pub async fn prepare(people: i32) -> Result<Self> {
        let (setting, relay) = (Setting::new(people).await?, Relay::accepting().await);
        // Each trial has a key of its own, and nothing from one before that was broken off.
        for statement in [
            "delete from installation",
            "delete from outbox",
            "update sends set state = 'dropped', finished_at = now() where state in ('queued', 'deferred')",
        ] {
            sqlx::query(statement).execute(&setting.owner).await?;
        }
        Self::new(setting, relay, program()?, SecretKey::generate()).await
    }

    /// The same with a program that makes the database itself, and one worker of it.
    pub async fn of(program: PathBuf, people: impl AsyncFnOnce() -> Result<Setting>) -> Result<Self> {
        let (relay, key) = (Relay::accepting().await, SecretKey::generate());
        let worker = start(&program, "worker", &relay, &key, &[])?;
        let mut trial = Self::new(people().await?, relay, program, key).await?;
        trial.workers.push(worker);
        Ok(trial)
    }

    async fn new(setting: Setting, relay: Relay, program: PathBuf, key: String) -> Result<Self> {
        setting.hold_for(0).await?;
        let mut trial = Self {
            setting,
            relay,
            workers: Vec::new(),
            program,
            command: "worker",
            key,
            environment: Vec::new(),
            accepted: 0,
            thought: THOUGHT,
            spared: 0,
            repaired: Instant::now(),
            gone_on: Duration::ZERO,
            ended: Duration::ZERO,
        };
        trial.relay_thinks(THOUGHT);
        Ok(trial)
    }

    /// What the relay does where nothing is wrong with it.
    pub fn usual(&self) -> impl Fn(&Moment) -> Act + Send + 'static {
        let thought = self.thought;
        move |moment| if matches!(moment, Moment::Message(_)) { Act::Wait(thought) } else { Act::Accept }
    }

    /// How long the relay thinks about a message from now on.
    pub fn relay_thinks(&mut self, thought: Duration) {
        self.thought = thought;
        self.relay.change(self.usual());
    }

    /// The first worker is not replaced.
    pub fn spare_first(&mut self) {
        self.spared = 1;
    }

    /// Whether messages of the batch are still to come.
    pub fn is_under_way(&self) -> bool {
        (self.relay.accepted() as u64) < self.accepted
    }

    /// Accepts a batch and starts workers.
    pub async fn begin(people: i32, processes: usize) -> Result<Self> {
        let mut trial = Self::prepare(people).await?;
        trial.accept().await?;
        trial.work(processes)?;
        Ok(trial)
    }

    /// Accepts a batch for everybody.
    pub async fn accept(&mut self) -> Result<()> {
        let batches = Batches { pool: self.setting.pool.clone() };
        let proposal = Proposal::new(BatchAction::SendCredentials, Audience::Matching(Criteria::default()));
        let split = batches.split(&self.setting.by, &proposal).await?;
        let Accepted::Batch { receiving, .. } = batches.accept(&self.setting.by, &proposal, &split.shown()).await? else {
            return Err("the batch was not accepted".into());
        };
        self.accepted = receiving;
        Ok(())
    }

    /// What workers that are started from now on find in their environment.
    pub fn environment(&mut self, name: &'static str, value: impl Into<String>) {
        self.environment.push((name, value.into()));
    }

    /// Workers that are started from now on find what is usual.
    pub fn usual_environment(&mut self) {
        self.environment.clear();
    }

    /// So many people are in a batch that was accepted otherwise.
    pub fn accepted_are(&mut self, people: u64) {
        self.accepted = people;
    }

    /// Workers that are started from now on are of another version.
    pub fn upgrade(&mut self, program: PathBuf) {
        self.program = program;
    }

    /// Whole servers are started from now on instead of workers.
    pub fn whole_servers(&mut self) -> Result<()> {
        if !self.program.with_file_name("hash.txt").exists() {
            return Err(NotRun("the site is not built; scripts/faults builds it where kill-server is named".to_owned()).into());
        }
        self.command = "serve";
        Ok(())
    }

    /// Starts so many workers.
    pub fn work(&mut self, processes: usize) -> Result<()> {
        for _ in 0..processes {
            let worker = self.start()?;
            self.workers.push(worker);
        }
        self.repaired = Instant::now();
        Ok(())
    }

    fn start(&self) -> Result<Child> {
        start(&self.program, self.command, &self.relay, &self.key, &self.environment)
    }

    /// The workers' processes.
    pub fn processes(&self) -> Vec<u32> {
        self.workers.iter().filter_map(Child::id).collect()
    }

    /// Waits until some further messages have arrived.
    pub async fn some_messages(&self) -> Result<()> {
        self.messages(20 + usize::from(rand::random::<u8>() / 2)).await
    }

    /// Waits until so many further messages have arrived.
    pub async fn messages(&self, wanted: usize) -> Result<()> {
        let (begun, before) = (Instant::now(), self.relay.accepted());
        while self.relay.accepted() < before + wanted && self.is_under_way() {
            if begun.elapsed() > SILENCE {
                return Err("nothing goes on: give it more people, or break it less often".into());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// What is measured from the end of the last fault, is from now on.
    pub fn mark(&mut self) {
        self.repaired = Instant::now();
    }

    /// The fault is over: from now on it must go on by itself, by more than may leave while the database is away.
    pub async fn goes_on(&mut self) -> Result<()> {
        self.repaired = Instant::now();
        self.messages(UNWRITTEN * self.workers.len() + 1).await?;
        self.gone_on = self.gone_on.max(self.repaired.elapsed());
        Ok(())
    }

    /// Ends a worker with this signal, and starts another one.
    pub async fn replace(&mut self, signal: &str) -> Result<()> {
        let place = self.spared + rand::random::<u32>() as usize % (self.workers.len() - self.spared);
        self.replace_at(place, signal).await
    }

    /// The same with the one that works longest.
    pub async fn replace_first(&mut self, signal: &str) -> Result<()> {
        self.workers.rotate_left(1);
        self.replace_at(self.workers.len() - 1, signal).await
    }

    async fn replace_at(&mut self, place: usize, signal: &str) -> Result<()> {
        let new = self.start()?;
        let mut old = std::mem::replace(&mut self.workers[place], new);
        signal_to(signal, &[old.id().ok_or("a worker ended by itself")?]).await?;
        let told = Instant::now();
        old.wait().await?;
        self.ended = self.ended.max(told.elapsed());
        Ok(())
    }

    /// Waits until nothing of the batch is open any more, and counts.
    pub async fn settle(self, bound: u32) -> Result<Count> {
        Ok(self.settle_and_show(bound).await?.0)
    }

    /// The same, with what arrived.
    pub async fn settle_and_show(mut self, bound: u32) -> Result<(Count, Vec<Received>)> {
        let begun = Instant::now();
        while let Some(open) = self.open().await.filter(|open| *open > 0) {
            if begun.elapsed() > PATIENCE {
                return Err(format!("{open} messages are still open after {PATIENCE:?}").into());
            }
            sleep(Duration::from_millis(500)).await;
        }
        let settled = self.repaired.elapsed();
        // Batches are ended every few seconds.
        sleep(Duration::from_secs(5)).await;
        for worker in &mut self.workers {
            if let Some(ended) = worker.try_wait()? {
                return Err(format!("a worker ended by itself: {ended}").into());
            }
            worker.kill().await?;
        }
        let received = self.relay.received();
        let count = Count::read(&self.setting, &received, self.accepted, bound).await?;
        Ok((Count { gone_on: self.gone_on, ended: self.ended, settled, ..count }, received))
    }

    /// How many messages are open. What was refused for now is made due, so that nobody waits for minutes; what is only set back behind
    /// others goes on by itself.
    async fn open(&self) -> Option<i64> {
        let open = sqlx::query_scalar(
            "with due as (
                 update sends set not_before = clock_timestamp()
                 where organisation_id = $1 and state = 'deferred' and not_before > clock_timestamp())
             select count(*) from outbox where organisation_id = $1 and batch_id is not null",
        )
        .bind(self.setting.organisation.0)
        .fetch_one(&self.setting.owner)
        .await;
        // A database that is away says nothing.
        Some(open.unwrap_or(i64::MAX))
    }
}
