//! What the wire carries about imports.

use domain::{
    ids::EmployeeId,
    import::{Column, RowOutcome, RowProblem},
    time::LocalTime,
};
use serde::{Deserialize, Serialize};

/// Rows on a page of a check.
pub const PAGE_ROWS: u32 = 50;

/// A checked file, as it stands against the employees of this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckView {
    /// The file's name.
    pub file_name: String,
    /// The heading row, and what each column was recognised as.
    pub headings: Vec<Heading>,
    /// The first rows, as the file has them.
    pub preview: Vec<Vec<String>>,
    /// How many rows have which outcome.
    pub counts: Counts,
    /// People with a live invitation who get another address.
    pub readdressed: u32,
    /// By which an import knows that it does what was shown.
    pub shown: String,
    /// The outcome whose rows are listed.
    pub list: RowOutcome,
    /// Where in them the page begins.
    pub from: u32,
    /// Their page.
    pub rows: Vec<RowView>,
    /// What the import did, once it was done.
    pub imported: Option<Imported>,
    /// Until when the check is kept.
    pub kept_until: LocalTime,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// As the file has it.
    pub text: String,
    /// What it was recognised as.
    pub column: Option<Column>,
}

/// How many rows have which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Refused.
    pub refused: u32,
    /// New employees.
    pub created: u32,
    /// Changed employees.
    pub updated: u32,
    /// Employees who are as the row says.
    pub unchanged: u32,
}

impl Counts {
    /// The count of an outcome.
    pub fn of(&self, outcome: RowOutcome) -> u32 {
        match outcome {
            RowOutcome::Refused => self.refused,
            RowOutcome::Created => self.created,
            RowOutcome::Updated => self.updated,
            RowOutcome::Unchanged => self.unchanged,
        }
    }

    /// Counts one more.
    pub fn add(&mut self, outcome: RowOutcome) {
        let count = match outcome {
            RowOutcome::Refused => &mut self.refused,
            RowOutcome::Created => &mut self.created,
            RowOutcome::Updated => &mut self.updated,
            RowOutcome::Unchanged => &mut self.unchanged,
        };
        *count += 1;
    }
}

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// Its number, as a spreadsheet shows it.
    pub row: u32,
    /// Whom it is about.
    pub title: String,
    /// The employee, where there is one already.
    pub employee: Option<EmployeeId>,
    /// The values that are new.
    pub changes: Vec<ValueChange>,
    /// Why it is refused.
    pub problems: Vec<RowProblem>,
}

/// A value that is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueChange {
    /// Of which column.
    pub column: Column,
    /// What was known; empty where nothing was.
    pub from: String,
    /// What the file says; empty where it clears.
    pub to: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// New employees.
    pub created: u32,
    /// Changed employees.
    pub updated: u32,
    /// The invited people whose address changed: their invitation wants to be sent again.
    pub resend: Vec<EmployeeId>,
}

/// How the wish to import ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// Imported, now or by an earlier press.
    Imported,
    /// Something has changed since the check was shown: nothing was imported.
    Changed,
}
