//! How delivery fares, for owners.

use super::{
    delivery_store, outlook_store,
    view::{answer_to, everybodys_wait, known, local, paces_wait},
};
use crate::{db, failure::Failed};
use app::{
    batches::delivery::{DeliveryView, Refused, Trouble},
    error::AppError,
    session::Administrator,
};
use sqlx::PgPool;

pub(super) async fn look(pool: &PgPool, by: &Administrator) -> Result<DeliveryView, AppError> {
    let mut transaction = db::begin(pool, by.organisation()).await.failed()?;
    let outlook = outlook_store::outlook(&mut transaction).await.failed()?;
    let row = delivery_store::find(&mut transaction, by.organisation()).await.failed()?;
    let due = row.due_since.is_some();
    Ok(DeliveryView {
        wait: everybodys_wait(&outlook, None, by).or_else(|| match due {
            _ if row.sending => None,
            true => paces_wait(&outlook, by),
            false if row.unanswered == row.open => answer_to(row.open, row.last_made, outlook.now, by),
            false => None,
        }),
        leaving: due || row.unanswered > 0,
        workers: u64::from(outlook.workers.unsigned_abs()),
        troubled: row.troubled.unsigned_abs(),
        open: row.open.unsigned_abs(),
        due_since: row.due_since.map(|since| local(since, by)),
        trouble: row.trouble.zip(row.trouble_at).map(|(concern, at)| Trouble {
            at: local(at, by),
            concern: known(&concern),
            words: row.trouble_words.unwrap_or_default(),
        }),
        refused: row.refused_at.map(|at| Refused { at: local(at, by), words: row.reply.unwrap_or_default() }),
    })
}
