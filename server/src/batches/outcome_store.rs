//! The SQL of what became of everybody in a batch.

use app::batches::progress::{Looked, Why};
use chrono::{DateTime, Utc};
use const_format::concatcp;
use domain::{
    batch::OutcomeFilter,
    delivery::Reason,
    ids::{BatchId, OrganisationId},
};
use sqlx::{PgConnection, QueryBuilder};

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

/// The messages of a batch, of people who got none since, with where these stand.
const LAST: &str = "from sends m
    join employee_statuses t on t.organisation_id = m.organisation_id and t.employee_id = m.employee_id
    where m.organisation_id = $1 and m.batch_id = $2
      and not exists (select from sends n where n.organisation_id = $1 and n.employee_id = m.employee_id and n.id > m.id
                      and n.kind <> 'notice' and n.state <> 'dropped')";

/// Of those the ones that failed, of people who stand as they did then: who is active by now needs no invitation, and whose invitation
/// was cancelled gets no new one.
const FAILED: &str = concatcp!(
    LAST,
    " and m.state in ('failed', 'bounced') and case when m.kind = 'reset' then t.status = 'active' else t.status in ('pending', 'expired') end"
);

/// Of those the ones that had not left when the batch was stopped, of people who stand as they did then. A first invitation was withdrawn:
/// before it they had none, or one that was cancelled.
const STOPPED: &str = concatcp!(
    LAST,
    " and m.state = 'dropped' and m.reason = 'stopped'
      and case when m.kind = 'reset' then t.status = 'active'
               when m.kind = 'invitation' and t.status = 'cancelled' then t.invitation_id < m.invitation_id
               else t.status in ('not_invited', 'pending', 'expired') end"
);

/// Whoever is suspended is told to be skipped, and offered to nobody.
const OFFERED: &str = " and not t.suspended";

/// The employees whose message of a batch failed, for this reason where there is one, and who have had no other since.
pub(super) async fn failed_of(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    batch: BatchId,
    reason: Option<Reason>,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(concatcp!("select m.employee_id ", FAILED, " and ($3::text is null or m.reason = $3) order by m.employee_id"))
        .bind(organisation.0)
        .bind(batch.0)
        .bind(reason.map(Reason::as_str))
        .fetch_all(connection)
        .await
}

/// Whether there is anybody of those to offer, and whether there are password resets among their messages.
pub(super) async fn has_failed(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<(bool, bool)> {
    let query = concatcp!("select exists (select ", FAILED, OFFERED, "), exists (select ", FAILED, OFFERED, " and m.kind = 'reset')");
    sqlx::query_as(query).bind(organisation.0).bind(batch.0).fetch_one(connection).await
}

/// The employees to whom a batch had not left when it was stopped, and who have had no other message since.
pub(super) async fn stopped_of(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<Vec<i64>> {
    let query = concatcp!("select m.employee_id ", STOPPED, " order by m.employee_id");
    sqlx::query_scalar(query).bind(organisation.0).bind(batch.0).fetch_all(connection).await
}

/// Whether there is anybody of those to offer.
pub(super) async fn has_stopped(connection: &mut PgConnection, organisation: OrganisationId, batch: BatchId) -> sqlx::Result<bool> {
    sqlx::query_scalar(concatcp!("select exists (select ", STOPPED, OFFERED, ")"))
        .bind(organisation.0)
        .bind(batch.0)
        .fetch_one(connection)
        .await
}
