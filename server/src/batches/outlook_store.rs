//! The SQL of what everybody's delivery waits for, and of the paces that it is held to.

use crate::pace;
use app::batches::progress::Whose;
use chrono::{DateTime, Utc};
use domain::{
    ids::{BatchId, OrganisationId},
    pace::Pace,
};
use sqlx::PgConnection;

/// What everybody's delivery waits for.
#[derive(sqlx::FromRow)]
pub(super) struct OutlookRow {
    /// Workers that are there.
    pub(super) workers: i32,
    /// Nothing leaves until a person confirms.
    pub(super) held: bool,
    pub(super) concern: Option<String>,
    pub(super) words: Option<String>,
    pub(super) concern_at: Option<DateTime<Utc>>,
    /// Now, by the database.
    pub(super) now: DateTime<Utc>,
    own_until: DateTime<Utc>,
    own_day_until: DateTime<Utc>,
    own_per_second: Option<i32>,
    own_per_hour: Option<i32>,
    own_per_day: Option<i32>,
    relay_until: DateTime<Utc>,
    relay_day_until: DateTime<Utc>,
    relay_per_second: Option<i32>,
    relay_per_hour: Option<i32>,
    relay_per_day: Option<i32>,
}

/// A pace, and from when on it lets messages leave.
pub(super) struct Gate {
    pub(super) whose: Whose,
    pub(super) pace: Pace,
    /// From when on.
    pub(super) until: DateTime<Utc>,
    /// From when on, were there the limit by the day alone.
    day_until: DateTime<Utc>,
}

impl OutlookRow {
    /// The organisation's pace.
    pub(super) fn own(&self) -> Gate {
        let pace = pace::from_columns(self.own_per_second, self.own_per_hour, self.own_per_day);
        Gate { whose: Whose::Organisation, pace, until: self.own_until, day_until: self.own_day_until }
    }

    /// The relay's.
    pub(super) fn relay(&self) -> Gate {
        let pace = pace::from_columns(self.relay_per_second, self.relay_per_hour, self.relay_per_day);
        Gate { whose: Whose::Relay, pace, until: self.relay_until, day_until: self.relay_day_until }
    }

    /// Both together.
    pub(super) fn pace(&self) -> Pace {
        self.own().pace.and(self.relay().pace)
    }

    /// The one that lets messages leave later.
    pub(super) fn later(&self) -> Gate {
        let (own, relay) = (self.own(), self.relay());
        if own.until >= relay.until { own } else { relay }
    }
}

impl Gate {
    /// The limit that is reached. By the second it never is for long.
    pub(super) fn limit(&self) -> Pace {
        let Pace { per_hour, per_day, .. } = self.pace;
        match per_day {
            Some(_) if self.day_until >= self.until => Pace { per_day, ..Pace::default() },
            _ if per_hour.is_some() => Pace { per_hour, ..Pace::default() },
            _ => self.pace,
        }
    }
}

/// What everybody's delivery waits for, or all that of the transaction's organisation, whose sender is refused.
pub(super) async fn outlook(connection: &mut PgConnection) -> sqlx::Result<OutlookRow> {
    sqlx::query_as(
        "select o.workers, o.held, o.own_until, o.relay_until, o.relay_per_second, o.relay_per_hour, o.relay_per_day, l.*,
                coalesce(o.concern, case when r.since is not null then 'sender' end) as concern, coalesce(o.words, r.words) as words,
                coalesce(o.concern_at, r.since) as concern_at, clock_timestamp() as now
         from delivery_outlook() o cross join delivery_limits() l
         left join refused_senders r on r.organisation_id = current_organisation()",
    )
    .fetch_one(connection)
    .await
}

/// When the last of so many messages may leave by the limits of the organisation and the relay, by the hour and by the day, whatever has left
/// already.
pub(super) async fn last_leaves(connection: &mut PgConnection, messages: u64) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar("select last_leaves($1)").bind(i64::try_from(messages).unwrap_or(i64::MAX)).fetch_one(connection).await
}

/// So many messages of a batch, and what leaves of the organisation's other batches and of its notices until the last of them has, since
/// these take turns.
pub(super) async fn leave_beside(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    messages: u64,
    batch: Option<BatchId>,
) -> sqlx::Result<u64> {
    if messages == 0 {
        return Ok(0);
    }
    let own = i64::try_from(messages).unwrap_or(i64::MAX);
    let beside: i64 = sqlx::query_scalar(
        "select (select coalesce(sum(w.messages), 0)::bigint
                 from batches b cross join lateral (select count(*) as messages from (select from outbox o where o.batch_id = b.id limit $2) o) w
                 where b.organisation_id = $1 and b.ended_at is null and b.paused_at is null and b.stopped_at is null and b.undone_at is null
                   and b.id is distinct from $3)
              + (select count(*) from (
                     select from outbox where organisation_id = $1 and batch_id is null and priority = 5 limit $2) notices)",
    )
    .bind(organisation.0)
    .bind(own)
    .bind(batch.map(|batch| batch.0))
    .fetch_one(connection)
    .await?;
    Ok(messages.saturating_add(beside.unsigned_abs()))
}
