//! What an import would do with each row: the rules, without a database.
//!
//! People are matched by employee number, then by address. A number that nobody has may be new to somebody who has the address
//! and no number yet; where the names speak against it, or another row is that person's, it is somebody who shares the address. A
//! row without a number is about whoever has its address alone, those apart whom other rows name by their number. Of those who
//! share an address one at most has no number, in a file as everywhere ([`domain::record::may_share_address`]).

use super::{
    claims::{Claims, repetitions},
    line::Line,
    people::{People, Person, raw},
    table::Table,
};
use domain::{
    ids::EmployeeId,
    import::{Column, RowOutcome, RowProblem},
    person::full_name,
    record::{EmployeeRecord, RawRecord},
    role::{Permission, Role},
};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write};

/// What would be done with a row.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The row's number.
    pub row: u32,
    /// Whom it is about, in words.
    pub title: String,
    /// What would be done.
    pub step: Step,
}

/// What would be done.
#[derive(Clone, Debug)]
pub enum Step {
    /// Nothing, for these reasons.
    Refuse(Vec<RowProblem>),
    /// Somebody new.
    Create(EmployeeRecord),
    /// Changes of somebody known.
    Update(Update),
    /// Nothing: all is as the row says.
    Keep(EmployeeId),
}

/// Changes of an employee.
#[derive(Clone, Debug)]
pub struct Update {
    /// Who.
    pub employee: EmployeeId,
    /// What will be known.
    pub record: EmployeeRecord,
    /// What differs.
    pub changes: Vec<Change>,
    /// Has a live invitation.
    pub invited: bool,
    /// Has activated the account.
    pub activated: bool,
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub column: Column,
    /// What was known.
    pub from: String,
    /// What will be known.
    pub to: String,
}

impl Update {
    /// The change of the address, if there is one.
    pub fn of_address(&self) -> Option<&Change> {
        self.changes.iter().find(|change| change.column == Column::Email)
    }

    /// Whether an invitation would have to be sent again, to the new address.
    pub fn wants_resend(&self) -> bool {
        self.invited && self.of_address().is_some_and(|change| !change.to.is_empty())
    }
}

impl Step {
    /// The outcome's word.
    pub fn outcome(&self) -> RowOutcome {
        match self {
            Self::Refuse(_) => RowOutcome::Refused,
            Self::Create(_) => RowOutcome::Created,
            Self::Update(_) => RowOutcome::Updated,
            Self::Keep(_) => RowOutcome::Unchanged,
        }
    }
}

/// Decides about every row of a file, for somebody with the role `own`.
pub fn plan(table: &Table, people: &People, own: Role) -> Vec<Planned> {
    let places = table.places();
    let lines: Vec<Line<'_>> = table.rows.iter().map(|row| Line::new(&places, row)).collect();
    let columns = u32::try_from(table.headings.len()).unwrap_or(u32::MAX);
    let repeated = repetitions(&lines);
    let claims = Claims::of(&lines, &repeated, people);
    let mut rows_of: HashMap<EmployeeId, u32> = HashMap::new();
    let decide = |(at, line): (usize, &Line<'_>)| {
        let step = match whose(line, columns, repeated[at], &claims, people) {
            Err(problem) => Step::Refuse(vec![problem]),
            Ok(None) => create(line),
            Ok(Some(person)) => match *rows_of.entry(person.id).or_insert(line.row.number) {
                first if first != line.row.number => Step::Refuse(vec![RowProblem::SamePerson(first)]),
                _ => update(line, person, own),
            },
        };
        let title = match &step {
            Step::Create(record) | Step::Update(Update { record, .. }) => full_name(record.first_name(), record.last_name()),
            Step::Refuse(_) | Step::Keep(_) => line.title(),
        };
        Planned { row: line.row.number, title, step }
    };
    lines.iter().enumerate().map(decide).collect()
}

/// A value by which two plans can be told apart.
pub fn fingerprint(plan: &[Planned]) -> String {
    let mut hash = Sha256::new();
    let mut text = String::new();
    for planned in plan {
        text.clear();
        // Writing into a text cannot fail.
        let _ = write!(text, "{planned:?}");
        hash.update(text.as_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whom a row is about; nobody known: somebody new.
fn whose<'a>(
    line: &Line<'_>,
    columns: u32,
    repeats: Option<RowProblem>,
    claims: &Claims<'_>,
    people: &'a People,
) -> Result<Option<&'a Person>, RowProblem> {
    if let Some(cells) = line.row.ragged {
        return Err(RowProblem::Ragged { cells, columns });
    }
    if let Some(problem) = repeats {
        return Err(problem);
    }
    if let Some(number) = line.number {
        if let Some(person) = people.numbered(number) {
            return Ok(Some(person));
        }
        let Some(person) = claims.without_number(line, people).filter(|person| line.could_be(person)) else { return Ok(None) };
        // Where several could be that person, nobody knows which one is, and which are others who share the address.
        let one = claims.rows.get(&person.id) == Some(&1);
        return if one { Ok(Some(person)) } else { Err(RowProblem::UnclearWhose) };
    }
    let somebody_else = |person: &Person| {
        claims.moved.contains(&person.id) || claims.named.get(&person.id).is_some_and(|(_, record)| line.says_another_name(record))
    };
    let mut found = line.address.as_deref().into_iter().flat_map(|address| people.at(address)).filter(|person| !somebody_else(person));
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(person), None) => claims.named.get(&person.id).map_or(Ok(Some(person)), |(first, _)| Err(RowProblem::SamePerson(*first))),
        (_, Some(_)) => Err(RowProblem::AddressOfSeveral),
    }
}

fn read(raw: &RawRecord) -> Result<EmployeeRecord, Vec<RowProblem>> {
    let problem = |(field, problem)| RowProblem::of_record(field, problem);
    EmployeeRecord::read(raw).map_err(|problems| problems.into_iter().map(problem).collect())
}

fn create(line: &Line<'_>) -> Step {
    read(&line.as_new()).map_or_else(Step::Refuse, Step::Create)
}

fn update(line: &Line<'_>, person: &Person, own: Role) -> Step {
    let record = match read(&line.applied_to(person)) {
        Ok(record) => record,
        Err(problems) => return Step::Refuse(problems),
    };
    let changes = changes(&person.known, raw(&record));
    if changes.is_empty() {
        Step::Keep(person.id)
    } else if Permission::EditEmployee.granted_over(own, person.role) {
        Step::Update(Update { employee: person.id, record, changes, invited: person.invited, activated: person.activated })
    } else {
        Step::Refuse(vec![RowProblem::RoleAbove])
    }
}

fn changes(known: &RawRecord, wanted: RawRecord) -> Vec<Change> {
    let values = [
        (Column::EmployeeNumber, &known.employee_number, wanted.employee_number),
        (Column::Email, &known.email, wanted.email),
        (Column::FirstName, &known.first_name, wanted.first_name),
        (Column::LastName, &known.last_name, wanted.last_name),
        (Column::Department, &known.department, wanted.department),
        (Column::Site, &known.site, wanted.site),
        (Column::Title, &known.title, wanted.title),
        (Column::Language, &known.language, wanted.language),
    ];
    let changed = values.into_iter().filter(|(_, from, to)| **from != *to);
    changed.map(|(column, from, to)| Change { column, from: from.clone(), to }).collect()
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
