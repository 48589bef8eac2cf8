//! Checking files and importing them.

use super::{
    carry_out::{carry_out, planned, planned_and_locked},
    parse::parse,
    plan::{Planned, fingerprint},
    store::{self, CheckRow},
    table::Table,
    view,
};
use crate::{db, failure::Failed, local_time::local_time, planning};
use app::{
    error::AppError,
    import::{
        model::{CheckView, ImportOutcome, Imported},
        service::ImportService,
    },
    session::Administrator,
};
use domain::{
    import::{FileProblem, RowOutcome},
    role::Permission,
};
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Large files that are worked on at once: each takes a core and some hundred megabytes for a second or two.
const AT_ONCE: usize = 2;

/// Imports, on PostgreSQL.
#[derive(Clone)]
pub struct Imports {
    pool: PgPool,
    at_once: Arc<Semaphore>,
}

impl Imports {
    /// Imports by this pool.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, at_once: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Reads a file and keeps its rows for an hour; the check's id.
    pub async fn check(&self, by: &Administrator, file_name: &str, file: Vec<u8>) -> Result<Result<String, FileProblem>, AppError> {
        permitted(by)?;
        let _turn = self.turn().await?;
        let parsed = apart(move || parse(&file).map(|table| serde_json::to_string(&table))).await?;
        let rows = match parsed {
            Ok(rows) => rows.map_err(|error| unreadable(&error))?,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut transaction = db::begin(&self.pool, by.organisation()).await.failed()?;
        let id = store::insert_check(&mut transaction, by.organisation(), by.employee(), file_name, &rows).await.failed()?;
        transaction.commit().await.failed()?;
        Ok(Ok(id))
    }

    async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, AppError> {
        self.at_once.acquire().await.map_err(|_| AppError::Unavailable)
    }

    async fn import_once(&self, by: &Administrator, check: &str, shown: &str, table: &Arc<Table>) -> sqlx::Result<Option<ImportOutcome>> {
        let organisation = by.organisation();
        let mut transaction = db::begin(&self.pool, organisation).await?;
        store::lock_check(&mut transaction, organisation, check).await?;
        match store::find_check(&mut transaction, organisation, by.employee(), check).await? {
            None => return Ok(None),
            Some(CheckRow { result: Some(_), .. }) => return Ok(Some(ImportOutcome::Imported)),
            Some(_) => {}
        }
        store::take_turns(&mut transaction, organisation).await?;
        // The role may have changed since the request began.
        let Some(own) = store::find_role(&mut transaction, organisation, by.employee()).await? else { return Ok(None) };
        let Ok(plan) = planned_and_locked(&mut transaction, organisation, table, own).await? else {
            return Ok(Some(ImportOutcome::Changed));
        };
        let (plan, now) = fingerprinted(plan).await?;
        if now != shown || !Permission::AddEmployees.granted(own) {
            return Ok(Some(ImportOutcome::Changed));
        }
        let Ok(imported) = carry_out(&mut transaction, organisation, Some(by.employee()), plan).await? else {
            return Ok(Some(ImportOutcome::Changed));
        };
        let result = serde_json::to_string(&imported).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        store::set_result(&mut transaction, organisation, check, &result).await?;
        transaction.commit().await?;
        planning::learn_people(&self.pool, table.rows.len()).await;
        Ok(Some(ImportOutcome::Imported))
    }

    /// A kept check with its rows.
    async fn find(&self, by: &Administrator, check: &str) -> Result<(CheckRow, Arc<Table>), AppError> {
        let mut transaction = db::begin(&self.pool, by.organisation()).await.failed()?;
        let found = store::find_check(&mut transaction, by.organisation(), by.employee(), check).await.failed()?;
        let mut row = found.ok_or(AppError::NotFound)?;
        let rows = std::mem::take(&mut row.rows);
        let table = apart(move || serde_json::from_str::<Table>(&rows)).await?.map_err(|error| unreadable(&error))?;
        Ok((row, Arc::new(table)))
    }
}

#[async_trait::async_trait]
impl ImportService for Imports {
    async fn view(&self, by: &Administrator, check: &str, list: Option<RowOutcome>, from: u32) -> Result<CheckView, AppError> {
        permitted(by)?;
        let _turn = self.turn().await?;
        let (row, table) = self.find(by, check).await?;
        let imported: Option<Imported> = row.result.as_deref().map(serde_json::from_str).transpose().map_err(|error| unreadable(&error))?;
        let mut transaction = db::begin(&self.pool, by.organisation()).await.failed()?;
        let plan = planned(&mut transaction, by.organisation(), &table, by.role()).await.failed()?;
        drop(transaction);
        let kept_until = local_time(row.kept_until(), by.time_zone());
        let (plan, shown) = fingerprinted(plan).await.failed()?;
        Ok(view::of(&table, &plan, view::Asked { list, from }, view::Facts { file_name: row.file_name, shown, imported, kept_until }))
    }

    async fn import(&self, by: &Administrator, check: &str, shown: &str) -> Result<ImportOutcome, AppError> {
        permitted(by)?;
        let _turn = self.turn().await?;
        let (row, table) = self.find(by, check).await?;
        if row.result.is_some() {
            return Ok(ImportOutcome::Imported);
        }
        let outcome = db::retried(|| self.import_once(by, check, shown, &table)).await.failed()?;
        outcome.ok_or(AppError::NotFound)
    }
}

fn permitted(by: &Administrator) -> Result<(), AppError> {
    if Permission::AddEmployees.granted(by.role()) { Ok(()) } else { Err(AppError::Forbidden) }
}

async fn fingerprinted(plan: Vec<Planned>) -> sqlx::Result<(Vec<Planned>, String)> {
    let made = tokio::task::spawn_blocking(move || {
        let made = fingerprint(&plan);
        (plan, made)
    });
    made.await.map_err(|_| sqlx::Error::WorkerCrashed)
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "reading a file failed");
        AppError::Internal
    })
}

fn unreadable(error: &serde_json::Error) -> AppError {
    tracing::error!(%error, "a kept check cannot be read");
    AppError::Internal
}
