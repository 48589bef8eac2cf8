//! `/administration/batches/{id}/report`: the outcome of every employee of a batch, as CSV. Read and sent a piece at a time.

use super::{
    outcome_store::{self, OutcomeRow},
    view::outcome,
    view_store,
};
use crate::{
    csv_file::{self, Pieces},
    db,
    failure::Failed,
    http::{context::AppState, refusals::refusal},
};
use app::{
    batches::{outcomes::in_words, progress::Looked, words},
    error::AppError,
    session::{Administrator, SignedIn},
};
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use domain::{
    ids::{BatchId, EmployeeId},
    role::Permission,
};
use http::StatusCode;
use sqlx::PgPool;

/// Outcomes read at once.
const PIECE: i64 = 1_000;

/// `GET`.
pub async fn report(
    State(state): State<AppState>,
    session: Option<Extension<SignedIn>>,
    batch: Result<Path<String>, PathRejection>,
) -> Response {
    let Some(Extension(session)) = session else { return StatusCode::UNAUTHORIZED.into_response() };
    let Ok(by) = session.authorise(Permission::View) else { return StatusCode::FORBIDDEN.into_response() };
    let Some(batch) = batch.ok().and_then(|Path(batch)| batch.parse::<BatchId>().ok()) else { return refusal(AppError::NotFound) };
    match exists(&state.pool, &by, batch).await.failed() {
        Ok(true) => {}
        Ok(false) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return refusal(error),
    }
    csv_file::download(&format!("batch-{batch}.csv"), async move |pieces| send(&state.pool, &by, batch, &pieces).await)
}

async fn exists(pool: &PgPool, by: &Administrator, batch: BatchId) -> Result<bool, sqlx::Error> {
    let mut transaction = db::begin(pool, by.organisation()).await?;
    view_store::exists(&mut transaction, by.organisation(), batch).await
}

async fn send(pool: &PgPool, by: &Administrator, batch: BatchId, pieces: &Pieces) -> Result<(), sqlx::Error> {
    let mut piece = csv_file::BEGINNING.to_vec();
    csv_file::write(&mut piece, by.language(), std::iter::once(words::report_heads(by.language(), by.time_zone())));
    let mut after = None;
    loop {
        let mut transaction = db::begin(pool, by.organisation()).await?;
        let rows =
            outcome_store::outcomes(&mut transaction, by.organisation(), batch, Looked { after, ..Looked::default() }, PIECE).await?;
        transaction.commit().await?;
        let whole = rows.len() < usize::try_from(PIECE).unwrap_or_default();
        after = rows.last().map(|row| EmployeeId(row.employee_id));
        csv_file::write(&mut piece, by.language(), rows.into_iter().map(|row| cells(row, by)));
        if pieces.send(Ok(std::mem::take(&mut piece))).await.is_err() || whole {
            return Ok(());
        }
    }
}

fn cells(row: OutcomeRow, by: &Administrator) -> [String; 6] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let address = row.address.clone().or_else(|| row.email.clone()).unwrap_or_default();
    let (number, at) = (text(&row.employee_number), csv_file::time(row.finished_at, by.time_zone()));
    let reply = text(&row.reply);
    // A word that this version does not know is logged, and leaves its cell empty.
    let (name, words) = outcome(row, by).map(|outcome| (outcome.name.clone(), in_words(by.language(), &outcome))).unwrap_or_default();
    [name, address, number, words, at, reply]
}
