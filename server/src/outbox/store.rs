//! The outbox's SQL: the calls of the functions that the migrations define, which each are a transaction of their own.

use super::{
    claimed::{self, Claimed, ClaimedRow},
    outcome::Outcome,
    senders::RefusedSender,
};
use crate::mail::values::TEMPLATE_VERSION;
use domain::{
    delivery::Concern,
    ids::{EmployeeId, OrganisationId, SendId},
    pace::Pace,
};
use sqlx::{PgConnection, postgres::types::PgInterval};
use std::{collections::BTreeSet, time::Duration};

/// What became of a claimed send, for [`finish`].
#[derive(Clone, Debug)]
pub struct Finished {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The send.
    pub send: SendId,
    /// Whom it was for.
    pub employee: EmployeeId,
    /// The number of the lease that it was held by.
    pub number: i64,
    /// What became of it.
    pub outcome: Outcome,
}

/// Claims up to `wanted` sends for the length of `lease`; the first `passed_over` of each priority are left alone.
pub async fn claim(
    connection: &mut PgConnection,
    wanted: u16,
    passed_over: u16,
    lease: Duration,
    default_sender: &str,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let rows: Vec<ClaimedRow> = sqlx::query_as("select * from take_up_sends($1, $2, $3, $4, $5)")
        .bind(i32::from(wanted))
        .bind(i32::from(passed_over))
        .bind(interval(lease))
        .bind(default_sender)
        .bind(TEMPLATE_VERSION)
        .fetch_all(connection)
        .await?;
    Ok(claimed::read(rows))
}

/// Renews leases, each named by organisation, send and number; gives the sends whose lease goes on.
pub async fn renew(
    connection: &mut PgConnection,
    held: &[(OrganisationId, SendId, i64)],
    lease: Duration,
) -> Result<Vec<SendId>, sqlx::Error> {
    let sends: Vec<i64> = sqlx::query_scalar("select renew_sends($1, $2, $3, $4)")
        .bind(held.iter().map(|(organisation, ..)| organisation.0).collect::<Vec<_>>())
        .bind(held.iter().map(|(_, send, _)| send.0).collect::<Vec<_>>())
        .bind(held.iter().map(|(.., number)| *number).collect::<Vec<_>>())
        .bind(interval(lease))
        .fetch_all(connection)
        .await?;
    Ok(sends.into_iter().map(SendId).collect())
}

/// Writes what became of claimed sends, as one. Returns how many of them were still held by the given number; of the others
/// nothing is written.
pub async fn finish(connection: &mut PgConnection, finished: &[Finished], keeps: bool) -> Result<u64, sqlx::Error> {
    let outcomes = || finished.iter().map(|finished| &finished.outcome);
    // The screens are told by whoever calls.
    let count: i64 = sqlx::query_scalar(
        "with quiet as materialized (select set_config('latchkey.quiet', 'on', true) as quiet)
         select finish_sends($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) from quiet where quiet = 'on'",
    )
    .bind(finished.iter().map(|finished| finished.organisation.0).collect::<Vec<_>>())
    .bind(finished.iter().map(|finished| finished.send.0).collect::<Vec<_>>())
    .bind(finished.iter().map(|finished| finished.employee.0).collect::<Vec<_>>())
    .bind(finished.iter().map(|finished| finished.number).collect::<Vec<_>>())
    .bind(outcomes().map(|outcome| outcome.state.as_str()).collect::<Vec<_>>())
    .bind(outcomes().map(|outcome| outcome.attempt.map(super::outcome::Attempt::as_str)).collect::<Vec<_>>())
    .bind(outcomes().map(|outcome| outcome.delay.map(|delay| delay.as_secs_f64())).collect::<Vec<_>>())
    .bind(outcomes().map(|outcome| outcome.reason.map(domain::delivery::Reason::as_str)).collect::<Vec<_>>())
    .bind(outcomes().map(|outcome| outcome.reply.as_deref()).collect::<Vec<_>>())
    .bind(keeps)
    .fetch_one(connection)
    .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Tells the screens that something of these organisations was written.
pub(super) async fn tell(connection: &mut PgConnection, organisations: &BTreeSet<OrganisationId>) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_notify('latchkey_standings', id::text) from unnest($1::bigint[]) id")
        .bind(organisations.iter().map(|organisation| organisation.0).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

/// Of some sends, those that could be finished now, since nobody else holds their rows.
pub async fn nobody_holds(connection: &mut PgConnection, sends: &[(OrganisationId, SendId)]) -> Result<Vec<SendId>, sqlx::Error> {
    let free: Vec<i64> = sqlx::query_scalar("select sends_nobody_holds($1, $2)")
        .bind(sends.iter().map(|(organisation, _)| organisation.0).collect::<Vec<_>>())
        .bind(sends.iter().map(|(_, send)| send.0).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    Ok(free.into_iter().map(SendId).collect())
}

/// Takes up what dead workers held; returns how many sends those were.
pub async fn release_expired(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select release_expired_sends()").fetch_one(connection).await
}

/// Records once that invitations have expired; returns how many there were.
pub async fn note_expired(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select note_expired_invitations()").fetch_one(connection).await
}

/// How long until the next send is due: zero where one is, nothing where none waits.
pub async fn next_due(connection: &mut PgConnection) -> Result<Option<Duration>, sqlx::Error> {
    let seconds: Option<f64> = sqlx::query_scalar("select next_send_due()").fetch_one(connection).await?;
    Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
}

fn interval(duration: Duration) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX) }
}

/// Notes that the relay has refused a sender; says whether that is news. `default_sender` is that of organisations which have set none.
pub(super) async fn note_refused_sender(
    connection: &mut PgConnection,
    refusal: &RefusedSender,
    default_sender: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select note_refused_sender($1, $2, $3, $4, $5)")
        .bind(refusal.organisation.0)
        .bind(refusal.send.0)
        .bind(&refusal.sender)
        .bind(default_sender)
        .bind(&refusal.words)
        .fetch_one(connection)
        .await
}

/// Forgets refused senders from which nothing waits any more.
pub(super) async fn sweep_refused_senders(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select sweep_refused_senders()").execute(connection).await?;
    Ok(())
}

/// Ends batches of which nothing waits any more, and tells whoever started them; also of those that wait for long. Says how many ended.
pub async fn tend_batches(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let ended = sqlx::query_scalar("select end_batches()").fetch_one(&mut *connection).await?;
    // Apart, so that somebody who holds a row of the one takes nothing from the other.
    sqlx::query("select tell_of_waiting_batches()").execute(connection).await?;
    Ok(ended)
}

/// What a worker tells of itself.
pub(super) struct Reported<'a> {
    /// A uuid of its own.
    pub(super) id: &'a str,
    /// The machine.
    pub(super) host: &'a str,
    /// Connections to the relay at most.
    pub(super) connections: u16,
    /// It keeps messages in the built-in mailbox.
    pub(super) keeps: bool,
    /// What it suffers from.
    pub(super) concern: Option<Concern>,
    /// The error, or the relay's own words.
    pub(super) words: Option<String>,
}

/// Notes that a worker is there, and how the relay fares with it.
pub(super) async fn report_worker(connection: &mut PgConnection, worker: &Reported<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("select report_worker($1::uuid, $2, $3, $4, $5, $6, $7, $8)")
        .bind(worker.id)
        .bind(worker.host)
        .bind(i32::try_from(std::process::id()).unwrap_or_default())
        .bind(env!("CARGO_PKG_VERSION"))
        .bind(i32::from(worker.connections))
        .bind(worker.keeps)
        .bind(worker.concern.map(Concern::as_str))
        .bind(&worker.words)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a worker has gone.
pub(super) async fn retire_worker(connection: &mut PgConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("select retire_worker($1::uuid)").bind(id).execute(connection).await?;
    Ok(())
}

/// Notes the pace of the relay as a worker was told; the strictest of those that are there counts for all.
pub(super) async fn note_pace(connection: &mut PgConnection, id: &str, pace: Pace) -> Result<(), sqlx::Error> {
    let [per_second, per_hour, per_day] = crate::pace::columns(pace);
    let query = sqlx::query("select note_relay_pace($1::uuid, $2, $3, $4)").bind(id);
    query.bind(per_second).bind(per_hour).bind(per_day).execute(connection).await?;
    Ok(())
}

/// Clears away what paces have counted and no longer count.
pub(super) async fn sweep_pace_counts(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select sweep_pace_counts()").execute(connection).await?;
    Ok(())
}
