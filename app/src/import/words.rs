//! Words of the domain as people read them.

use super::{model::Counts, texts};
use domain::{
    import::{Column, FileProblem, RowOutcome, RowProblem},
    language::Language,
};

/// What a column holds.
pub(super) fn column(language: Language, column: Column) -> String {
    match column {
        Column::EmployeeNumber => texts::employee_number(language),
        Column::Email => texts::email(language),
        Column::FirstName => texts::first_name(language),
        Column::LastName => texts::last_name(language),
        Column::FullName => texts::full_name(language),
        Column::Department => texts::department(language),
        Column::Site => texts::site(language),
        Column::Title => texts::title(language),
        Column::Language => texts::language(language),
    }
}

/// Headings by which a column is recognised; those of both languages, whatever the page's, since files travel.
pub(super) fn headings(column: Column) -> &'static str {
    match column {
        Column::EmployeeNumber => "Employee number, Employee ID, Staff number, Number · Matricule, N° salarié, Numéro",
        Column::Email => "Email, Work email, Mail · Courriel, E-mail professionnel, Adresse électronique",
        Column::FirstName => "First name, Given name · Prénom",
        Column::LastName => "Last name, Surname, Family name · Nom, Nom de famille",
        Column::FullName => "Full name, Name · Nom complet",
        Column::Department => "Department · Service, Département",
        Column::Site => "Site, Location · Lieu, Établissement",
        Column::Title => "Job title, Title, Position · Poste, Fonction",
        Column::Language => "Language · Langue (en, fr, English, français)",
    }
}

/// A value of a column.
pub(super) fn value(language: Language, column: Column, value: &str) -> String {
    match (column, value) {
        (Column::Language, "en") => texts::english(language),
        (Column::Language, "fr") => texts::french(language),
        _ => value.to_owned(),
    }
}

/// The rows with an outcome, counted.
pub(super) fn outcome(language: Language, outcome: RowOutcome, rows: u32) -> String {
    let n = u64::from(rows);
    match outcome {
        RowOutcome::Refused => texts::refused_rows(language, n),
        RowOutcome::Created => texts::new_rows(language, n),
        RowOutcome::Updated => texts::changed_rows(language, n),
        RowOutcome::Unchanged => texts::unchanged_rows(language, n),
    }
}

/// What there is of rows, counted by outcome: those refused first, those without changes last. Empty where there is nothing.
pub fn counted(language: Language, counts: Counts) -> String {
    let Counts { refused, created, updated, unchanged } = counts;
    let counted = [
        (refused, texts::refused as fn(Language, u64) -> String),
        (created, texts::created),
        (updated, texts::updated),
        (unchanged, texts::unchanged),
    ];
    let there: Vec<String> = counted.into_iter().filter(|(n, _)| *n > 0).map(|(n, text)| text(language, u64::from(n))).collect();
    if there.is_empty() { String::new() } else { format!("{}.", there.join(", ")) }
}

/// Why a file is refused.
pub fn file_problem(language: Language, problem: FileProblem) -> String {
    match problem {
        FileProblem::Missing => texts::file_missing(language),
        FileProblem::Unreadable => texts::file_unreadable(language),
        FileProblem::Empty => texts::file_empty(language),
        FileProblem::NoRows => texts::file_without_rows(language),
        FileProblem::TooLarge => texts::file_too_large(language),
        FileProblem::TooManyRows => texts::file_too_many_rows(language),
        FileProblem::Binary => texts::file_binary(language),
        FileProblem::Workbook => texts::file_workbook(language),
        FileProblem::NoKeyColumn => texts::file_no_key_column(language),
        FileProblem::OpenQuote(row) => texts::file_open_quote(language, row),
    }
}

/// Why a row is refused, with the column where there is one.
pub fn row_problem(language: Language, problem: RowProblem) -> String {
    let reason = match problem {
        RowProblem::Ragged { cells, columns } => texts::row_ragged(language, u64::from(cells), u64::from(columns)),
        RowProblem::NoKey => texts::row_no_key(language),
        RowProblem::NoName => texts::row_no_name(language),
        RowProblem::TooLong(_, longest) => texts::row_too_long(language, u64::from(longest)),
        RowProblem::NotAnAddress => texts::row_not_an_address(language),
        RowProblem::AddressNotAscii => texts::row_address_not_ascii(language),
        RowProblem::AtInNumber => texts::row_at_in_number(language),
        RowProblem::NotALanguage => texts::row_not_a_language(language),
        RowProblem::DuplicateNumber(first) => texts::row_duplicate_number(language, first),
        RowProblem::DuplicateAddress(first) => texts::row_duplicate_address(language, first),
        RowProblem::SamePerson(first) => texts::row_same_person(language, first),
        RowProblem::AddressOfSeveral => texts::row_address_of_several(language),
        RowProblem::UnclearWhose => texts::row_unclear_whose(language),
        RowProblem::RoleAbove => texts::row_role_above(language),
    };
    match problem.column() {
        Some(concerned) => texts::of_column(language, &column(language, concerned), &reason),
        None => reason,
    }
}
