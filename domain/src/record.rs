//! What is known of an employee: read from what somebody typed or a file held, checked whole, with a problem per field.

use crate::{
    email::{EmailAddress, EmailError},
    language::Language,
    person::{LONGEST_NUMBER, LONGEST_TEXT, TextError, bounded_line},
    search,
    words::words,
};

words! {
    /// A field of an employee's record; the word is its name in forms.
    RecordField {
        /// First name.
        FirstName = "first_name",
        /// Last name.
        LastName = "last_name",
        /// Email address.
        Email = "email",
        /// Employee number.
        EmployeeNumber = "employee_number",
        /// Department.
        Department = "department",
        /// Site.
        Site = "site",
        /// Job title.
        Title = "title",
        /// Language of mail and screens.
        Language = "language",
    }
}

/// Why a field cannot be taken as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordProblem {
    /// Needed, and nothing is there. Of the two names one is enough.
    Missing,
    /// Longer than this many characters.
    TooLong(u16),
    /// Not an email address.
    NotAnAddress,
    /// An email address with letters that few mail servers accept.
    AddressNotAscii,
    /// Not a language that there is.
    NotALanguage,
    /// Neither an address nor a number: the person could neither get in nor be found again by an import.
    NoKey,
    /// A number with an @ could not be told from an address or from `NUMBER@short-name` at sign-in.
    AtInNumber,
}

/// A record as it was typed or read from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RawRecord {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Email address.
    pub email: String,
    /// Employee number.
    pub employee_number: String,
    /// Department.
    pub department: String,
    /// Site.
    pub site: String,
    /// Job title.
    pub title: String,
    /// A language's word, or its name in English or French.
    pub language: String,
}

/// Whether two people may have one address: one of the two at least has an employee number, by which they are told apart. A unique
/// index over those without a number says the same to whatever writes.
pub fn may_share_address(one_has_number: bool, other_has_number: bool) -> bool {
    one_has_number || other_has_number
}

/// A record that may be stored. Made by [`EmployeeRecord::read`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmployeeRecord {
    first_name: String,
    last_name: String,
    email: Option<EmailAddress>,
    employee_number: Option<String>,
    department: Option<String>,
    site: Option<String>,
    title: Option<String>,
    language: Option<Language>,
}

impl EmployeeRecord {
    /// Reads a record; every field that is wrong has its problem.
    pub fn read(raw: &RawRecord) -> Result<Self, Vec<(RecordField, RecordProblem)>> {
        let mut problems = Vec::new();
        let mut line = |field, text: &str, longest| match bounded_line(text, longest) {
            Ok(line) => line,
            Err(TextError::TooLong(longest)) => {
                problems.push((field, RecordProblem::TooLong(longest)));
                String::new()
            }
        };
        let first_name = line(RecordField::FirstName, &raw.first_name, LONGEST_TEXT);
        let last_name = line(RecordField::LastName, &raw.last_name, LONGEST_TEXT);
        let employee_number = line(RecordField::EmployeeNumber, &raw.employee_number, LONGEST_NUMBER);
        let department = line(RecordField::Department, &raw.department, LONGEST_TEXT);
        let site = line(RecordField::Site, &raw.site, LONGEST_TEXT);
        let title = line(RecordField::Title, &raw.title, LONGEST_TEXT);
        let nameless = first_name.is_empty() && last_name.is_empty();
        if nameless && !problems.iter().any(|(field, _)| matches!(field, RecordField::FirstName | RecordField::LastName)) {
            problems.push((RecordField::LastName, RecordProblem::Missing));
        }
        if employee_number.contains('@') {
            problems.push((RecordField::EmployeeNumber, RecordProblem::AtInNumber));
        }
        let keyless = employee_number.is_empty() && raw.email.trim().is_empty();
        if keyless && !problems.iter().any(|(field, _)| *field == RecordField::EmployeeNumber) {
            problems.push((RecordField::Email, RecordProblem::NoKey));
        }
        let email = read_email(&raw.email).map_err(|problem| problems.push((RecordField::Email, problem))).unwrap_or_default();
        let language = read_language(&raw.language).map_err(|problem| problems.push((RecordField::Language, problem))).unwrap_or_default();
        if !problems.is_empty() {
            problems.sort_by_key(|(field, _)| *field);
            return Err(problems);
        }
        let some = |text: String| (!text.is_empty()).then_some(text);
        let (employee_number, department, site, title) = (some(employee_number), some(department), some(site), some(title));
        Ok(Self { first_name, last_name, email, employee_number, department, site, title, language })
    }

    /// First name; empty where there is only a last name.
    pub fn first_name(&self) -> &str {
        &self.first_name
    }

    /// Last name; empty where there is only a first name.
    pub fn last_name(&self) -> &str {
        &self.last_name
    }

    /// Email address.
    pub fn email(&self) -> Option<&EmailAddress> {
        self.email.as_ref()
    }

    /// Employee number.
    pub fn employee_number(&self) -> Option<&str> {
        self.employee_number.as_deref()
    }

    /// Department.
    pub fn department(&self) -> Option<&str> {
        self.department.as_deref()
    }

    /// Site.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// Job title.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The chosen language; none: the organisation's.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The text that a search looks through.
    pub fn search_text(&self) -> String {
        let email = self.email.as_ref().map(EmailAddress::as_written);
        let optional = [email, self.employee_number(), self.department(), self.title()];
        search::search_text([self.first_name(), self.last_name()].into_iter().chain(optional.into_iter().flatten()))
    }

    /// The text by which the person is sorted.
    pub fn sort_name(&self) -> String {
        search::sort_key(&self.last_name, &self.first_name)
    }

    /// The text by which departments are sorted; empty without one.
    pub fn sort_department(&self) -> String {
        search::fold(self.department().unwrap_or_default())
    }
}

fn read_email(text: &str) -> Result<Option<EmailAddress>, RecordProblem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    EmailAddress::parse(text).map(Some).map_err(|error| match error {
        EmailError::Malformed => RecordProblem::NotAnAddress,
        EmailError::LocalPartNotAscii => RecordProblem::AddressNotAscii,
        EmailError::TooLong => RecordProblem::TooLong(254),
    })
}

fn read_language(text: &str) -> Result<Option<Language>, RecordProblem> {
    let folded = search::fold(text);
    let primary = folded.split(['-', '_']).next().unwrap_or_default();
    match primary {
        "" => Ok(None),
        "en" | "english" | "anglais" => Ok(Some(Language::English)),
        "fr" | "french" | "francais" => Ok(Some(Language::French)),
        _ => Err(RecordProblem::NotALanguage),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(first_name: &str, last_name: &str) -> RawRecord {
        let text = str::to_owned;
        RawRecord { first_name: text(first_name), last_name: text(last_name), employee_number: text("7"), ..RawRecord::default() }
    }

    #[test]
    fn either_part_of_a_name_is_enough() {
        assert!(EmployeeRecord::read(&named("Cher", "")).is_ok());
        assert!(EmployeeRecord::read(&named("", "王小明")).is_ok());
        for nothing in [" \u{202e}", "\u{200b}", "\u{200d}\u{3164}"] {
            assert_eq!(EmployeeRecord::read(&named(nothing, "\r\n")), Err(vec![(RecordField::LastName, RecordProblem::Missing)]));
        }
    }

    #[test]
    fn an_address_or_a_number_is_needed() {
        let record = |email: &str, employee_number: &str| RawRecord {
            email: email.to_owned(),
            employee_number: employee_number.to_owned(),
            ..named("Jane", "Doe")
        };
        assert!(EmployeeRecord::read(&record("jane@example.org", "")).is_ok());
        assert!(EmployeeRecord::read(&record("", "7")).is_ok());
        for nothing in [record("", ""), record(" \t", "\u{200b}")] {
            assert_eq!(EmployeeRecord::read(&nothing), Err(vec![(RecordField::Email, RecordProblem::NoKey)]));
        }
        // What is there and wrong is told as that.
        assert_eq!(EmployeeRecord::read(&record("jane", "")), Err(vec![(RecordField::Email, RecordProblem::NotAnAddress)]));
        let long = record("", &"7".repeat(65));
        assert_eq!(EmployeeRecord::read(&long), Err(vec![(RecordField::EmployeeNumber, RecordProblem::TooLong(64))]));
    }

    #[test]
    fn names_are_kept_as_people_write_them() {
        let record = EmployeeRecord::read(&named("Seán \u{202e}<b>", "O'Brien\r\nBcc: x")).unwrap();
        assert_eq!((record.first_name(), record.last_name()), ("Seán <b>", "O'Brien Bcc: x"));
    }

    #[test]
    fn every_wrong_field_has_its_problem() {
        let raw = RawRecord {
            first_name: "x".repeat(201),
            email: "jane".to_owned(),
            employee_number: "7@acme".to_owned(),
            department: "d".repeat(201),
            language: "Klingon".to_owned(),
            ..RawRecord::default()
        };
        let expected = vec![
            (RecordField::FirstName, RecordProblem::TooLong(200)),
            (RecordField::Email, RecordProblem::NotAnAddress),
            (RecordField::EmployeeNumber, RecordProblem::AtInNumber),
            (RecordField::Department, RecordProblem::TooLong(200)),
            (RecordField::Language, RecordProblem::NotALanguage),
        ];
        assert_eq!(EmployeeRecord::read(&raw), Err(expected));
    }

    #[test]
    fn languages_are_read_by_word_and_name() {
        for (text, language) in
            [("fr-CH", Some(Language::French)), ("Français", Some(Language::French)), ("EN", Some(Language::English)), (" ", None)]
        {
            let record = EmployeeRecord::read(&RawRecord { language: text.to_owned(), ..named("Jane", "Doe") }).unwrap();
            assert_eq!(record.language(), language, "{text}");
        }
    }

    #[test]
    fn a_search_finds_what_is_shown_and_not_the_site() {
        let raw = RawRecord {
            email: "Jane@Example.org".to_owned(),
            employee_number: "A-7".to_owned(),
            department: "Achats".to_owned(),
            site: "Lyon".to_owned(),
            title: "Cheffe".to_owned(),
            ..named("Élodie", "Lefèvre")
        };
        assert_eq!(EmployeeRecord::read(&raw).unwrap().search_text(), " elodie lefevre jane@example.org a-7 achats cheffe");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_fits_the_columns(first in ".{0,210}", last in ".{0,210}", number in ".{0,70}", email in ".{0,40}") {
            let raw = RawRecord { first_name: first, last_name: last, employee_number: number, email, ..RawRecord::default() };
            if let Ok(record) = EmployeeRecord::read(&raw) {
                prop_assert!(!record.first_name().is_empty() || !record.last_name().is_empty());
                for text in [record.first_name(), record.last_name(), record.employee_number().unwrap_or_default()] {
                    prop_assert!(!text.chars().any(char::is_control) && text.chars().count() <= 200);
                }
                prop_assert!(record.employee_number().is_none_or(|number| number.chars().count() <= 64 && !number.is_empty()));
            }
        }
    }
}
