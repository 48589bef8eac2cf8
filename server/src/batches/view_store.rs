//! The SQL of looking at batches.

use crate::pace;
use app::batches::progress::{Looked, Whose, Why};
use chrono::{DateTime, Utc};
use domain::{
    batch::OutcomeFilter,
    ids::{BatchId, OrganisationId},
    pace::Pace,
};
use sqlx::{PgConnection, QueryBuilder};

/// A batch.
#[derive(sqlx::FromRow)]
pub(super) struct BatchRow {
    pub(super) id: i64,
    pub(super) action: String,
    /// First name of whoever pressed.
    pub(super) first_name: String,
    /// Last name of whoever pressed.
    pub(super) last_name: String,
    pub(super) created_at: DateTime<Utc>,
    /// When it ended, or a person ended it.
    pub(super) over_at: Option<DateTime<Utc>>,
    /// The size of the audience.
    pub(super) people: i32,
    /// How many take part.
    pub(super) receiving: i32,
    /// Seconds in which it can still be undone.
    pub(super) held: f64,
    pub(super) undone: bool,
    pub(super) paused: bool,
    pub(super) stopped: bool,
    pub(super) ended: bool,
    /// Messages that may still leave.
    pub(super) open: i64,
    /// Of these, refused for now.
    pub(super) deferred: i64,
    pub(super) sent: i64,
    pub(super) failed: i64,
    pub(super) dropped: i64,
    /// Messages stay in the mailbox.
    pub(super) kept: bool,
    /// A message is being handed over.
    pub(super) sending: bool,
    /// When the next message is due, of those that are not being handed over.
    pub(super) next: Option<DateTime<Utc>>,
    /// When the last message was made, where all that are left are being handed over.
    pub(super) last_made: Option<DateTime<Utc>>,
    /// Messages that left, or failed, within the last minute.
    pub(super) lately: i64,
    /// The same of the last 15 seconds.
    pub(super) just_now: i64,
    /// Seconds since the first of those.
    pub(super) just_now_seconds: f64,
    /// Since when it may leave.
    pub(super) leaves_from: DateTime<Utc>,
    /// Now, by the database.
    pub(super) now: DateTime<Utc>,
}

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

/// An outcome with how its send fares.
#[derive(sqlx::FromRow)]
pub(super) struct OutcomeRow {
    /// The employee.
    pub(super) employee_id: i64,
    /// First name.
    pub(super) first_name: String,
    /// Last name.
    pub(super) last_name: String,
    /// Why skipped.
    pub(super) skipped: Option<String>,
    /// The send's state.
    pub(super) state: Option<String>,
    /// The send's reason.
    pub(super) reason: Option<String>,
    /// The relay's last words.
    pub(super) reply: Option<String>,
    pub(super) email: Option<String>,
    pub(super) employee_number: Option<String>,
    /// Where the send went.
    pub(super) address: Option<String>,
    /// It stays in the mailbox.
    pub(super) kept: Option<bool>,
    /// A try had no answer.
    pub(super) uncertain: Option<bool>,
    /// When the send was sent, failed or dropped.
    pub(super) finished_at: Option<DateTime<Utc>>,
    /// When a send that was refused for now is tried again.
    pub(super) next_try: Option<DateTime<Utc>>,
}

/// Batches of more than one employee, the newest first; or one batch.
pub(super) async fn list(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    before: Option<i64>,
    only: Option<i64>,
    most: i64,
) -> sqlx::Result<Vec<BatchRow>> {
    sqlx::query_as(
        "with listed as (
             select * from batches b
             where b.organisation_id = $1 and ($2::bigint is null or b.id < $2) and case when $3::bigint is null then b.people > 1 else b.id = $3 end
             order by b.id desc limit $4)
         select b.id, b.action, e.first_name, e.last_name, b.created_at, coalesce(b.undone_at, b.stopped_at, b.ended_at) as over_at, b.people, b.receiving,
                greatest(coalesce(extract(epoch from b.hold_until - clock_timestamp()), 0), 0)::float8 as held,
                b.undone_at is not null as undone, b.paused_at is not null as paused, b.stopped_at is not null as stopped,
                b.ended_at is not null as ended, m.*, w.*,
                case when w.next is null then (select max(dated_at) from outbox where batch_id = b.id and held) end as last_made,
                greatest(b.created_at, b.hold_until) as leaves_from,
                clock_timestamp() as now
         from listed b
         join employees e on e.organisation_id = b.organisation_id and e.id = b.created_by
         cross join lateral (
             select count(*) filter (where state in ('queued', 'sending', 'deferred')) as open,
                    count(*) filter (where state = 'sent') as sent,
                    count(*) filter (where state in ('failed', 'bounced')) as failed,
                    count(*) filter (where state = 'dropped') as dropped,
                    coalesce(bool_or(kept), false) as kept,
                    count(*) filter (where state in ('sent', 'failed') and finished_at > clock_timestamp() - interval '1 minute') as lately,
                    count(*) filter (where state in ('sent', 'failed') and finished_at > clock_timestamp() - interval '15 seconds') as just_now,
                    coalesce(extract(epoch from clock_timestamp() - min(finished_at) filter (where state in ('sent', 'failed') and finished_at > clock_timestamp() - interval '15 seconds')), 0)::float8 as just_now_seconds
             from sends where organisation_id = b.organisation_id and batch_id = b.id) m
         cross join lateral (
             select exists (select from outbox where batch_id = b.id and held) as sending,
                    (select count(*) from outbox where batch_id = b.id and deferred and not held) as deferred,
                    (select not_before from outbox where batch_id = b.id and not held order by not_before limit 1) as next) w
         order by b.id desc",
    )
    .bind(organisation.0)
    .bind(before)
    .bind(only)
    .bind(most)
    .fetch_all(connection)
    .await
}

/// How many employees of a batch were skipped for which reason, most first.
pub(super) async fn skip_counts(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "select skipped, count(*) from outcomes where organisation_id = $1 and batch_id = $2 and skipped is not null group by skipped order by 2 desc, 1",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .fetch_all(connection)
    .await
}

/// How many messages of a batch failed for which reason, most first.
pub(super) async fn failure_counts(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "select reason, count(*) from sends
         where organisation_id = $1 and batch_id = $2 and state in ('failed', 'bounced') and reason is not null
         group by reason order by 2 desc, 1",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .fetch_all(connection)
    .await
}

/// Which outcomes a filter means.
fn condition(filter: OutcomeFilter) -> &'static str {
    match filter {
        OutcomeFilter::All => "true",
        OutcomeFilter::Open => "(m.state = 'queued' or w.held)",
        OutcomeFilter::Deferred => "m.state = 'deferred' and not w.held",
        OutcomeFilter::Sent => "m.state = 'sent'",
        OutcomeFilter::Failed => "m.state in ('failed', 'bounced')",
        OutcomeFilter::Dropped => "m.state = 'dropped'",
        OutcomeFilter::Skipped => "o.skipped is not null",
    }
}

/// Outcomes of a batch, those of a filter that follow an employee.
pub(super) async fn outcomes(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
    Looked { filter, why, after }: Looked,
    most: i64,
) -> sqlx::Result<Vec<OutcomeRow>> {
    let mut query = QueryBuilder::new(
        "select o.employee_id, e.first_name, e.last_name, e.email, e.employee_number, o.skipped,
                case when w.held then 'sending' else m.state end as state, m.kept, m.address, m.reason, m.reply, m.uncertain, m.finished_at,
                case when m.state = 'deferred' and not w.held and m.not_before > clock_timestamp() then m.not_before end as next_try
         from outcomes o
         join employees e on e.organisation_id = o.organisation_id and e.id = o.employee_id
         left join sends m on m.organisation_id = o.organisation_id and m.id = o.send_id
         left join outbox w on w.send_id = o.send_id
         where o.organisation_id = ",
    );
    query.push_bind(organisation.0).push(" and o.batch_id = ").push_bind(batch.0);
    query.push(" and o.employee_id > ").push_bind(after.map_or(0, |after| after.0)).push(" and ").push(condition(filter));
    match why {
        Some(Why::Skipped(skip)) => query.push(" and o.skipped = ").push_bind(skip.as_str()),
        Some(Why::Failed(reason)) => query.push(" and m.reason = ").push_bind(reason.as_str()),
        None => &mut query,
    };
    query.push(" order by o.employee_id limit ").push_bind(most).build_query_as().fetch_all(connection).await
}

/// Whether there is such a batch.
pub(super) async fn exists(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from batches where organisation_id = $1 and id = $2)")
        .bind(organisation.0)
        .bind(batch.0)
        .fetch_one(connection)
        .await
}
