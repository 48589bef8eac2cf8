//! How delivery fares, for owners.

use super::{
    view::{everybodys_wait, local},
    view_store,
};
use crate::{db, failure::Failed};
use app::{
    batches::delivery::{DeliveryView, Refused},
    error::AppError,
    session::Administrator,
};
use chrono::{DateTime, Utc};
use domain::ids::OrganisationId;
use sqlx::{PgConnection, PgPool};

/// What of an organisation's messages is on its way, and what became of the last that was not accepted.
#[derive(sqlx::FromRow)]
struct DeliveryRow {
    open: i64,
    due_since: Option<DateTime<Utc>>,
    refused_at: Option<DateTime<Utc>>,
    reply: Option<String>,
}

pub(super) async fn look(pool: &PgPool, by: &Administrator) -> Result<DeliveryView, AppError> {
    let mut transaction = db::begin(pool, by.organisation()).await.failed()?;
    let outlook = view_store::outlook(&mut transaction).await.failed()?;
    let row = find(&mut transaction, by.organisation()).await.failed()?;
    Ok(DeliveryView {
        wait: everybodys_wait(&outlook, by),
        workers: u64::from(outlook.workers.unsigned_abs()),
        open: row.open.unsigned_abs(),
        due_since: row.due_since.map(|since| local(since, by)),
        refused: row.refused_at.map(|at| Refused { at: local(at, by), words: row.reply.unwrap_or_default() }),
    })
}

/// Each part is read by an index of what is open alone.
async fn find(connection: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<DeliveryRow> {
    sqlx::query_as(
        "with open as (
             select s.not_before, s.state from batches b
             join sends s on s.batch_id = b.id and s.organisation_id = b.organisation_id and s.state in ('queued', 'sending', 'deferred')
             where b.organisation_id = $1 and b.ended_at is null
             union all
             select not_before, state from sends
             where organisation_id = $1 and state in ('queued', 'deferred') and batch_id is null)
         select o.open, o.due_since, r.at as refused_at, r.reply
         from (select count(*) as open,
                      min(not_before) filter (where state <> 'sending' and not_before <= clock_timestamp()) as due_since from open) o
         left join lateral (
             select at, reply from attempts where organisation_id = $1 and outcome <> 'accepted' order by at desc limit 1) r on true",
    )
    .bind(organisation.0)
    .fetch_one(connection)
    .await
}
