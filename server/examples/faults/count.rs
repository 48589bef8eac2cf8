//! What arrived, held against what was accepted and what the database says.

use crate::setting::{Result, Setting};
use sink::relay::Received;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

/// Delivery goes on by itself within this.
const GOES_ON: Duration = Duration::from_secs(30);

/// What arrived.
#[derive(Default)]
pub struct Count {
    /// People in the batch.
    pub accepted: u64,
    /// Refused for good, with a reason.
    pub failed: u64,
    /// Dropped before they left, with a reason.
    pub dropped: u64,
    /// Neither.
    pub lost: u64,
    /// Further copies.
    pub twice: u64,
    /// As many were in flight at most.
    pub bound: u32,
    /// People whose copies are not identical.
    pub differing: usize,
    /// Facts in the database that do not agree with each other, or with what arrived.
    pub wrong: u64,
    /// Tries that nobody answered.
    pub unanswered: u64,
    /// The longest time from the end of a fault to the next message.
    pub gone_on: Duration,
    /// The longest time from a signal to the end of the worker that was ended by it.
    pub ended: Duration,
    /// From the end of the last fault to the end of the batch.
    pub settled: Duration,
}

impl Count {
    /// Whether every promise was kept.
    pub fn holds(&self) -> bool {
        let bound = u64::from(self.bound);
        self.lost == 0
            && self.twice <= bound
            && self.unanswered <= bound
            && self.differing == 0
            && self.wrong == 0
            && self.gone_on <= GOES_ON
    }

    /// Reads what arrived and what the database says.
    pub async fn read(setting: &Setting, received: &[Received], accepted: u64, bound: u32) -> Result<Self> {
        let mut copies: BTreeMap<&str, Vec<&Received>> = BTreeMap::new();
        for one in received.iter().filter(|one| one.link.contains("/activate/")) {
            copies.entry(&one.recipient).or_default().push(one);
        }
        let all: usize = copies.values().map(Vec::len).sum();
        let ends: Vec<(String, String, bool)> = sqlx::query_as(
            "select address, state, uncertain or exists (select from attempts t where t.send_id = s.id and t.outcome = 'unknown')
             from sends s where organisation_id = $1 and batch_id is not null",
        )
        .bind(setting.organisation.0)
        .fetch_all(&setting.owner)
        .await?;
        // Planned for as many as there are now.
        sqlx::raw_sql("analyze sends, attempts, events, invitations, outcomes, standings").execute(&setting.owner).await?;
        let reached: BTreeSet<&str> = copies.keys().copied().collect();
        let of = |wanted: &str| ends.iter().filter(|(_, state, _)| state == wanted).count() as u64;
        // A message is `sent` where it arrived and nowhere else, unless nobody knows: what was taken from a dead worker may have
        // arrived, and be refused the second time.
        let untrue: Vec<_> =
            ends.iter().filter(|(to, state, unknown)| (state == "sent") != reached.contains(to.as_str()) && !unknown).collect();
        let missing = ends.iter().filter(|(to, state, _)| state == "sent" && !reached.contains(to.as_str())).count() as u64;
        let (disagreeing, unanswered): (i64, i64) =
            sqlx::query_as(include_str!("facts.sql")).bind(setting.organisation.0).fetch_one(&setting.owner).await?;
        if !untrue.is_empty() || disagreeing > 0 {
            eprintln!("{disagreeing} facts disagree; not as it arrived: {untrue:?}");
        }
        Ok(Self {
            accepted,
            failed: of("failed"),
            dropped: of("dropped"),
            lost: missing + accepted.saturating_sub(of("sent") + of("failed") + of("dropped")),
            twice: (all - copies.len()) as u64,
            bound,
            differing: copies.values().filter(|copies| copies.windows(2).any(|pair| pair[0] != pair[1])).count(),
            wrong: untrue.len() as u64 + disagreeing.unsigned_abs(),
            unanswered: unanswered.unsigned_abs(),
            ..Self::default()
        })
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, failed, dropped, lost, twice, bound, differing, wrong, unanswered, gone_on, settled, .. } = self;
        write!(formatter, "{accepted}")?;
        for (number, word) in [(failed, "refused for good"), (dropped, "dropped"), (unanswered, "tries unanswered")] {
            if *number > 0 {
                write!(formatter, ", {number} {word}")?;
            }
        }
        let gone_on = if gone_on.is_zero() { String::new() } else { format!("{:.1} s", gone_on.as_secs_f64()) };
        write!(formatter, " | {lost} | {twice} ({bound}) | {differing} | {wrong} | {gone_on} | {:.0} s", settled.as_secs_f64())
    }
}
