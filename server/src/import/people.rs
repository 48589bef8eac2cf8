//! The employees that a file may be about, found by number and by address.

use domain::{
    ids::EmployeeId,
    record::{EmployeeRecord, RawRecord},
    role::Role,
};
use std::collections::HashMap;

/// An employee whom a row may be about.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub id: EmployeeId,
    /// The role, which an import never changes.
    pub role: Role,
    /// Has activated the account.
    pub activated: bool,
    /// Has a live invitation, expired or not.
    pub invited: bool,
    /// The address for comparing.
    pub normalised: Option<String>,
    /// What is known.
    pub known: RawRecord,
}

/// Employees, findable.
#[derive(Default)]
pub struct People {
    all: Vec<Person>,
    by_number: HashMap<String, usize>,
    by_address: HashMap<String, Vec<usize>>,
}

impl People {
    /// Makes employees findable.
    pub fn new(people: Vec<Person>) -> Self {
        let mut found = Self { all: people, ..Self::default() };
        for (at, person) in found.all.iter().enumerate() {
            if !person.known.employee_number.is_empty() {
                found.by_number.insert(person.known.employee_number.clone(), at);
            }
            if let Some(address) = &person.normalised {
                found.by_address.entry(address.clone()).or_default().push(at);
            }
        }
        found
    }

    /// Whoever has a number.
    pub fn numbered(&self, number: &str) -> Option<&Person> {
        self.all.get(*self.by_number.get(number)?)
    }

    /// Everybody who has an address.
    pub fn at(&self, address: &str) -> impl Iterator<Item = &Person> {
        self.by_address.get(address).into_iter().flatten().filter_map(|at| self.all.get(*at))
    }
}

/// A record as it would be typed.
pub fn raw(record: &EmployeeRecord) -> RawRecord {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    RawRecord {
        first_name: record.first_name().to_owned(),
        last_name: record.last_name().to_owned(),
        email: text(record.email().map(domain::email::EmailAddress::as_written)),
        employee_number: text(record.employee_number()),
        department: text(record.department()),
        site: text(record.site()),
        title: text(record.title()),
        language: text(record.language().map(domain::language::Language::as_str)),
    }
}
