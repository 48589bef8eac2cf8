//! What can be wrong with a typed value.

use super::texts;
use crate::texts::number;
use domain::{
    ids::EventId,
    language::Language,
    password::PasswordProblem,
    record::{RecordField, RecordProblem},
};
use serde::{Deserialize, Serialize};

/// What is wrong with a field; told beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldError {
    /// A problem with a field.
    pub fn new(field: &str, problem: Problem) -> Self {
        Self { field: field.to_owned(), problem }
    }
}

impl From<(RecordField, RecordProblem)> for FieldError {
    fn from((field, problem): (RecordField, RecordProblem)) -> Self {
        Self::new(field.as_str(), problem.into())
    }
}

/// A problem with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nothing was typed.
    Missing,
    /// Longer than this many characters.
    TooLong(u16),
    /// Not an email address.
    NotAnAddress,
    /// An email address with letters that few mail servers accept.
    AddressNotAscii,
    /// Not one of the choices.
    NotAChoice,
    /// Not a whole number in this range.
    OutOfRange(u32, u32),
    /// Not a web address.
    NotAWebAddress,
    /// Not a time zone.
    NotATimeZone,
    /// Only small letters, digits and hyphens.
    NotAShortName,
    /// Another organisation has it.
    ShortNameTaken,
    /// Identifier and password do not fit.
    WrongSignIn,
    /// Not one's present password.
    WrongPassword,
    /// Several people share the address: the number is needed.
    NumberNeeded,
    /// Tried too often; wait this many seconds.
    WaitSeconds(u32),
    /// Another employee has this number.
    NumberTaken,
    /// Another employee without a number has this address: one of the two needs a number.
    AddressTaken,
    /// A password that the policy refuses; with the fewest characters.
    Password(PasswordProblem, u8),
    /// Neither an address nor an employee number.
    NoKey,
    /// An employee number with an @.
    AtInNumber,
    /// The last owner stays an owner.
    LastOwner,
    /// The person's role is above one's own.
    RoleAbove,
    /// It changed meanwhile: look again.
    Changed,
    /// Somebody else changed this very value since the form was made.
    ChangedMeanwhile {
        /// Who, where it was a person.
        by: Option<String>,
        /// What it is now; empty where nothing is.
        now: String,
        /// The last change, which a form that told of it has seen.
        last: EventId,
    },
}

impl Problem {
    /// The same, with a value of the record in the words in which a field shows it.
    #[must_use]
    pub(super) fn shown_by(self, show: impl Fn(String) -> String) -> Self {
        match self {
            Self::ChangedMeanwhile { by, now, last } => Self::ChangedMeanwhile { by, now: show(now), last },
            other => other,
        }
    }

    /// What to tell the person.
    pub fn message(&self, language: Language) -> String {
        match self {
            Self::Missing => texts::missing(language),
            Self::TooLong(longest) => texts::too_long(language, u64::from(*longest)),
            Self::NotAnAddress => texts::not_an_address(language),
            Self::AddressNotAscii => texts::address_not_ascii(language),
            Self::NotAChoice => texts::not_a_choice(language),
            Self::OutOfRange(least, most) => {
                texts::out_of_range(language, &number(language, u64::from(*least)), &number(language, u64::from(*most)))
            }
            Self::NotAWebAddress => texts::not_a_web_address(language),
            Self::NotATimeZone => texts::not_a_time_zone(language),
            Self::NotAShortName => texts::not_a_short_name(language),
            Self::ShortNameTaken => texts::short_name_taken(language),
            Self::WrongSignIn => texts::wrong_sign_in(language),
            Self::WrongPassword => texts::wrong_password(language),
            Self::NumberNeeded => texts::number_needed(language),
            Self::WaitSeconds(seconds) => texts::wait_seconds(language, u64::from(*seconds)),
            Self::NumberTaken => texts::number_taken(language),
            Self::AddressTaken => texts::address_taken(language),
            Self::Password(PasswordProblem::TooShort, shortest) => texts::password_too_short(language, u64::from(*shortest)),
            Self::Password(PasswordProblem::TooLong, _) => texts::password_too_long(language),
            Self::Password(PasswordProblem::OwnWords, _) => texts::password_own_words(language),
            Self::Password(PasswordProblem::TooCommon, _) => texts::password_too_common(language),
            Self::Password(PasswordProblem::Differ, _) => texts::passwords_differ(language),
            Self::NoKey => texts::no_key(language),
            Self::AtInNumber => texts::at_in_number(language),
            Self::LastOwner => texts::last_owner(language),
            Self::RoleAbove => texts::role_above(language),
            Self::Changed => texts::changed(language),
            Self::ChangedMeanwhile { by, now, .. } => changed_meanwhile(language, by.as_deref(), now),
        }
    }
}

fn changed_meanwhile(language: Language, by: Option<&str>, now: &str) -> String {
    let changed = by.map_or_else(|| texts::changed_meanwhile(language), |by| texts::changed_meanwhile_by(language, by));
    let now = if now.is_empty() { texts::now_empty(language) } else { texts::now(language, now) };
    [changed, now, texts::look_and_save_again(language)].join(" ")
}

impl From<RecordProblem> for Problem {
    fn from(problem: RecordProblem) -> Self {
        match problem {
            RecordProblem::Missing => Self::Missing,
            RecordProblem::TooLong(longest) => Self::TooLong(longest),
            RecordProblem::NotAnAddress => Self::NotAnAddress,
            RecordProblem::AddressNotAscii => Self::AddressNotAscii,
            RecordProblem::NotALanguage => Self::NotAChoice,
            RecordProblem::NoKey => Self::NoKey,
            RecordProblem::AtInNumber => Self::AtInNumber,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_grouped_as_numbers_are() {
        let problem = Problem::OutOfRange(1, 10_000_000);
        assert_eq!(problem.message(Language::English), "A whole number from 1 to 10,000,000.");
        assert_eq!(problem.message(Language::French), "Un nombre entier de 1 à 10\u{202f}000\u{202f}000.");
    }
}
