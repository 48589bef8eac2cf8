//! The SQL of the doctor. It only reads, across organisations, as the tables' owner.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// What the server says of itself.
#[derive(sqlx::FromRow)]
pub(super) struct Server {
    pub(super) number: i32,
    pub(super) version: String,
    pub(super) now: DateTime<Utc>,
    pub(super) durable: bool,
    pub(super) only_reads: bool,
    pub(super) most_connections: i32,
}

/// What bringing the schema up to date needs of a database.
#[derive(sqlx::FromRow)]
pub(super) struct Ground {
    pub(super) database: String,
    /// This user may make tables, and the extension `pg_trgm` where it is not there yet.
    pub(super) is_open: bool,
    /// `pg_trgm` is there, or can be made.
    pub(super) has_trigrams: bool,
}

/// What waits in the outbox.
#[derive(sqlx::FromRow)]
pub(super) struct Outbox {
    pub(super) held: bool,
    pub(super) workers: i64,
    pub(super) open: i64,
    pub(super) oldest: f64,
    /// All workers suffer from something.
    pub(super) all_troubled: bool,
    /// What some worker suffers from, in the relay's words.
    pub(super) trouble: Option<String>,
    /// Since how many seconds.
    pub(super) troubled: Option<f64>,
    /// Organisations whose sender the relay refuses.
    pub(super) refused: i64,
    /// What it said to one of them.
    pub(super) refusal: Option<String>,
    /// One of them has set no sender.
    pub(super) refuses_usual: bool,
}

/// What the server says of itself.
pub(super) async fn server(connection: &mut PgConnection) -> sqlx::Result<Server> {
    sqlx::query_as(
        "select current_setting('server_version_num')::integer as number, current_setting('server_version') as version,
                clock_timestamp() as now, current_setting('fsync')::boolean and current_setting('full_page_writes')::boolean as durable,
                current_setting('transaction_read_only') = 'on' as only_reads,
                current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer as most_connections",
    )
    .fetch_one(connection)
    .await
}

/// What bringing the schema up to date needs of this database.
pub(super) async fn ground(connection: &mut PgConnection) -> sqlx::Result<Ground> {
    sqlx::query_as(
        "select current_database()::text as database,
                coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'create'), false)
                    and (there or has_database_privilege(current_database(), 'create')) as is_open,
                there or exists (select from pg_available_extensions where name = 'pg_trgm') as has_trigrams
         from (select exists (select from pg_extension where extname = 'pg_trgm')) as trigrams (there)",
    )
    .fetch_one(connection)
    .await
}

/// What waits in the outbox.
pub(super) async fn outbox(connection: &mut PgConnection) -> sqlx::Result<Outbox> {
    sqlx::query_as(
        "select outbox_is_held() as held,
                (select count(*) from workers where seen_at > clock_timestamp() - interval '15 seconds') as workers,
                (select coalesce(bool_and(concern is not null), false) from workers
                 where seen_at > clock_timestamp() - interval '15 seconds') as all_troubled,
                sum(sends)::bigint as open, max(oldest) as oldest, t.words as trouble, t.seconds as troubled,
                (select count(*) from refused_senders) as refused,
                (select words from refused_senders order by next_try desc limit 1) as refusal,
                exists (select from refused_senders r join settings s on s.organisation_id = r.organisation_id
                        where s.sender_address is null) as refuses_usual
         from outbox_gauges()
         left join lateral (
             select words, extract(epoch from clock_timestamp() - concern_at)::double precision as seconds from workers
             where concern is not null and seen_at > clock_timestamp() - interval '15 seconds' order by concern_at limit 1) t on true
         group by t.words, t.seconds",
    )
    .fetch_one(connection)
    .await
}

/// The senders that organisations have set, without those that the relay is known to refuse: it may do so after it was told the
/// recipient only.
pub(super) async fn senders(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select distinct sender_address from settings s
         where sender_address is not null and not exists (select from refused_senders r where r.organisation_id = s.organisation_id)
         order by 1 limit 100",
    )
    .fetch_all(connection)
    .await
}
