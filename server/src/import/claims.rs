//! What the rows of a file say about each other: which ones repeat another, and who is whose.

use super::{
    line::Line,
    people::{People, Person},
};
use domain::{
    ids::EmployeeId,
    import::RowProblem,
    record::{RawRecord, may_share_address},
};
use std::collections::{HashMap, HashSet};

/// For each row, whether it repeats an earlier one: its number; its address, where the two may not share one; or address and name,
/// where one of the two has no number and nothing says that they are two people.
pub(super) fn repetitions(lines: &[Line<'_>]) -> Vec<Option<RowProblem>> {
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
pub(super) struct Claims<'a> {
    /// The addresses of rows without a number: whoever has one of these and no number is theirs.
    alone: HashSet<&'a str>,
    /// How many rows may be about somebody who has their address and no number yet: with a new number, and a name that fits.
    pub(super) rows: HashMap<EmployeeId, u32>,
    /// Those named by their number, with the row and what it makes of them: a row without one that has their address is about
    /// somebody of another name, or says it twice. Kept where there are such rows.
    pub(super) named: HashMap<EmployeeId, (u32, RawRecord)>,
    /// Those who lose their address or get another: nobody else's row is about them because of the one they had.
    pub(super) moved: HashSet<EmployeeId>,
}

impl<'a> Claims<'a> {
    pub(super) fn of(lines: &'a [Line<'_>], repeated: &[Option<RowProblem>], people: &People) -> Self {
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
    pub(super) fn without_number<'p>(&self, line: &Line<'_>, people: &'p People) -> Option<&'p Person> {
        if people.numbered(line.number?).is_some() {
            return None;
        }
        let address = line.address.as_deref().filter(|address| !self.alone.contains(address))?;
        people.at(address).find(|person| person.known.employee_number.is_empty())
    }
}
