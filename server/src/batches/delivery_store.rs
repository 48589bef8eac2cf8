//! The SQL of how delivery fares.

use super::view::LONG;
use chrono::{DateTime, Utc};
use domain::{delivery::Concern, ids::OrganisationId};
use sqlx::PgConnection;

/// What of an organisation's messages is on its way, and what became of the last that was not accepted.
#[derive(sqlx::FromRow)]
pub(super) struct DeliveryRow {
    pub(super) open: i64,
    /// One was made a moment ago, and is being handed over.
    pub(super) sending: bool,
    /// Those that workers have.
    pub(super) unanswered: i64,
    /// When the last of them was made.
    pub(super) last_made: Option<DateTime<Utc>>,
    pub(super) due_since: Option<DateTime<Utc>>,
    pub(super) refused_at: Option<DateTime<Utc>>,
    pub(super) reply: Option<String>,
    /// The last trouble with the relay, over or not; that with the organisation's own sender where it was later.
    pub(super) trouble: Option<String>,
    pub(super) trouble_words: Option<String>,
    pub(super) trouble_at: Option<DateTime<Utc>>,
    /// Workers that have trouble with it now.
    pub(super) troubled: i64,
}

/// Each part is read by an index of what is open alone.
pub(super) async fn find(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<DeliveryRow> {
    sqlx::query_as(
        "with open as (
             select greatest(o.not_before, b.hold_until) as not_before, o.held, o.dated_at,
                    b.paused_at is not null and b.stopped_at is null and b.undone_at is null as paused from batches b
             join outbox o on o.batch_id = b.id and o.organisation_id = b.organisation_id
             where b.organisation_id = $1 and b.ended_at is null
             union all
             select not_before, held, dated_at, false from outbox where organisation_id = $1 and batch_id is null)
         select o.open, o.sending, o.unanswered, o.last_made, o.due_since, r.at as refused_at, r.reply,
                t.concern as trouble, t.words as trouble_words, t.at as trouble_at, workers_in_trouble() as troubled
         from (select count(*) as open, coalesce(bool_or(held and dated_at > clock_timestamp() - make_interval(secs => $3)), false) as sending,
                      count(*) filter (where held) as unanswered, max(dated_at) filter (where held) as last_made,
                      min(not_before) filter (where not held and not paused and not_before <= clock_timestamp()) as due_since from open) o
         left join lateral (
             select at, reply from attempts where organisation_id = $1 and outcome <> 'accepted' order by at desc limit 1) r on true
         left join lateral (
             select concern, words, at from last_relay_trouble()
             union all
             select $2, words, at from last_sender_trouble where organisation_id = $1
             union all
             select $2, words, clock_timestamp() from refused_senders where organisation_id = $1
             order by at desc limit 1) t on true",
    )
    .bind(organisation.0)
    .bind(Concern::Sender.as_str())
    .bind(LONG.as_seconds_f64())
    .fetch_one(connection)
    .await
}
