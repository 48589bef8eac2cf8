//! `employees import` and `employees invent`.

use super::texts;
use crate::{
    db,
    import::{
        carry_out::{carry_out, planned_and_locked},
        parse::parse,
        plan::{Planned, Step},
        store::take_turns,
        table::Table,
    },
    invent::{self, InventError},
    planning,
};
use app::import::{
    model::{Counts, Imported},
    words,
};
use domain::{
    ids::OrganisationId,
    import::{FileProblem, RowProblem},
    language::Language,
    role::Role,
};
use sqlx::PgPool;
use std::{path::Path, sync::Arc};

/// Why a file was not imported; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EmployeesError {
    /// There is no such organisation.
    #[error("there is no organisation {0:?}")]
    NoOrganisation(String),
    /// The file cannot be opened.
    #[error("{0} cannot be read: {1}")]
    File(String, #[source] std::io::Error),
    /// The file is no table that could be imported.
    #[error("{}", words::file_problem(Language::English, *.0))]
    Problem(FileProblem),
    /// Somebody changed employees in between.
    #[error("somebody else changed employees at the same time; please try again")]
    Overtaken,
    /// Inventing people failed.
    #[error(transparent)]
    Invent(#[from] InventError),
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// What an import did, or would do.
pub struct Report {
    dry_run: bool,
    counts: Counts,
    refused: Vec<(u32, String, Vec<RowProblem>)>,
    resend: u64,
}

impl Report {
    /// The rows that are refused, and why; none where all are taken.
    pub fn refusals(&self, language: Language) -> Option<String> {
        let refused = self.refused.iter().map(|(row, title, problems)| {
            let reasons: Vec<_> = problems.iter().map(|problem| words::row_problem(language, *problem)).collect();
            texts::row(language, *row, title, &reasons.join(" "))
        });
        (!self.refused.is_empty()).then(|| refused.collect::<Vec<_>>().join("\n"))
    }

    /// What was or would be done.
    pub fn told(&self, language: Language) -> String {
        let counts = words::counted(language, self.counts);
        let (done, resend) = if self.dry_run {
            (texts::would_import(language, &counts), texts::would_resend(language, self.resend))
        } else {
            (texts::imported(language, &counts), texts::resend(language, self.resend))
        };
        if self.resend > 0 { format!("{done}\n{resend}") } else { done }
    }
}

/// Finds an organisation by its name or short name.
pub async fn find_organisation(pool: &PgPool, name: &str) -> Result<OrganisationId, EmployeesError> {
    let found: Option<i64> = sqlx::query_scalar("select find_organisation($1)").bind(name).fetch_one(pool).await?;
    found.map(OrganisationId).ok_or_else(|| EmployeesError::NoOrganisation(name.to_owned()))
}

/// Imports a file as an owner would, or says what that would do.
pub async fn import(pool: &PgPool, organisation: OrganisationId, file: &Path, dry_run: bool) -> Result<Report, EmployeesError> {
    let bytes = std::fs::read(file).map_err(|error| EmployeesError::File(file.display().to_string(), error))?;
    let table: Arc<Table> = Arc::new(parse(&bytes).map_err(EmployeesError::Problem)?);
    let mut transaction = db::begin(pool, organisation).await?;
    take_turns(&mut transaction, organisation).await?;
    let plan = planned_and_locked(&mut transaction, organisation, &table, Role::Owner).await?;
    let plan = plan.map_err(|_| EmployeesError::Overtaken)?;
    let mut report = report(&plan, dry_run);
    if !dry_run {
        let imported: Imported = carry_out(&mut transaction, organisation, None, plan).await?.map_err(|_| EmployeesError::Overtaken)?;
        report.resend = imported.resend.len() as u64;
        transaction.commit().await?;
        planning::learn_people(pool, table.rows.len()).await;
    }
    Ok(report)
}

/// Adds invented people.
pub async fn invent(pool: &PgPool, organisation: OrganisationId, people: u32, status_mix: bool) -> Result<(), EmployeesError> {
    Ok(invent::invent(pool, organisation, people, status_mix).await?)
}

fn report(plan: &[Planned], dry_run: bool) -> Report {
    let mut report = Report { dry_run, counts: Counts::default(), refused: Vec::new(), resend: 0 };
    for Planned { row, title, step } in plan {
        report.counts.add(step.outcome());
        match step {
            Step::Refuse(problems) => {
                report.refused.push((*row, title.clone(), problems.clone()));
            }
            Step::Update(update) if update.wants_resend() => report.resend += 1,
            Step::Create(_) | Step::Update(_) | Step::Keep(_) => {}
        }
    }
    report
}
