//! Invented people: varied, plausible, the same for the same place in the row, and at domains that belong to nobody.

use super::names::{DEPARTMENTS, EAST_ASIAN, ELSEWHERE, ENGLISH, FRENCH, Names, SITES};
use domain::{record::RawRecord, search::fold};
use std::collections::HashSet;

/// A small generator of numbers that look random (SplitMix64): the same seed makes the same people.
pub struct Dice(u64);

impl Dice {
    /// The dice for somebody in the row.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    /// Whether something happens that happens to so many of a hundred.
    pub fn percent(&mut self, of_a_hundred: u64) -> bool {
        self.below(100) < of_a_hundred
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let at = self.below(u64::try_from(choices.len()).unwrap_or(u64::MAX));
        choices.get(usize::try_from(at).unwrap_or_default()).copied()
    }
}

/// Makes people one after another.
pub struct Inventor {
    taken: HashSet<String>,
    next_number: u64,
}

impl Inventor {
    /// Makes people whose addresses and numbers are not those of others.
    pub fn new(taken: HashSet<String>, next_number: u64) -> Self {
        Self { taken, next_number }
    }

    /// The next one. One in fifteen works without an address, one in thirty with an address has no number.
    pub fn next(&mut self) -> RawRecord {
        let mut dice = Dice::new(self.next_number);
        let number = format!("E{:06}", self.next_number);
        self.next_number += 1;
        let (first_name, last_name, local, language) = name(&mut dice);
        let (department, titles) = dice.pick(DEPARTMENTS).unwrap_or_default();
        let without_address = dice.below(15) == 0;
        let without_number = !without_address && dice.below(30) == 0;
        let email = if without_address { String::new() } else { self.address(&local, &mut dice) };
        RawRecord {
            first_name,
            last_name,
            email,
            employee_number: if without_number { String::new() } else { number },
            department: department.to_owned(),
            site: dice.pick(SITES).unwrap_or_default().to_owned(),
            title: dice.pick(titles).unwrap_or_default().to_owned(),
            language: if dice.percent(15) { String::new() } else { language.to_owned() },
        }
    }

    /// An address that nobody has, at a domain reserved for examples (RFC 2606).
    fn address(&mut self, local: &str, dice: &mut Dice) -> String {
        let domain = if dice.percent(20) { "example.com" } else { "example.org" };
        let plain = format!("{local}@{domain}");
        if self.taken.insert(plain.clone()) {
            return plain;
        }
        // The number of the row is nobody else's.
        let numbered = format!("{local}.{}@{domain}", self.next_number - 1);
        self.taken.insert(numbered.clone());
        numbered
    }
}

/// First name, last name, both as they stand in an address, and a language.
fn name(dice: &mut Dice) -> (String, String, String, &'static str) {
    let names: &Names = match dice.below(100) {
        0..44 => &ENGLISH,
        44..84 => &FRENCH,
        84..95 => &ELSEWHERE,
        _ => {
            let (first, last, local) = dice.pick(EAST_ASIAN).unwrap_or_default();
            return (first.to_owned(), last.to_owned(), local.to_owned(), if dice.percent(70) { "en" } else { "fr" });
        }
    };
    let first = dice.pick(names.first).unwrap_or_default();
    let mut last = dice.pick(names.last).unwrap_or_default().to_owned();
    if dice.percent(4) {
        last = format!("{last}-{}", dice.pick(names.last).unwrap_or_default());
    }
    let local = format!("{}.{}", plain(first), plain(&last));
    (first.to_owned(), last, local, names.language)
}

/// A name as it stands in an address: small ASCII letters and hyphens. Letters that are no accented ones have customary spellings.
fn plain(name: &str) -> String {
    let spelled = fold(name).chars().fold(String::new(), |mut text, letter| {
        match letter {
            'a'..='z' | '-' => text.push(letter),
            'ø' => text.push('o'),
            'ł' => text.push('l'),
            'ı' => text.push('i'),
            'đ' => text.push('d'),
            'æ' => text.push_str("ae"),
            'ß' => text.push_str("ss"),
            ' ' => text.push('-'),
            _ => {}
        }
        text
    });
    spelled.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::record::EmployeeRecord;

    #[test]
    fn invented_people_are_valid_varied_and_nobody_twice() {
        let mut inventor = Inventor::new(HashSet::from(["jane.doe@example.org".to_owned()]), 1);
        let people: Vec<EmployeeRecord> = (0..20_000).map(|_| EmployeeRecord::read(&inventor.next()).unwrap()).collect();
        let addresses: Vec<&str> = people.iter().filter_map(|person| person.email().map(domain::email::EmailAddress::normalised)).collect();
        assert_eq!(addresses.iter().collect::<HashSet<_>>().len(), addresses.len());
        assert!(addresses.iter().all(|address| address.ends_with("@example.org") || address.ends_with("@example.com")));
        let names: HashSet<_> = people.iter().map(|person| (person.first_name(), person.last_name())).collect();
        assert!(names.len() > 8_000, "{}", names.len());
        assert!(people.iter().all(|person| person.email().is_some() || person.employee_number().is_some()));
        assert!(people.iter().any(|person| person.last_name().contains('\'')) && people.iter().any(|person| person.last_name() == "王"));
    }

    #[test]
    fn every_name_can_stand_in_an_address() {
        for names in [ENGLISH, FRENCH, ELSEWHERE] {
            for name in names.first.iter().chain(names.last) {
                assert_eq!(plain(name).chars().count(), fold(name).chars().filter(|c| *c != '\'').count(), "{name}: {}", plain(name));
            }
        }
    }
}
