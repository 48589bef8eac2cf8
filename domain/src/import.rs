//! What an import file may hold, and why a file or one of its rows is refused.

use crate::{
    record::{RecordField, RecordProblem},
    words::words,
};
use serde::{Deserialize, Serialize};

/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// The most rows of a file, its heading row not counted.
pub const MOST_ROWS: usize = 100_000;

words! {
    /// What a column of a file holds.
    Column {
        /// The employee number: the first thing that people are matched by.
        EmployeeNumber = "employee_number",
        /// The email address: the second.
        Email = "email",
        /// The first name.
        FirstName = "first_name",
        /// The last name.
        LastName = "last_name",
        /// First and last name in one.
        FullName = "full_name",
        /// The department.
        Department = "department",
        /// The site.
        Site = "site",
        /// The job title.
        Title = "title",
        /// The language of mails and screens.
        Language = "language",
    }
}

impl Column {
    /// The column that holds a field of a record.
    pub fn of(field: RecordField) -> Self {
        match field {
            RecordField::FirstName => Self::FirstName,
            RecordField::LastName => Self::LastName,
            RecordField::Email => Self::Email,
            RecordField::EmployeeNumber => Self::EmployeeNumber,
            RecordField::Department => Self::Department,
            RecordField::Site => Self::Site,
            RecordField::Title => Self::Title,
            RecordField::Language => Self::Language,
        }
    }
}

/// Why a file is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileProblem {
    /// No file was chosen.
    Missing,
    /// The upload broke off or was not understood.
    Unreadable,
    /// There is nothing in it.
    Empty,
    /// There is a heading row and nothing below it.
    NoRows,
    /// Larger than [`LARGEST_FILE`].
    TooLarge,
    /// More rows than [`MOST_ROWS`].
    TooManyRows,
    /// No text at all.
    Binary,
    /// A workbook of a spreadsheet program, which can save it as CSV.
    Workbook,
    /// Neither an address nor a number column, perhaps because the heading row is missing.
    NoKeyColumn,
    /// A quotation mark that opens in this row is never closed, so that nobody can tell where the row ends.
    OpenQuote(u32),
}

/// Why a row is refused. Rows are numbered as a spreadsheet shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowProblem {
    /// Not as many cells as the heading row has.
    Ragged {
        /// Cells of this row.
        cells: u32,
        /// Columns of the heading row.
        columns: u32,
    },
    /// Neither a number nor an address.
    NoKey,
    /// Neither a first nor a last name.
    NoName,
    /// Longer than this many characters.
    TooLong(Column, u16),
    /// Not an email address.
    NotAnAddress,
    /// An email address with letters that few mail servers accept.
    AddressNotAscii,
    /// A number with an @.
    AtInNumber,
    /// Neither English nor French.
    NotALanguage,
    /// An earlier row has the same number.
    DuplicateNumber(u32),
    /// An earlier row has the same address, and neither has a number, or both have the same name and one has no number.
    DuplicateAddress(u32),
    /// Another row is about the same employee.
    SamePerson(u32),
    /// Several employees have this address: the row needs the number.
    AddressOfSeveral,
    /// Several rows with new numbers have the address and perhaps the name of an employee without a number.
    UnclearWhose,
    /// The person's role is above the administrator's.
    RoleAbove,
}

impl RowProblem {
    /// What is wrong with a row whose values make no record.
    pub fn of_record(field: RecordField, problem: RecordProblem) -> Self {
        match problem {
            RecordProblem::Missing => Self::NoName,
            RecordProblem::NoKey => Self::NoKey,
            RecordProblem::TooLong(longest) => Self::TooLong(Column::of(field), longest),
            RecordProblem::NotAnAddress => Self::NotAnAddress,
            RecordProblem::AddressNotAscii => Self::AddressNotAscii,
            RecordProblem::AtInNumber => Self::AtInNumber,
            RecordProblem::NotALanguage => Self::NotALanguage,
        }
    }

    /// The column that it is about.
    pub fn column(self) -> Option<Column> {
        match self {
            Self::TooLong(column, _) => Some(column),
            Self::NotAnAddress | Self::AddressNotAscii | Self::DuplicateAddress(_) | Self::AddressOfSeveral | Self::UnclearWhose => {
                Some(Column::Email)
            }
            Self::NotALanguage => Some(Column::Language),
            Self::DuplicateNumber(_) | Self::AtInNumber => Some(Column::EmployeeNumber),
            Self::Ragged { .. } | Self::NoKey | Self::NoName | Self::SamePerson(_) | Self::RoleAbove => None,
        }
    }
}

words! {
    /// What an import does with a row.
    RowOutcome {
        /// Nothing, for reasons.
        Refused = "refused",
        /// Adds an employee.
        Created = "created",
        /// Changes an employee.
        Updated = "updated",
        /// Nothing: everything is as the row says.
        Unchanged = "unchanged",
    }
}
