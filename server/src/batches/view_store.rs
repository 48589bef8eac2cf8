//! The SQL of batches as they stand.

use super::view::LONG;
use chrono::{DateTime, Utc};
use domain::ids::{BatchId, OrganisationId};
use sqlx::PgConnection;

/// Older ones that were made of the same batch are not named.
const MOST_RELATIONS: i64 = 20;

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
    /// Since when it stands as it does, where it ended or a person paused or ended it.
    pub(super) since: Option<DateTime<Utc>>,
    /// First name of that person, where it is known.
    pub(super) steered_first_name: Option<String>,
    /// Last name of that person.
    pub(super) steered_last_name: Option<String>,
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
    /// A message is being handed over, and has not been for long.
    pub(super) sending: bool,
    /// When the next message is due, of those that are not being handed over.
    pub(super) next: Option<DateTime<Utc>>,
    /// When the last message was made, where all that are left are being handed over.
    pub(super) last_made: Option<DateTime<Utc>>,
    /// Messages that left, or failed, within the last minute, and since it was resumed.
    pub(super) lately: i64,
    /// The same of the last 15 seconds.
    pub(super) just_now: i64,
    /// Seconds since the first of those.
    pub(super) just_now_seconds: f64,
    /// Since when it may leave, or was resumed.
    pub(super) leaves_from: DateTime<Utc>,
    /// Now, by the database.
    pub(super) now: DateTime<Utc>,
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
         select b.id, b.action, e.first_name, e.last_name, b.created_at, coalesce(b.undone_at, b.stopped_at, b.ended_at, b.paused_at) as since,
                p.first_name as steered_first_name, p.last_name as steered_last_name, b.people, b.receiving,
                greatest(coalesce(extract(epoch from b.hold_until - clock_timestamp()), 0), 0)::float8 as held,
                b.undone_at is not null as undone, b.paused_at is not null as paused, b.stopped_at is not null as stopped,
                b.ended_at is not null as ended, m.open, coalesce(b.final_sent, m.sent) as sent, coalesce(b.final_failed, m.failed) as failed,
                coalesce(b.final_dropped, m.dropped) as dropped, coalesce(b.final_kept, m.kept) as kept,
                m.lately, m.just_now, m.just_now_seconds, w.*,
                case when w.next is null and b.ended_at is null then
                    (select max(dated_at) from outbox where batch_id = b.id and held) end as last_made,
                greatest(b.created_at, b.hold_until, b.moved_at) as leaves_from,
                clock_timestamp() as now
         from listed b
         join employees e on e.organisation_id = b.organisation_id and e.id = b.created_by
         left join employees p on p.organisation_id = b.organisation_id and p.id = b.steered_by
              and b.steered_at = coalesce(b.undone_at, b.stopped_at, case when b.ended_at is null then b.paused_at end)
         cross join lateral (
             select count(*) filter (where state in ('queued', 'sending', 'deferred')) as open,
                    count(*) filter (where state = 'sent') as sent,
                    count(*) filter (where state in ('failed', 'bounced')) as failed,
                    count(*) filter (where state = 'dropped') as dropped,
                    coalesce(bool_or(kept), false) as kept,
                    count(*) filter (where left_at > clock_timestamp() - interval '1 minute') as lately,
                    count(*) filter (where left_at > clock_timestamp() - interval '15 seconds') as just_now,
                    coalesce(extract(epoch from clock_timestamp() - min(left_at) filter (where left_at > clock_timestamp() - interval '15 seconds')), 0)::float8 as just_now_seconds
             from sends
             cross join lateral (
                 select case when state in ('sent', 'failed') and finished_at > coalesce(b.moved_at, '-infinity') then finished_at end as left_at) since
             where organisation_id = b.organisation_id and batch_id = b.id and b.final_sent is null) m
         cross join lateral (
             select b.ended_at is null and exists (
                        select from outbox where batch_id = b.id and held and dated_at > clock_timestamp() - make_interval(secs => $5)) as sending,
                    (select count(*) from outbox where batch_id = b.id and deferred and not held) as deferred,
                    (select not_before from outbox where batch_id = b.id and not held order by not_before limit 1) as next) w
         order by b.id desc",
    )
    .bind(organisation.0)
    .bind(before)
    .bind(only)
    .bind(most)
    .bind(LONG.as_seconds_f64())
    .fetch_all(connection)
    .await
}

/// What a batch was made of, where another one left that behind, and which ones were made of what it left behind itself: the other batch,
/// what was left behind, and whether it is the former.
pub(super) async fn relations(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
) -> sqlx::Result<Vec<(i64, String, bool)>> {
    sqlx::query_as(
        "select source_batch_id, source_part, true from batches where organisation_id = $1 and id = $2 and source_batch_id is not null
         union all
         (select * from (select id, source_part, false from batches
                         where organisation_id = $1 and source_batch_id = $2 and undone_at is null order by id desc limit $3) newest
          order by id)",
    )
    .bind(organisation.0)
    .bind(batch.0)
    .bind(MOST_RELATIONS)
    .fetch_all(connection)
    .await
}

/// Whether there is such a batch.
pub(super) async fn exists(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from batches where organisation_id = $1 and id = $2)")
        .bind(organisation.0)
        .bind(batch.0)
        .fetch_one(connection)
        .await
}
