//! The faults by name: what each does, to how many, and what may be sent twice for it.

use crate::{
    administrators, clock, cluster::Cluster, count::Count, disk, postgres, proxy, relay, setting::Result, trial::Trial, upgrade, workers,
};
use clap::ValueEnum;
use std::time::Duration;

#[expect(clippy::cast_possible_truncation, reason = "a small number")]
const UNWRITTEN: u32 = server::outbox::UNWRITTEN as u32;

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// kill -9 of a worker at random moments; another one is started at once.
    Kill,
    /// kill -9 of a whole server at random moments; another one is started at once.
    KillServer,
    /// SIGTERM of a worker at random moments; another one is started at once.
    Term,
    /// SIGSTOP of the workers for longer than their leases, then SIGCONT.
    Stop,
    /// SIGSTOP of one worker for longer than its lease, then SIGCONT; the others go on.
    StopOne,
    /// The relay is gone for a while.
    RelayGone,
    /// The relay is gone for long; once is enough.
    RelayGoneLong,
    /// The relay refuses everybody for good, for a while.
    RelayRefuses,
    /// The relay falls silent from `DATA` on, for a while.
    RelaySilent,
    /// The relay falls silent in the middle of a message, for a while, and forgets it.
    RelayStuck,
    /// The relay greets nobody for a while, and never again those who came then.
    RelayMute,
    /// The relay answers no message for a while; those that it took then it answers after three minutes.
    RelayAnswerless,
    /// The relay takes a message and closes before its answer, for one in twenty.
    RelayDrops,
    /// A third of the people are refused for now, one in a hundred for good.
    Refusals,
    /// The relay thinks for five seconds about each recipient.
    RelaySlow,
    /// The relay answers one message in a hundred after 70 seconds.
    RelayLate,
    /// PostgreSQL is restarted fast.
    PostgresFast,
    /// PostgreSQL is restarted immediate.
    PostgresImmediate,
    /// A process of PostgreSQL that serves a worker is killed.
    PostgresBackend,
    /// Every connection to PostgreSQL is ended.
    PostgresConnections,
    /// PostgreSQL stands still for 30 s.
    PostgresStill,
    /// PostgreSQL is down for 30 s.
    PostgresDown,
    /// PostgreSQL only reads for 10 s.
    PostgresReads,
    /// PostgreSQL ends every connection, and only reads for whoever comes within 10 s.
    PostgresReadsAnew,
    /// The disk of PostgreSQL's tables is full for 10 s.
    DiskFull,
    /// The disk of PostgreSQL's write-ahead log is full for 10 s.
    LogFull,
    /// Somebody's transaction stays open from before the batch to its end.
    OldTransaction,
    /// One answer in twenty of PostgreSQL, to a claim or an acknowledgement, is lost after it was done.
    AnswersLost,
    /// One worker's clock is an hour ahead.
    Clock,
    /// One worker's clock is an hour behind.
    ClockBehind,
    /// This version takes over from the one before, in the middle of a batch.
    Upgrade,
    /// Everybody's invitation is cancelled when three tenths have left.
    Cancel,
}

impl Fault {
    /// What is done, in a table's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Kill => "`kill -9` of a worker, another one started at once",
            Self::KillServer => "`kill -9` of a `serve`, another one started at once",
            Self::Term => "SIGTERM of a worker, another one started at once",
            Self::Stop => "SIGSTOP of the workers for 25 s, then SIGCONT",
            Self::StopOne => "SIGSTOP of one worker for 25 s, then SIGCONT, while the others go on",
            Self::RelayGone => "the relay gone for 20 s",
            Self::RelayGoneLong => "the relay gone for 10 minutes",
            Self::RelayRefuses => "the relay refuses everybody with 550 for 20 s",
            Self::RelaySilent => "the relay silent from `DATA` on for 20 s",
            Self::RelayStuck => "the relay silent in the middle of a message for 20 s, which it then forgets",
            Self::RelayMute => "the relay greets nobody for 40 s, and never again those who came then",
            Self::RelayAnswerless => "the relay answers no message for 40 s, and those that it took then after three minutes",
            Self::RelayDrops => "the relay takes a message and closes before its answer, for one in twenty",
            Self::Refusals => "450 for a third of the people once, 550 for one in a hundred",
            Self::RelaySlow => "the relay thinks for 5 s about each recipient",
            Self::RelayLate => "the relay answers one message in a hundred after 70 s",
            Self::PostgresFast => "PostgreSQL restarted `fast`",
            Self::PostgresImmediate => "PostgreSQL restarted `immediate`",
            Self::PostgresBackend => "`kill -9` of a process of PostgreSQL that serves a worker",
            Self::PostgresConnections => "every connection to PostgreSQL ended",
            Self::PostgresStill => "PostgreSQL stopped for 30 s (SIGSTOP, SIGCONT)",
            Self::PostgresDown => "PostgreSQL down for 30 s",
            Self::PostgresReads => "PostgreSQL read-only for 10 s",
            Self::PostgresReadsAnew => "every connection ended, and new ones read-only for 10 s",
            Self::DiskFull => "the disk of PostgreSQL's tables full for 10 s",
            Self::LogFull => "the disk of PostgreSQL's write-ahead log full for 10 s, PostgreSQL started again where it ended",
            Self::OldTransaction => "a transaction held open from before the batch to its end",
            Self::AnswersLost => "one answer of PostgreSQL in twenty, to a claim or an acknowledgement, lost after it was done",
            Self::Clock => "one worker's clock an hour ahead",
            Self::ClockBehind => "one worker's clock an hour behind",
            Self::Upgrade => "a rolling upgrade from the version before, and `kill -9` of a worker after it",
            Self::Cancel => "everybody cancelled when three tenths had left",
        }
    }

    /// Whether it is there all the time, instead of coming and going.
    pub fn stays(self) -> bool {
        matches!(
            self,
            Self::RelayDrops
                | Self::Refusals
                | Self::RelaySlow
                | Self::RelayLate
                | Self::OldTransaction
                | Self::AnswersLost
                | Self::Clock
                | Self::ClockBehind
                | Self::Upgrade
                | Self::Cancel
        )
    }

    /// How often it is broken in one batch, where so often is wished.
    pub fn times(self, wished: u32) -> u32 {
        if self.stays() || self == Self::RelayGoneLong { 1 } else { wished }
    }

    /// Breaks it once.
    pub async fn strike(self, trial: &mut Trial) -> Result<()> {
        match self {
            Self::RelayDrops => relay::drops(trial),
            Self::Refusals => relay::refuses_some(trial),
            Self::RelaySlow => relay::slow(trial),
            Self::RelayLate => relay::late(trial),
            // As fast as it goes, since it is the speed that it may cost.
            Self::OldTransaction => trial.relay_thinks(Duration::ZERO),
            _ => return self.come_and_go(trial).await,
        }
        Ok(())
    }

    /// Breaks it, and repairs it.
    async fn come_and_go(self, trial: &mut Trial) -> Result<()> {
        let cluster = Cluster::find;
        match self {
            Self::Kill | Self::KillServer => workers::kill(trial).await,
            Self::Term => workers::term(trial).await,
            Self::Stop => workers::stop(trial).await,
            Self::StopOne => workers::stop_one(trial).await,
            Self::RelayGone => relay::gone(trial, Duration::from_secs(20)).await,
            Self::RelayGoneLong => relay::gone(trial, Duration::from_mins(10)).await,
            Self::RelayRefuses => relay::refuses_everybody(trial).await,
            Self::RelaySilent => relay::silent(trial).await,
            Self::RelayStuck => relay::stuck(trial).await,
            Self::RelayMute => relay::mute(trial).await,
            Self::RelayAnswerless => relay::answerless(trial).await,
            Self::PostgresFast => postgres::restart(&cluster()?, "fast").await,
            Self::PostgresImmediate => postgres::restart(&cluster()?, "immediate").await,
            Self::PostgresBackend => postgres::kill_one(&cluster()?).await,
            Self::PostgresConnections => postgres::end_all(&cluster()?).await,
            Self::PostgresStill => postgres::stand_still(&cluster()?).await,
            Self::PostgresDown => postgres::down(&cluster()?).await,
            Self::PostgresReads => postgres::reads(&cluster()?).await,
            Self::PostgresReadsAnew => postgres::reads_anew(&cluster()?).await,
            Self::Cancel => administrators::cancel_some(trial).await,
            // It was there from the beginning, or has a course of its own.
            _ => Ok(()),
        }
    }

    /// Whether everything was done in time: a worker that was told to end has ended, and what was held by one that is dead, or stood still,
    /// is done with. Where others than workers are broken it may take longer.
    pub fn is_done_in_time(self, count: &Count) -> bool {
        let in_time = |taken: Duration| taken <= Duration::from_secs(30);
        match self {
            Self::Term => in_time(count.ended) && in_time(count.settled),
            Self::Kill | Self::KillServer | Self::Stop => in_time(count.settled),
            _ => true,
        }
    }

    /// How many messages may be sent twice when it strikes once.
    pub fn in_flight(self, people: u32, processes: u32) -> u32 {
        match self {
            Self::Term
            | Self::RelayAnswerless
            | Self::Refusals
            | Self::RelaySlow
            | Self::RelayLate
            | Self::OldTransaction
            | Self::AnswersLost
            | Self::Cancel => 0,
            Self::Kill | Self::KillServer | Self::StopOne | Self::Upgrade => UNWRITTEN,
            // One of twenty that are offered, the further copies among them.
            Self::RelayDrops => people / 19 + 1,
            _ => UNWRITTEN * processes,
        }
    }

    /// Breaks it in the middle of a batch, and counts.
    pub async fn run(self, people: i32, times: u32, processes: usize) -> Result<Count> {
        match self {
            Self::Clock => return clock::off("+1h", people, processes).await,
            Self::ClockBehind => return clock::off("-1h", people, processes).await,
            Self::Upgrade => {
                return upgrade::run(people, processes, self.in_flight(people.unsigned_abs(), u32::try_from(processes)?)).await;
            }
            Self::Cancel => return administrators::cancel(people, processes).await,
            Self::DiskFull | Self::LogFull => return disk::run(self == Self::LogFull, people, times, processes).await,
            _ => {}
        }
        // So slow a relay needs minutes for a few.
        let people = if self == Self::RelaySlow { people.min(200) } else { people };
        let mut trial = Trial::prepare(people).await?;
        let _proxy = if self == Self::AnswersLost { Some(proxy::lose_answers(&mut trial, 20).await?) } else { None };
        let _open = if self == Self::OldTransaction { Some(postgres::old_transaction(&trial.setting).await?) } else { None };
        if self == Self::KillServer {
            trial.whole_servers()?;
        }
        if self == Self::StopOne {
            // So slow that the others are still at it when it wakes.
            trial.relay_thinks(Duration::from_millis(300));
        }
        trial.accept().await?;
        trial.work(processes)?;
        let times = self.times(times);
        for _ in 0..times {
            if !self.stays() {
                trial.some_messages().await?;
            }
            self.strike(&mut trial).await?;
            if !self.stays() {
                trial.goes_on().await?;
            }
        }
        trial.settle(times * self.in_flight(people.unsigned_abs(), u32::try_from(processes)?)).await
    }
}
