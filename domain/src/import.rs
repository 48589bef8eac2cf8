//! What an import file may hold, and why a file or one of its rows is refused.

use crate::{
    record::{RecordField, RecordProblem},
    search::fold,
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

words! {
    /// Why a file is refused as a whole.
    FileProblem {
        /// No file was chosen.
        Missing = "missing",
        /// The upload broke off or was not understood.
        Unreadable = "unreadable",
        /// There is nothing in it.
        Empty = "empty",
        /// There is a heading row and nothing below it.
        NoRows = "no_rows",
        /// Larger than [`LARGEST_FILE`].
        TooLarge = "too_large",
        /// More rows than [`MOST_ROWS`].
        TooManyRows = "too_many_rows",
        /// No text at all.
        Binary = "binary",
        /// A workbook of a spreadsheet program, which can save it as CSV.
        Workbook = "workbook",
        /// Neither an address nor a number column, perhaps because the heading row is missing.
        NoKeyColumn = "no_key_column",
    }
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
    /// An earlier row has the same address, and one of the two has no number.
    DuplicateAddress(u32),
    /// An earlier row is about the same employee.
    SamePerson(u32),
    /// Several employees have this address: the row needs the number.
    AddressOfSeveral,
    /// Several rows have the address of an employee without a number, and the names do not tell which row is meant.
    UnclearWhose,
    /// The person's role is above the administrator's.
    RoleAbove,
}

impl RowProblem {
    /// What is wrong with a row whose values make no record.
    pub fn of_record(field: RecordField, problem: RecordProblem) -> Self {
        match problem {
            RecordProblem::Missing => Self::NoName,
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

/// Finds out which heading names which column. Where several name the same, the plainer name wins, then the first.
/// "Name" and "Nom" are the last name beside a first name, and the whole name otherwise.
pub fn recognise<'a>(headings: impl IntoIterator<Item = &'a str>) -> Vec<Option<Column>> {
    let headings: Vec<String> = headings.into_iter().map(plain).collect();
    let mut found = vec![None; headings.len()];
    for column in Column::ALL {
        let best = headings
            .iter()
            .enumerate()
            .filter_map(|(at, heading)| Some((names(*column).iter().position(|name| name == heading)?, at)))
            .min();
        if let Some((_, at)) = best {
            found[at] = Some(*column);
        }
    }
    if let Some(at) = headings.iter().position(|heading| matches!(heading.as_str(), "name" | "nom")) {
        if !found.contains(&Some(Column::FirstName)) && !found.contains(&Some(Column::LastName)) {
            found[at] = found[at].or((!found.contains(&Some(Column::FullName))).then_some(Column::FullName));
        } else if !found.contains(&Some(Column::LastName)) {
            found[at] = Some(Column::LastName);
        }
    }
    found
}

/// A heading without case, accents, spaces and signs: `Adresse e-mail` and `adresse_email` are the same.
fn plain(heading: &str) -> String {
    fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The names of a column in both languages, the plainest first.
fn names(column: Column) -> &'static [&'static str] {
    match column {
        Column::EmployeeNumber => &[
            "employeenumber",
            "matricule",
            "numerodemploye",
            "numeroemploye",
            "employeeno",
            "employeeid",
            "staffnumber",
            "staffid",
            "personnelnumber",
            "personnelno",
            "numeromatricule",
            "nomatricule",
            "number",
            "numero",
            "no",
            "n",
            "id",
            "identifiant",
        ],
        Column::Email => &[
            "email",
            "emailaddress",
            "mail",
            "mailaddress",
            "courriel",
            "adresseelectronique",
            "adresseemail",
            "adressemail",
            "adressecourriel",
            "courrierelectronique",
            "adressedemessagerie",
            "workemail",
            "workmail",
            "emailprofessionnel",
            "mailprofessionnel",
        ],
        Column::FirstName => &["firstname", "prenom", "givenname", "forename", "prenoms", "prenomusuel"],
        Column::LastName => &["lastname", "nomdefamille", "surname", "familyname", "nomusuel", "nomdusage"],
        Column::FullName => {
            &["fullname", "nomcomplet", "nometprenom", "prenometnom", "nomprenom", "prenomnom", "displayname", "employee", "employe"]
        }
        Column::Department => &["department", "departement", "service", "dept", "dep", "departmentname"],
        Column::Site => &["site", "location", "lieu", "lieudetravail", "worklocation", "etablissement"],
        Column::Title => &["jobtitle", "title", "poste", "fonction", "intituleduposte", "position", "titre", "emploi"],
        Column::Language => &["language", "langue", "lang", "preferredlanguage", "languepreferee"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_and_french_headings_are_recognised_however_they_are_written() {
        use Column::{Department, Email, EmployeeNumber, FirstName, FullName, Language, LastName, Site, Title};
        let read = |headings: &[&str]| recognise(headings.iter().copied());
        assert_eq!(
            read(&["Matricule", "Prénom", "NOM", "Courriel", "Service", "Lieu", "Poste", "Langue"]),
            [EmployeeNumber, FirstName, LastName, Email, Department, Site, Title, Language].map(Some)
        );
        assert_eq!(
            read(&["first_name", "Surname", "E-Mail", "Employee No.", "Job title:", "shoe size"]),
            [Some(FirstName), Some(LastName), Some(Email), Some(EmployeeNumber), Some(Title), None]
        );
        assert_eq!(read(&["Adresse électronique", "N°"]), [Some(Email), Some(EmployeeNumber)]);
        assert_eq!(read(&["Name", "Mail"]), [Some(FullName), Some(Email)]);
        assert_eq!(read(&["Name", "First name"]), [Some(LastName), Some(FirstName)]);
        assert_eq!(read(&["Nom complet", "Nom"]), [Some(FullName), None]);
    }

    #[test]
    fn of_two_headings_for_one_column_the_plainer_counts() {
        assert_eq!(recognise(["ID", "Employee number"]), [None, Some(Column::EmployeeNumber)]);
        assert_eq!(recognise(["Email", "email"]), [Some(Column::Email), None]);
    }
}
