//! What an import would do with each row: the rules, without a database.
//!
//! People are matched by employee number, then by address. A number that nobody has may be new to somebody who has the address
//! and no number yet; where the names speak against it, or another row is that person's, it is somebody who shares the address. A
//! row without a number is about whoever has its address alone, those apart whom other rows name by their number. Of those who
//! share an address one at most has no number, in a file as everywhere ([`may_share_address`]).

use super::{
    line::Line,
    people::{People, Person, raw},
    table::Table,
};
use domain::{
    ids::EmployeeId,
    import::{Column, RowOutcome, RowProblem},
    person::full_name,
    record::{EmployeeRecord, RawRecord, may_share_address},
    role::{Permission, Role},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

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

/// For each row, whether it repeats an earlier one: its number; its address, where the two may not share one; or address and name,
/// where one of the two has no number and nothing says that they are two people.
fn repetitions(lines: &[Line<'_>]) -> Vec<Option<RowProblem>> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    // With a number anybody may share, so that of an address only the first row without one is of interest.
    let mut alone: HashMap<&str, u32> = HashMap::new();
    let mut named: HashMap<(&str, String), (u32, bool)> = HashMap::new();
    let repeats = |line| -> Option<RowProblem> {
        let Line { row, number, address, .. }: &Line<'_> = line;
        let by_number = number.map(|number| *numbers.entry(number).or_insert(row.number)).filter(|first| *first != row.number);
        let by_address = address.as_deref().and_then(|address| {
            let (same, numbered) = *named.entry((address, line.name())).or_insert((row.number, number.is_some()));
            let first = if may_share_address(number.is_some(), false) { row.number } else { *alone.entry(address).or_insert(row.number) };
            [Some(first), Some(same).filter(|_| !(numbered && number.is_some()))].into_iter().flatten().find(|first| *first != row.number)
        });
        by_number.map(RowProblem::DuplicateNumber).or(by_address.map(RowProblem::DuplicateAddress))
    };
    lines.iter().map(repeats).collect()
}

/// What rows say about people whom other rows may find by address.
#[derive(Default)]
struct Claims<'a> {
    /// The addresses of rows without a number: whoever has one of these and no number is theirs.
    alone: HashSet<&'a str>,
    /// How many rows may be about somebody who has their address and no number yet: with a new number, and a name that fits.
    rows: HashMap<EmployeeId, u32>,
    /// Those named by their number, with the row and what it makes of them: a row without one that has their address is about
    /// somebody of another name, or says it twice. Kept where there are such rows.
    named: HashMap<EmployeeId, (u32, RawRecord)>,
    /// Those who lose their address or get another: nobody else's row is about them because of the one they had.
    moved: HashSet<EmployeeId>,
}

impl<'a> Claims<'a> {
    fn of(lines: &'a [Line<'_>], repeated: &[Option<RowProblem>], people: &People) -> Self {
        let mut claims = Self::default();
        let sound =
            || lines.iter().zip(repeated).filter(|(line, repeats)| repeats.is_none() && line.row.ragged.is_none()).map(|(line, _)| line);
        claims.alone = sound().filter(|line| line.number.is_none()).filter_map(|line| line.address.as_deref()).collect();
        for line in sound() {
            if let Some(person) = claims.without_number(line, people) {
                *claims.rows.entry(person.id).or_default() += u32::from(line.could_be(person));
            } else if let Some(person) = line.number.and_then(|number| people.numbered(number)) {
                if !claims.alone.is_empty() {
                    claims.named.entry(person.id).or_insert_with(|| (line.row.number, line.applied_to(person)));
                }
                if line.moves(person) {
                    claims.moved.insert(person.id);
                }
            }
        }
        claims
    }

    /// Of a row with a number that nobody has: whoever has its address and no number, where no other row is about them.
    fn without_number<'p>(&self, line: &Line<'_>, people: &'p People) -> Option<&'p Person> {
        if people.numbered(line.number?).is_some() {
            return None;
        }
        let address = line.address.as_deref().filter(|address| !self.alone.contains(address))?;
        people.at(address).find(|person| person.known.employee_number.is_empty())
    }
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
    if line.has_no_key() {
        return Err(RowProblem::NoKey);
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
