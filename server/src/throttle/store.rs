//! The SQL of throttles. Each step is one upsert, whose row lock puts parallel attempts in a line.

use super::Rule;
use sqlx::PgConnection;

/// Seconds until a growing rule's next attempt, as SQL over the row `t`; `$2` failures are free and `$3` seconds the longest.
macro_rules! growing_ready {
    () => {
        "t.last_at + make_interval(secs => case when t.failures < $2 then 0 else least($3, 2 ^ least(t.failures - $2, 20)) end)"
    };
}

/// Counts an attempt; or counts nothing and says how many seconds are left to wait.
pub(super) async fn take(connection: &mut PgConnection, subject: &[u8; 32], rule: Rule) -> sqlx::Result<Option<u32>> {
    let (taking, waiting) = match rule {
        Rule::Growing { .. } => (
            concat!(
                "insert into throttles as t (subject, failures, last_at) values ($1, 1, clock_timestamp())
                 on conflict (subject) do update
                 set failures = case when t.last_at < clock_timestamp() - make_interval(secs => $4) then 1 else least(t.failures, 1000000) + 1 end,
                     last_at = clock_timestamp()
                 where ",
                growing_ready!(),
                " <= clock_timestamp()"
            ),
            concat!(
                "select greatest(1, ceil(extract(epoch from ",
                growing_ready!(),
                " - clock_timestamp())))::integer from throttles t where t.subject = $1 and $4 is not null"
            ),
        ),
        // `last_at` is when the row would be empty again: each attempt moves it, `$4` is always 0.
        Rule::Steady { .. } => (
            "insert into throttles as t (subject, failures, last_at) values ($1, 1, clock_timestamp() + make_interval(secs => $3))
             on conflict (subject) do update
             set failures = 1, last_at = greatest(t.last_at, clock_timestamp()) + make_interval(secs => $3)
             where t.last_at <= clock_timestamp() + make_interval(secs => $2 * $3 + $4)",
            "select greatest(1, ceil(extract(epoch from t.last_at - clock_timestamp()) - $2 * $3 - $4))::integer
             from throttles t where t.subject = $1",
        ),
    };
    let (first, second, third) = match rule {
        Rule::Growing { free, longest, quiet } => (free, longest, quiet),
        Rule::Steady { at_once, seconds_each } => (at_once, seconds_each, 0),
    };
    let bound = |sql: &'static str| sqlx::query(sql).bind(subject.as_slice()).bind(first).bind(second).bind(third);
    if bound(taking).execute(&mut *connection).await?.rows_affected() == 1 {
        return Ok(None);
    }
    let left: Option<i32> =
        sqlx::query_scalar(waiting).bind(subject.as_slice()).bind(first).bind(second).bind(third).fetch_optional(connection).await?;
    Ok(Some(left.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(1)))
}

/// After a success: what was typed is forgotten, the network gets its place back.
pub(super) async fn give_back(connection: &mut PgConnection, subject: &[u8; 32], rule: Rule) -> sqlx::Result<()> {
    match rule {
        Rule::Growing { .. } => {
            sqlx::query("delete from throttles where subject = $1").bind(subject.as_slice()).execute(connection).await?;
        }
        Rule::Steady { seconds_each, .. } => {
            sqlx::query("update throttles set last_at = last_at - make_interval(secs => $2) where subject = $1")
                .bind(subject.as_slice())
                .bind(seconds_each)
                .execute(connection)
                .await?;
        }
    }
    Ok(())
}

/// Removes rows that no rule looks back to.
pub(super) async fn sweep(connection: &mut PgConnection) -> sqlx::Result<u64> {
    let swept = sqlx::query("delete from throttles where last_at < clock_timestamp() - interval '2 hours'").execute(connection).await?;
    Ok(swept.rows_affected())
}
